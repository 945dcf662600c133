import fc from 'fast-check'
import t from 'tap'
import { openClock } from '../../../src/base/clock.js'
import { type Actor, systemActor } from '../../../src/base/store/store.js'
import type { Level, Standing } from '../../../src/feeds/bulletin.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { createTodoWorker } from '../../../src/journal/todo.js'
import { type ChainEnding, type ChainMessage, type Fate, foldChain } from '../../../src/warnings/chain.js'
import { contentKey } from '../../../src/warnings/content-key.js'
import { emptyDigest } from '../../../src/warnings/digest.js'
import { expireTimer, expireWarning } from '../../../src/warnings/expire-warning.js'
import { moveAreas } from '../../../src/warnings/move-area.js'
import { moveWarningHere } from '../../../src/warnings/move-warning.js'
import { purgeReceived } from '../../../src/warnings/purge-received.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { findWarning } from '../../../src/warnings/warnings-store.js'
import { dialects } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { type CapParts, makeCap, referenceTo } from '../../rig/samples/make-cap.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'

const place = '500154002'
const officer: Actor = { person: 'p1', role: 'officer', scope: place }
const quiet = { info() {}, warn() {}, error() {}, debug() {} }

async function openDesk(t: Teardown) {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const clock = await openClock(store)
  await clock.move({ at: new Date('2026-07-12T03:30:00+08:00'), speed: 0 })
  const ingest = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  const post = (xml: string, how: { feedId?: string; standing?: Standing } = {}) =>
    ingest.ingest({
      dialect: 'cap',
      raw: Buffer.from(xml),
      contentType: 'application/xml',
      via: how.feedId ? 'feed' : 'post',
      feedId: how.feedId ?? null,
      place,
      standing: how.standing ?? 'authority',
      actor: officer,
    })
  const state = (id: string) => store.system(async (tx) => (await findWarning(tx, id))!.state)
  const told = (like = 'warning.%') =>
    store.system(async (tx) => {
      const rows = await tx
        .selectFrom('journal')
        .select(['event', 'thing_id', 'data'])
        .where('event', 'like', like)
        .orderBy('position')
        .execute()
      return rows.map((r) => `${r.event} ${r.thing_id}`)
    })
  const todo = createTodoWorker(store, {}, { [expireTimer]: expireWarning }, quiet)
  return { store, clock, ingest, post, state, told, todo }
}
const cap = (identifier: string, parts: Partial<CapParts> = {}) => makeCap({ identifier, ...parts })
const at = (minute: number) => `2026-07-12T03:${String(minute).padStart(2, '0')}:00+08:00`

