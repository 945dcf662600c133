import t from 'tap'
import { buildingOf, inWalkingOrder, spaced } from '../../../src/apps/field/model/door-order.js'
import { type DoorFacts, doorState, layOver } from '../../../src/apps/field/model/door-overlay.js'
import type { Edit, EditResult, SyncAnswer } from '../../../src/apps/field/model/edit.js'
import { openEditQueue } from '../../../src/apps/field/model/edit-queue.js'
import type { FieldCopy, FieldDoor, FieldTask } from '../../../src/apps/field/model/field-copy.js'
import { mergeCopy } from '../../../src/apps/field/model/merge-copy.js'
import { memoryStorage, type PhoneStorage } from '../../../src/apps/field/model/phone-storage.js'
import { sumDoors } from '../../../src/apps/field/model/sums.js'
import { byUrgency, layOverTask } from '../../../src/apps/field/model/task-overlay.js'
import { createUploader, pauseAfter, SendRefused } from '../../../src/apps/field/model/uploader.js'
import { openFieldStore } from '../../../src/apps/field/state/field-store.js'

const at = '2026-07-12T04:00:00.000Z'
const nobody = { toldAt: null, leftAt: null, arrivedAt: null, returnedAt: null, refusedAt: null, absentAt: null, helpAt: null }
const facts = (more: Partial<DoorFacts> = {}): DoorFacts => ({
  ...nobody,
  people: 3,
  peoplePlanned: 3,
  planned: true,
  leftPeople: null,
  arrivedPeople: null,
  note: '',
  ...more,
})
const door = (id: string, more: Partial<FieldDoor> = {}): FieldDoor => ({
  ...facts(),
  id,
  householdId: `h${id}`,
  place: '500154002001004',
  placeName: '三中社区四网格',
  label: `${id}栋1单元1楼101室`,
  head: null,
  members: [],
  tags: [],
  phones: [],
  because: '',
  shelterId: null,
  shelterName: null,
  shelterAddress: null,
  helperName: null,
  conflict: null,
  returnApproved: false,
  version: 1,
  ...more,
})
const copyOf = (doors: FieldDoor[], tasks: FieldTask[] = []): FieldCopy => ({
  now: at,
  speed: 1,
  cursor: 'c1',
  register: 'sample',
  me: { staffId: null, name: '', post: '', scope: '', scopeName: '', communityName: '', subdistrictName: '', hotline: '' },
  warning: null,
  evacuations: [],
  doors,
  tasks,
  shelters: [],
  grids: [],
  buildings: [],
})
const edit = (verb: string, value: Record<string, unknown> = {}, seq = 1, id = `e${seq}`): Edit => ({
  id,
  device: 'd',
  seq,
  target: { type: 'household', id: '1' },
  verb,
  value,
  at,
})
const waiting = (...edits: Edit[]) => edits.map((each) => ({ edit: each, state: 'waiting' as const }))
const tick = () => new Promise((resolve) => setImmediate(resolve))

/** A server that keeps each edit once; offline it throws as fetch does. */
function server() {
  const seen: Edit[] = []
  const state = { online: true, loseAnswer: false, status: 0, results: (edits: Edit[]): EditResult[] => answer(edits) }
  const answer = (edits: Edit[]): EditResult[] =>
    edits.map((each) => {
      if (seen.some((s) => s.id === each.id)) return { id: each.id, outcome: 'duplicate' }
      seen.push(each)
      return { id: each.id, outcome: 'accepted' }
    })
  const send = async (edits: Edit[]): Promise<SyncAnswer> => {
    if (!state.online) throw new TypeError('Failed to fetch')
    if (state.status !== 0) throw new SendRefused(state.status)
    const results = state.results(edits)
    if (state.loseAnswer) {
      state.loseAnswer = false
      throw new TypeError('Failed to fetch')
    }
    return { results }
  }
  return { seen, state, send }
}