t.test('warnings in the store', async (t) => {
  const desk = await openDesk(t)
  const { post, state, told, store } = desk
  const since = async (work: () => Promise<unknown>) => {
    const before = (await told()).length
    await work()
    return (await told()).slice(before)
  }

  await t.test('an Alert opens; the same again, in any bytes, is a duplicate with the same id', async (t) => {
    const first = await post(cap('A1'))
    t.match(first, { outcome: 'accepted', warningIds: [/./], summary: /暴雨红色/ })
    const [id] = first.warningIds
    t.same((await told()).slice(-1), [`warning.opened ${id}`])
    const again = await since(async () => {
      t.same(await post(cap('A1')), { ...first, outcome: 'duplicate', problems: [], summary: null })
      t.match(await post(`${cap('A1')}<!-- 另一份 -->\n`), { outcome: 'duplicate', warningIds: [id] })
    })
    t.same(again, [], 'nobody is told twice')
    const warning = await store.system((tx) => findWarning(tx, id!))
    t.match(warning, {
      state: 'in-force',
      level: 'red',
      event: '暴雨',
      status: 'Actual',
      sent: '2026-07-12T03:26:00+08:00',
      sources: [{ feedId: null }],
    })
    t.equal(warning!.sources.length, 1)
  })

  await t.test('F22: the same number and time with other words is a conflict: kept, shown, and the first stands', async (t) => {
    const first = await post(cap('F1'))
    const other = await post(cap('F1', { headline: '气象台(演练)发布暴雨蓝色预警信号' }))
    t.match(other, {
      outcome: 'refused',
      warningIds: first.warningIds,
      reason: /内容却不同/,
      problems: [{ code: 'conflict', severity: 'error' }],
    })
    const warning = await store.system((tx) => findWarning(tx, first.warningIds[0]!))
    t.match(warning, { level: 'red', problems: [{ code: 'conflict' }] })
    const kept = await store.system((tx) =>
      tx.selectFrom('bulletin').select(['outcome', 'reason']).where('id', '=', other.bulletinId).executeTakeFirst(),
    )
    t.match(kept, { outcome: 'refused', reason: /没有采用/ })
  })

  await t.test('an Update replaces; references by name, bare and twice removed; a message never replaces itself', async (t) => {
    const a = (await post(cap('U1'))).warningIds[0]!
    const events = await since(async () => {
      const u = (await post(cap('U2', { msgType: 'Update', sent: at(28), references: `${referenceTo('U1')} U2` }))).warningIds[0]!
      t.equal(await state(a), 'superseded')
      t.equal((await store.system((tx) => findWarning(tx, a)))!.supersededBy, u)
      t.equal(await state(u), 'in-force')
      // National systems refer to the first of the chain, not to the last.
      const v = (await post(cap('U3', { msgType: 'Update', sent: at(29), references: 'U1' }))).warningIds[0]!
      t.same([await state(a), await state(u), await state(v)], ['superseded', 'superseded', 'in-force'])
    })
    t.same(
      events.map((e) => e.split(' ')[0]),
      ['warning.superseded', 'warning.opened', 'warning.superseded', 'warning.opened'],
    )
  })

  await t.test('lifted is told from cancelled; both answer with what they ended; again is a duplicate with the same ids', async (t) => {
    const a = (await post(cap('L1'))).warningIds[0]!
    const lift = cap('L2', { msgType: 'Cancel', sent: at(29), references: referenceTo('L1'), headline: '气象台(演练)解除暴雨红色预警信号' })
    const lifted = await since(async () => t.match(await post(lift), { outcome: 'accepted', warningIds: [a] }))
    t.same(lifted, [`warning.lifted ${a}`])
    t.equal(await state(a), 'cancelled')
    t.match(await post(lift), { outcome: 'duplicate', warningIds: [a] })
    t.match(await post(`${lift}\n`), { outcome: 'duplicate', warningIds: [a] })

    const b = (await post(cap('L3'))).warningIds[0]!
    const clear = cap('L4', {
      msgType: 'Update',
      sent: at(29),
      references: 'L3 L4',
      responseType: 'AllClear',
      urgency: 'Past',
      headline: '过程结束',
    })
    t.same(await since(async () => t.match(await post(clear), { warningIds: [b] })), [`warning.lifted ${b}`])

    const c = (await post(cap('L5'))).warningIds[0]!
    const cancel = cap('L6', { msgType: 'Cancel', sent: at(29), references: referenceTo('L5'), info: '' })
    t.same(await since(async () => t.match(await post(cancel), { warningIds: [c] })), [`warning.cancelled ${c}`])
  })

  await t.test('F23: a Cancel that comes first: the late Alert is not opened', async (t) => {
    const cancel = await post(cap('T2', { msgType: 'Cancel', sent: at(29), references: referenceTo('T1'), info: '' }))
    t.match(cancel, { outcome: 'accepted', warningIds: [], problems: [{ code: 'ends-nothing' }] })
    let id = ''
    t.same(await since(async () => (id = (await post(cap('T1'))).warningIds[0]!)), [])
    t.equal(await state(id), 'cancelled')
    // A new word of the authority after its Cancel is in force.
    const later = await post(cap('T3', { msgType: 'Update', sent: at(30), references: referenceTo('T1') }))
    t.equal(await state(later.warningIds[0]!), 'in-force')
  })

  await t.test('F26: an exercise and a weaker source never touch what the authority said', async (t) => {
    const a = (await post(cap('W1'))).warningIds[0]!
    await post(cap('W2', { msgType: 'Cancel', sent: at(29), references: 'W1', status: 'Exercise' }))
    t.equal(await state(a), 'in-force')
    await post(cap('W3', { msgType: 'Cancel', sent: at(29), references: 'W1' }), { standing: 'reference' })
    await post(cap('W4', { msgType: 'Update', sent: at(29), references: 'W1' }), { standing: 'mirror' })
    t.equal(await state(a), 'in-force')
  })

  await t.test('F21: two feeds of one message: one warning with two sources; the stronger standing counts', async (t) => {
    await store.system(async (tx) => {
      for (const id of ['mirror', 'bureau'])
        await addFeed(tx, {
          id,
          place,
          name: id,
          dialect: 'cap',
          url: 'http://x.example/',
          standing: 'mirror',
          everySeconds: 60,
          source: 'config',
        })
    })
    const first = await post(cap('S1'), { feedId: 'mirror', standing: 'mirror' })
    const second = await post(cap('S1'), { feedId: 'bureau', standing: 'authority' })
    t.match(second, { outcome: 'duplicate', warningIds: first.warningIds })
    const warning = await store.system((tx) => findWarning(tx, first.warningIds[0]!))
    t.match(warning, { standing: 'authority', sources: [{ feedId: 'mirror' }, { feedId: 'bureau' }] })
  })

  await t.test('F26: refused (exercise, test, draft) and unreadable bulletins are kept with their reason; nothing opens', async (t) => {
    const cases: [string, string, RegExp][] = [
      [cap('R1', { msgType: 'Alarm' }), 'refused', /不能当作新预警/],
      [cap('R2', { scope: 'Restricted' }), 'refused', /不能转发/],
      [cap('R3', { status: 'Test' }), 'refused', /不作为真实预警/],
      [cap('R4', { sender: '' }), 'unreadable', /发送者/],
      ['', 'unreadable', /空的/],
    ]
    for (const [xml, outcome, reason] of cases) {
      const quietly = await since(async () => {
        const result = await post(xml)
        t.match(result, { outcome, warningIds: [], reason, hint: /./ })
        const row = await store.system((tx) =>
          tx.selectFrom('bulletin').selectAll().where('id', '=', result.bulletinId).executeTakeFirstOrThrow(),
        )
        t.same([row.raw.toString(), row.outcome], [xml, outcome])
      })
      t.same(quietly, [])
    }
  })

  await t.test('a container: several warnings of one bulletin, one refused among them', async (t) => {
    const body = (xml: string) => xml.replace(/<\?xml.*\?>/, '')
    const result = await post(`<alerts>${body(cap('C1'))}${body(cap('C2', { status: 'Test' }))}${body(cap('C3'))}</alerts>`)
    t.match(result, { outcome: 'accepted', problems: [{ code: 'not-actual' }], summary: /共 3 条/ })
    t.equal(result.warningIds.length, 2)
  })

  await t.test('expiry: by the clock; one that had expired on arrival is kept but not opened', async (t) => {
    const late = await post(cap('E1', { sent: '2026-07-10T03:00:00+08:00', expires: '2026-07-10T09:00:00+08:00' }))
    t.equal(await state(late.warningIds[0]!), 'expired')
    t.match(late.problems, [{ code: 'already-expired' }])
    t.notOk((await told()).includes(`warning.opened ${late.warningIds[0]}`))
    const a = (await post(cap('E2', { expires: '2026-07-12T04:00:00+08:00' }))).warningIds[0]!
    const b = (await post(cap('E3', { expires: '2026-07-12T04:00:00+08:00' }))).warningIds[0]!
    await post(cap('E4', { msgType: 'Cancel', sent: at(29), references: 'E3', info: '' }))
    t.equal(await state(a), 'in-force')
    await desk.clock.move({ at: new Date('2026-07-12T04:00:01+08:00') })
    await desk.todo.drain()
    t.same([await state(a), await state(b)], ['expired', 'cancelled'])
    t.same(await told('warning.expired'), [`warning.expired ${a}`])
    await desk.clock.move({ at: new Date('2026-07-12T03:30:00+08:00') })
  })

  await t.test('F1: kept but not read when the process ended: read at the next start', async (t) => {
    const raw = Buffer.from(cap('K1'))
    await store.system((tx) =>
      tx
        .insertInto('bulletin')
        .values({
          id: 'left-over',
          place,
          feed_id: null,
          via: 'post',
          dialect: 'cap',
          standing: 'authority',
          content_type: null,
          raw,
          sha256: raw,
          outcome: 'received',
          reason: null,
          hint: null,
          summary: null,
        })
        .execute(),
    )
    t.equal(await desk.ingest.resume(), 1)
    const row = await store.system((tx) =>
      tx.selectFrom('bulletin').select(['outcome', 'warning_ids']).where('id', '=', 'left-over').executeTakeFirstOrThrow(),
    )
    t.equal(row.outcome, 'accepted')
    t.equal(await state(row.warning_ids[0]!), 'in-force')
  })

  await t.test('moved here: an exercise over our own grids, once; the original stays as it was', async (t) => {
    await store.system((tx) =>
      tx
        .insertInto('grid')
        .values({
          place: '500154002001001',
          community: '500154002001',
          number: 1,
          name: '三中社区一网格',
          geometry: JSON.stringify({
            type: 'Polygon',
            coordinates: [
              [
                [108.38, 31.15],
                [108.4, 31.15],
                [108.4, 31.17],
                [108.38, 31.17],
                [108.38, 31.15],
              ],
            ],
          }),
        })
        .execute(),
    )
    const away = (await post(cap('M1', { area: '<polygon>40,-100 40,-99 41,-99 41,-100 40,-100</polygon>' }))).warningIds[0]!
    const moved = await store.act(officer, (tx) => moveWarningHere(tx, away, place))
    t.match(moved, { status: 'Exercise', state: 'in-force', headline: /^【演练】/, level: 'red', problems: [{ code: 'moved-here' }] })
    const ring = moved.areas[0]!.polygons[0]!
    t.same([Math.min(...ring.map((p) => p[1])), Math.max(...ring.map((p) => p[1]))], [30.66, 31.66])
    t.ok(ring.some((p) => p[0] < 108.39) && ring.some((p) => p[0] > 108.39))
    t.equal((await store.act(officer, (tx) => moveWarningHere(tx, away, place))).id, moved.id, 'a second press changes nothing')
    t.equal(await state(away), 'in-force')
    t.ok((await told()).includes(`warning.opened ${moved.id}`))
    const coded = moveAreas(
      [{ description: 'x', polygons: [], circles: [], geocodes: [{ name: 'FIPS', value: '1' }], unplaced: false }],
      [108.39, 31.16],
      place,
    )
    t.same(coded[0]!.geocodes, [{ name: '行政区划代码', value: '500154002000' }])
  })
})