async function phone(storage: PhoneStorage, remote: ReturnType<typeof server>, copy: () => FieldCopy) {
  let resume: () => void = () => undefined
  const store = await openFieldStore({
    storage,
    readCopy: async () => {
      if (!remote.state.online) throw new TypeError('Failed to fetch')
      return copy()
    },
    send: remote.send,
    now: () => Date.parse(at),
    onCopy: () => undefined,
    pause: () =>
      new Promise((resolve) => {
        resume = resolve
      }),
  })
  return { store, backOnline: () => resume() }
}
const until = async (test: () => boolean): Promise<void> => {
  for (let n = 0; n < 1000 && !test(); n++) await tick()
}
const target = { type: 'household', id: '1' }

t.test('what is done without a network survives the phone being killed and arrives once, oldest first', async (t) => {
  const storage = memoryStorage()
  const remote = server()
  const first = await phone(storage, remote, () => copyOf([door('1')]))
  await first.store.refresh()
  remote.state.online = false
  await first.store.act({ target, verb: 'told', value: {} }, '已通知')
  await first.store.act({ target, verb: 'left', value: { people: 3 } }, '已离家')
  await until(() => first.store.state().link === 'offline')
  t.equal(first.store.state().waiting, 2)
  t.equal(doorState(first.store.state().doors[0]!), 'left', 'shown at once')
  t.equal(first.store.state().doors[0]!.pending, 2, 'and marked as only here')

  const again = await phone(storage, remote, () => copyOf([door('1', { toldAt: at, leftAt: at, leftPeople: 3 })]))
  t.equal(again.store.state().waiting, 2, 'the log is still there')
  t.equal(again.store.state().doors.length, 1, 'and so is the list')
  remote.state.online = true
  remote.state.loseAnswer = true
  again.store.kick()
  await until(() => again.store.state().link === 'offline')
  t.equal(remote.seen.length, 2, 'the server took them, its answer was lost')
  t.equal(again.store.state().waiting, 2)
  again.backOnline()
  await until(() => again.store.state().waiting === 0)
  await until(() => again.store.state().doors[0]!.pending === 0)
  t.same(
    remote.seen.map((each) => each.verb),
    ['told', 'left'],
  )
  t.equal((await storage.edits()).length, 0, 'nothing is left to send')
  t.equal(again.store.state().troubled.length, 0)
})

t.test('undo: gone without a trace while it has not left the phone, a withdrawing edit afterwards', async (t) => {
  const remote = server()
  remote.state.online = false
  const { store, backOnline } = await phone(memoryStorage(), remote, () => copyOf([door('1')]))
  await store.act({ target, verb: 'told', value: {} }, '已通知')
  await until(() => store.state().link === 'offline')
  await store.undo()
  t.equal(store.state().waiting, 2, 'one attempt was made and its answer may be lost: the server must hear of the undo')
  remote.state.online = true
  backOnline()
  await until(() => store.state().waiting === 0)
  t.same(
    remote.seen.map((each) => [each.verb, each.value.of]),
    [
      ['told', undefined],
      ['undo', remote.seen[0]!.id],
    ],
  )

  const queue = await openEditQueue(memoryStorage(), () => undefined)
  const kept = await queue.append({ target, verb: 'told', value: {}, at })
  t.equal(await queue.takeBack(kept.edit.id), true, 'nothing of it was ever sent')
  t.equal(queue.all().length, 0)
})

t.test('a refused edit is shown and kept until it was seen; it is not shown as done', async (t) => {
  const storage = memoryStorage()
  const remote = server()
  remote.state.results = (edits) =>
    edits.map(({ id }) => ({ id, outcome: 'refused', problem: { title: '不在您的辖区', detail: 'outside your area' } }))
  const { store } = await phone(storage, remote, () => copyOf([door('1')]))
  await store.refresh()
  await store.act({ target, verb: 'left', value: { people: 3 } }, '已离家')
  await until(() => store.state().troubled.length === 1)
  t.equal(doorState(store.state().doors[0]!), 'to-tell')
  t.same(store.state().troubled[0]!.problem, { zh: '不在您的辖区', en: 'outside your area' })
  const later = await phone(storage, remote, () => copyOf([]))
  t.equal(later.store.state().troubled.length, 1, 'after a restart too')
  await later.store.dismiss(later.store.state().troubled[0]!.edit.id)
  t.equal((await storage.edits()).length, 0)
})

t.test('the uploader waits longer and longer, keeps everything when signed out, and lets no bad edit block the others', async (t) => {
  t.same(
    [1, 2, 3, 4, 5, 6, 20].map((n) => pauseAfter(n, () => 1)),
    [2000, 4000, 8000, 16000, 32000, 60000, 60000],
  )
  t.equal(
    pauseAfter(3, () => 0),
    4000,
    'with jitter',
  )
  const queue = await openEditQueue(memoryStorage(), () => undefined)
  for (const verb of ['told', 'nonsense', 'left']) await queue.append({ target, verb, value: {}, at })
  const states: string[] = []
  let signedIn = false
  const taken: string[] = []
  const uploader = createUploader({
    queue,
    send: async (edits) => {
      if (!signedIn) throw new SendRefused(401)
      if (edits.some((each) => each.verb === 'nonsense')) throw new SendRefused(400)
      taken.push(...edits.map((each) => each.verb))
      return { results: edits.map(({ id }) => ({ id, outcome: 'accepted' })) }
    },
    pause: async () => undefined,
    report: (state) => states.push(state),
    uploaded: () => undefined,
  })
  uploader.kick()
  await until(() => states.includes('signed-out'))
  t.equal(queue.waiting().length, 3)
  signedIn = true
  await tick()
  uploader.kick()
  await until(() => queue.waiting().length === 0)
  t.same(taken, ['told', 'left'])
  t.same(
    queue.troubled().map((each) => each.edit.verb),
    ['nonsense'],
  )
})

t.test('own edits over the copy of the server', (t) => {
  const after = (...edits: Edit[]) => layOver(facts(), waiting(...edits))
  t.equal(doorState(after(edit('told'))), 'told')
  t.equal(doorState(after(edit('refused', { reason: '' }, 1), edit('left', { people: 3 }, 2))), 'left', 'talked round')
  t.equal(doorState(after(edit('left', { people: 2 }))), 'told', 'one of three is still at home')
  t.equal(doorState(after(edit('need-help', {}, 1), edit('left', { people: 3 }, 2))), 'need-help', 'leaving does not answer a cry')
  t.equal(doorState(after(edit('need-help', {}, 1), edit('helped', {}, 2))), 'told')
  t.equal(after(edit('arrived', { people: 4 })).people, 4, 'the shelter counted one more')
  t.equal(doorState(after(edit('told', {}, 1), edit('undo', { of: 'e1' }, 2))), 'to-tell')
  const undo = { edit: edit('undo', { of: 'gone' }), state: 'waiting' as const, undoes: 'told' }
  t.equal(doorState(layOver(facts({ toldAt: at }), [undo])), 'to-tell', 'undone although the copy already shows it')
  t.end()
})

t.test('a watch is due again after a look, a task is done once, help comes first', (t) => {
  const task = (more: Partial<FieldTask>) =>
    ({ id: 't', kind: 'watch', doneAt: null, dueAt: null, everyMinutes: 30, note: null, reading: null, ...more }) as FieldTask
  t.equal(layOverTask(task({ dueAt: at }), waiting(edit('looked', { verdict: 'good' }))).dueAt, '2026-07-12T04:30:00.000Z')
  t.equal(layOverTask(task({ kind: 'help' }), waiting(edit('done', { result: 'helped' }))).result, 'helped')
  const now = Date.parse(at)
  const order = [
    task({ id: 'later', dueAt: '2026-07-12T05:00:00.000Z' }),
    task({ id: 'late', dueAt: '2026-07-12T03:00:00.000Z' }),
    task({ id: 'knock', kind: 'knock' }),
    task({ id: 'help', kind: 'help' }),
  ].sort(byUrgency(now))
  t.same(
    order.map((each) => each.id),
    ['help', 'late', 'knock', 'later'],
  )
  t.end()
})