t.test('what was received is kept for ever; a term that was set removes only what led to nothing, and says so', async (t) => {
  const { post, store, clock } = await openDesk(t)
  const kept = await post(cap('OLD'))
  await post(cap('OLD-END', { msgType: 'Cancel', sent: at(29), references: 'OLD', info: '' }))
  const nothing = await post('')
  await clock.move({ at: new Date('2027-09-01T03:30:00+08:00') })
  await post('neither')
  const ids = () => store.system(async (tx) => (await tx.selectFrom('bulletin').select('id').execute()).map((r) => r.id))
  t.equal(await purgeReceived(store, plainPolicy), 0)
  t.equal((await ids()).length, 4)
  t.equal(await purgeReceived(store, { ...plainPolicy, retention: { days: 365 } }), 1)
  const left = await ids()
  t.equal(left.length, 3)
  t.ok(left.includes(kept.bulletinId))
  t.notOk(left.includes(nothing.bulletinId))
  const noted = await store.system((tx) => tx.selectFrom('journal').select('data').where('event', '=', 'bulletins.purged').execute())
  t.match(noted, [{ data: { bulletins: 1, olderThanDays: 365, from: nothing.bulletinId } }])
})

t.test('F23 I9: any order, any repeats: the same end in the store', async (t) => {
  const { post, store, told } = await openDesk(t)
  const round = (n: number) => {
    const id = (name: string) => `P${n}-${name}`
    return [
      cap(id('A')),
      cap(id('B'), { msgType: 'Update', sent: at(27), references: referenceTo(id('A')) }),
      cap(id('C'), { msgType: 'Update', sent: at(28), references: id('A') }),
      cap(id('X'), { msgType: 'Cancel', sent: at(29), references: referenceTo(id('B'), at(27)), info: '' }),
      cap(id('D'), { msgType: 'Update', sent: at(30), references: referenceTo(id('C'), at(28)) }),
      cap(id('E')),
      cap(id('Y'), { msgType: 'Cancel', sent: at(29), references: id('E'), headline: '解除' }),
    ]
  }
  let n = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(6), { maxLength: 6 }),
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7, maxLength: 7 }),
      async (repeats, order) => {
        const messages = round(++n)
        for (const i of [...repeats, ...order, ...repeats.slice(0, 2)]) await post(messages[i]!)
        const rows = await store.system((tx) =>
          tx
            .selectFrom('warning')
            .select(['id', 'identifier', 'state', 'superseded_by'])
            .where('identifier', 'like', `P${n}-%`)
            .orderBy('identifier')
            .execute(),
        )
        const nameOf = new Map(rows.map((r) => [r.id, r.identifier.split('-')[1]]))
        const end = rows.map((r) => `${nameOf.get(r.id)} ${r.state} ${nameOf.get(r.superseded_by ?? '') ?? ''}`.trim())
        const wanted = ['A superseded D', 'B superseded D', 'C superseded D', 'D in-force', 'E cancelled']
        const opened = (await told('warning.opened')).filter((e) => nameOf.has(e.split(' ')[1]!))
        return JSON.stringify(end) === JSON.stringify(wanted) && new Set(opened).size === opened.length
      },
    ),
    runs(12),
  )
  t.pass()
})

t.test('the rule itself: the same fate for every order, over many sets', async (t) => {
  const message = fc.record({
    name: fc.nat(4),
    minute: fc.nat(5),
    sender: fc.constantFrom('s', 't'),
    refs: fc.array(fc.record({ name: fc.nat(5), bare: fc.boolean() }), { maxLength: 2 }),
    standing: fc.constantFrom<Standing>('authority', 'mirror'),
    isEnding: fc.boolean(),
    level: fc.constantFrom<Level>('red', 'orange'),
    isNamed: fc.boolean(),
    isLoose: fc.boolean(),
    feed: fc.subarray(['bureau', 'list'], { maxLength: 1 }),
  })
  const build = (list: (typeof message extends fc.Arbitrary<infer M> ? M : never)[]) => {
    const messages: ChainMessage[] = []
    const endings: ChainEnding[] = []
    list.forEach((m, i) => {
      const made: ChainMessage = {
        id: `${m.sender}-${m.name}-${m.minute}-${i}`,
        sender: m.sender,
        identifier: `n${m.name}`,
        sent: new Date(m.minute * 60_000 + i),
        references: m.refs.map((r) => ({ sender: r.bare ? null : 's', identifier: `n${r.name}`, sent: null })),
        standing: m.standing,
        status: 'Actual',
        part: '',
        event: '暴雨',
        level: m.level,
        issuer: m.isNamed ? '开州区气象台' : '',
        feeds: m.feed,
        digest: { ...emptyDigest, loose: m.refs.length === 0 && m.isLoose },
      }
      if (m.isEnding) endings.push({ ...made, endedAs: 'cancelled' })
      else messages.push(made)
    })
    return { messages, endings }
  }
  const fold = (messages: ChainMessage[], endings: ChainEnding[]) => foldChain(messages, endings, { joinWithinMs: 120_000 })
  const reason = (f: Fate) => (f.state === 'superseded' ? f.by : f.state === 'joined' ? f.to : f.state === 'cancelled' ? f.ending.id : '')
  const show = (fates: Map<string, Fate>) =>
    [...fates]
      .map(([id, f]) => `${id}:${f.state}:${reason(f)}`)
      .sort()
      .join(' ')
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (list, keys) => {
      const { messages, endings } = build(list)
      const shuffle = <T>(items: T[]) =>
        items
          .map((item) => ({ item, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map((x) => x.item)
      const fates = fold(messages, endings)
      const isLive = (m: ChainMessage) => fates.get(m.id)!.state === 'live'
      // A message alone is never its own end, and every chain without an ending has somebody in force.
      return (
        show(fates) === show(fold(shuffle(messages), shuffle(endings))) &&
        (messages.length === 0 || endings.length > 0 || messages.some(isLive))
      )
    }),
    runs(500),
  )
  t.equal(contentKey({ a: 1, b: [{ d: 2, c: 3 }] }), contentKey({ b: [{ c: 3, d: 2 }], a: 1 }))
  t.not(contentKey([1, 2]), contentKey([2, 1]))
  t.same(systemActor.scope, '')
})