t.test('the four numbers, and the order of a walk', (t) => {
  const sums = sumDoors([
    facts({ toldAt: at, leftAt: at, leftPeople: 3, arrivedAt: at, arrivedPeople: 3 }),
    facts({ toldAt: at, leftAt: at, leftPeople: 3 }),
    facts({ toldAt: at, leftPeople: 1 }),
    facts({ planned: false, peoplePlanned: 0, people: 2 }),
  ])
  t.same([sums.households, sums.people], [4, 11])
  t.same(sums.planned, { households: 3, people: 9 })
  t.same(sums.left, { households: 2, people: 7 })
  t.same(sums.unverified, { households: 1, people: 4 })
  const place = '500154002001004'
  const labels = ['10栋1单元1楼101室', '2栋2单元1楼101室', '2栋1单元10楼1001室', '2栋1单元2楼201室']
  t.same(
    labels
      .map((label) => ({ place, label }))
      .sort(inWalkingOrder)
      .map(({ label }) => label),
    ['2栋1单元2楼201室', '2栋1单元10楼1001室', '2栋2单元1楼101室', '10栋1单元1楼101室'],
  )
  t.equal(buildingOf('后巷3号院1单元1楼101室'), '后巷3号院')
  t.equal(buildingOf('10栋2单元1楼101室'), '10栋')
  t.equal(buildingOf('3栋底层门面'), '3栋')
  t.equal(spaced('后巷2号院1单元'), '后巷 2\u00a0号院 1\u00a0单元')
  t.end()
})

t.test('a newer copy replaces what changed and lets go of what the server no longer names', (t) => {
  const done = { id: 'done', doneAt: at } as FieldTask
  const gone = { id: 'gone', doneAt: null } as FieldTask
  const before = copyOf([door('1'), door('2'), door('3')], [done, gone])
  const news = { ...copyOf([door('2', { toldAt: at }), door('4')]), cursor: 'c2', open: { doors: ['1', '2', '4'], tasks: [] } }
  const after = mergeCopy(before, news)
  t.same(
    after.doors.map((each) => [each.id, each.toldAt]),
    [
      ['1', null],
      ['2', at],
      ['4', null],
    ],
  )
  t.same(
    after.tasks.map((each) => each.id),
    ['done'],
    'work of this shift stays in sight',
  )
  t.equal(after.cursor, 'c2')
  t.notOk('open' in after)
  t.end()
})

t.test('a household added at the door stands in the list at once, and only once when the server has it', async (t) => {
  const remote = server()
  remote.state.online = false
  let shown: FieldDoor[] = []
  const { store, backOnline } = await phone(memoryStorage(), remote, () => copyOf(shown))
  const value = { label: '3栋底层门面', people: 2, grid: '500154002001004' }
  await store.act({ target: { type: 'evacuation', id: 'ev' }, verb: 'add-household', value }, '已补录')
  const [added] = store.state().doors
  t.match(added, { label: '3栋底层门面', people: 2, planned: false, peoplePlanned: 0 })
  t.equal(store.state().undo?.final, true, 'the desk has opened a row: it is not taken back from the phone')
  await store.act({ target: { type: 'household', id: added!.id }, verb: 'left', value: { people: 2 } }, '已离家')
  t.equal(doorState(store.state().doors[0]!), 'left', 'and can be worked on before anybody has heard of it')
  shown = [door(added!.id, { planned: false, people: 2, toldAt: at, leftAt: at, leftPeople: 2 })]
  remote.state.online = true
  backOnline()
  await until(() => store.state().waiting === 0)
  await store.refresh()
  t.equal(store.state().doors.length, 1)
})

t.test('started again: nothing of the night before is on the phone', async (t) => {
  const remote = server()
  const storage = memoryStorage()
  let doors = [door('1')]
  const { store } = await phone(storage, remote, () => copyOf(doors))
  await store.refresh()
  remote.state.online = false
  await store.act({ target, verb: 'told', value: {} }, '已通知')
  doors = []
  remote.state.online = true
  await store.forget()
  t.same([store.state().doors.length, store.state().waiting, store.state().undo], [0, 0, null])
  t.equal((await storage.edits()).length, 0)
})
