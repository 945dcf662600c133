import fc from 'fast-check'
import t from 'tap'
import { openClock } from '../../../src/base/clock.js'
import { type Actor, systemActor } from '../../../src/base/store/store.js'
import type { Level, ParsedMessage, Reading, Standing } from '../../../src/feeds/bulletin.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { plainSource } from '../../../src/feeds/source-settings.js'
import { issuerKey, mayOverlap } from '../../../src/warnings/digest.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { findWarning, listWarnings } from '../../../src/warnings/warnings-store.js'
import { dialects } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { type CapParts, makeCap, referenceTo } from '../../rig/samples/make-cap.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'

const place = '500154002'
const quiet = { info() {}, warn() {}, error() {}, debug() {} }
const officer: Actor = { person: 'p1', role: 'officer', scope: place }
const at = (minute: number) => `2026-07-12T03:${String(minute).padStart(2, '0')}:00+08:00`
const feeds: Record<string, Standing> = { bureau: 'authority', list: 'mirror', copy: 'mirror', model: 'reference' }

/** What a test changes of a message that was read: a dialect of lists and of mixed bulletins can say it, CAP cannot. */
interface Change {
  part?: string
  level?: Level
  codes?: string[]
  ends?: 'lifted' | null
  loose?: boolean
}

async function openRoom(t: Teardown) {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const clock = await openClock(store)
  await clock.move({ at: new Date(at(30)), speed: 0 })
  const changed = (message: ParsedMessage, change: Change): ParsedMessage => ({
    ...message,
    ...(change.part ? { part: change.part } : {}),
    ...(change.level ? { level: change.level } : {}),
    ...(change.ends !== undefined ? { ends: change.ends } : {}),
    ...(change.loose ? { references: [] } : {}),
    ...(change.codes
      ? {
          areas: [
            {
              description: change.codes.join('、'),
              polygons: [],
              circles: [],
              geocodes: change.codes.map((value) => ({ name: 'x', value })),
              unplaced: false,
            },
          ],
        }
      : {}),
  })
  const asWritten = {
    knows: () => true,
    read(_: string, raw: Buffer): Reading {
      const { xml, changes } = JSON.parse(raw.toString()) as { xml: string; changes: Change[] }
      const reading = dialects.read('cap', Buffer.from(xml), { settings: plainSource, receivedAt: new Date() })
      if (reading.kind !== 'messages') return reading
      return { ...reading, messages: changes.map((change) => changed(reading.messages[0]!, change)) }
    },
  }
  await store.system(async (tx) => {
    for (const [id, standing] of Object.entries(feeds))
      await addFeed(tx, {
        id,
        place,
        name: `来源${id}`,
        dialect: 'cap',
        url: 'http://x.example/',
        standing,
        everySeconds: 60,
        source: 'config',
      })
  })
  const ingest = createIngest({ store, dialects: asWritten, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  const say = (feedId: keyof typeof feeds & string, parts: Partial<CapParts>, ...changes: Change[]) =>
    ingest.ingest({
      dialect: 'cap',
      raw: Buffer.from(JSON.stringify({ xml: makeCap(parts), changes: changes.length > 0 ? changes : [{}] })),
      contentType: null,
      via: 'feed',
      feedId,
      place,
      standing: feeds[feedId]!,
      actor: officer,
    })
  const find = (id: string) => store.system(async (tx) => (await findWarning(tx, id))!)
  const inForce = () => store.system((tx) => listWarnings(tx, { state: 'in-force', limit: 100 }))
  const told = () =>
    store.system(async (tx) => {
      const rows = await tx
        .selectFrom('journal')
        .select(['event', 'thing_id'])
        .where('event', 'like', 'warning.%')
        .orderBy('position')
        .execute()
      return rows.map((r) => `${r.event} ${r.thing_id}`)
    })
  const since = async (work: () => Promise<unknown>) => {
    const before = (await told()).length
    await work()
    return (await told()).slice(before)
  }
  return { store, clock, say, find, inForce, since }
}

t.test('one warning, several sources', async (t) => {
  const { say, find, inForce, since, store } = await openRoom(t)
  const codes = (problems: { code: string }[]) => problems.map((p) => p.code).filter((c) => c.startsWith('sources-'))
  // Every story has a hazard of its own: nothing of the one before it is meant.
  const mirror = (event: string, parts: Partial<CapParts> = {}) => ({
    identifier: `m-${event}`,
    sender: 'a-list.example',
    event,
    headline: `气象台(演练)发布${event}红色预警信号`,
    ...parts,
  })
  const bureau = (event: string, parts: Partial<CapParts> = {}) => ({
    identifier: `b-${event}`,
    event,
    headline: `气象台(演练)发布${event}红色预警信号`,
    ...parts,
  })

  await t.test('the mirror is first: its words stand until the authority speaks, then the authority’s', async (t) => {
    const [m] = (await say('list', mirror('大风', { sent: at(20) }))).warningIds
    let b = ''
    const events = await since(async () => {
      b = (await say('bureau', bureau('大风', { sent: at(24), description: '预计未来3小时阵风可达9级,请注意防范。' }))).warningIds[0]!
    })
    t.same(events, [`warning.superseded ${m}`, `warning.opened ${b}`])
    t.match(await find(m!), { state: 'superseded', supersededBy: b, joinedTo: b })
    t.match(await find(b), {
      state: 'in-force',
      standing: 'authority',
      infos: [{ description: /阵风可达9级/ }],
      sources: [
        { feedId: 'bureau', standing: 'authority', said: { identifier: 'b-大风' } },
        { feedId: 'list', standing: 'mirror', said: { identifier: 'm-大风', sent: at(20) } },
      ],
    })
    t.same(
      (await inForce()).filter((w) => w.event === '大风').map((w) => w.id),
      [b],
      'one line on the desk',
    )
  })

  await t.test('the authority was first: the mirror adds itself and nobody is told', async (t) => {
    const [b] = (await say('bureau', bureau('高温'))).warningIds
    const events = await since(async () => t.same((await say('list', mirror('高温', { sent: at(29) }))).warningIds, [b]))
    t.same(events, [`warning.joined ${b}`])
    t.equal((await find(b!)).sources.length, 2)
    t.same((await say('list', mirror('高温', { sent: at(29) }))).warningIds, [b], 'and answers the same when it says it again')
  })

  await t.test(
    'the same national number is the same warning, even in another colour: the authority’s counts, both are shown',
    async (t) => {
      const number = '50015441600000_20260712032600'
      await say('list', mirror('暴雪', { identifier: number, headline: '气象台(演练)发布暴雪橙色预警信号', severity: 'Severe' }))
      const [b] = (await say('bureau', bureau('暴雪', { identifier: number }))).warningIds
      const warning = await find(b!)
      t.match(warning, { level: 'red', sources: [{ said: { level: 'red' } }, { feedId: 'list', said: { level: 'orange' } }] })
      t.match(warning.problems, [{ code: 'sources-level', severity: 'error', message: /“来源list”说橙色,“来源bureau”说红色;本条按红色/ }])
      const disagreeing = await store.system((tx) => listWarnings(tx, { disagreeing: true, limit: 10 }))
      t.same(
        disagreeing.map((w) => w.id),
        [b],
      )
    },
  )

  await t.test('two colours at once without a common number: both stand, both say so', async (t) => {
    const [m] = (await say('list', mirror('雷电', { headline: '气象台(演练)发布雷电黄色预警信号', severity: 'Moderate' }))).warningIds
    const [b] = (await say('bureau', bureau('雷电'))).warningIds
    for (const id of [m!, b!]) t.same(codes((await find(id)).problems), ['sources-level'])
    t.same([(await find(m!)).state, (await find(b!)).state], ['in-force', 'in-force'])
  })

  await t.test('half an hour apart, another place or another station is another warning', async (t) => {
    await say('bureau', bureau('冰雹'), { codes: ['500154002000'] })
    await say('list', mirror('冰雹', { identifier: 'm1', sent: at(5) }), { codes: ['500154002000'] })
    await say('copy', mirror('冰雹', { identifier: 'm2', sender: 'b-copy.example' }), { codes: ['500154003000'] })
    t.equal((await inForce()).filter((w) => w.event === '冰雹').length, 3)
    t.equal(issuerKey([], '重庆市开州区气象台发布暴雨红色预警信号'), issuerKey([], '开州区气象局继续发布暴雨红色预警信号'))
    t.not(issuerKey([], '重庆市气象台发布暴雨红色预警信号'), issuerKey([], '开州区气象台发布暴雨红色预警信号'))
    const digest = (c: string[]) => ({ codes: c, box: null, words: false, loose: false })
    t.ok(mayOverlap(digest(['500154']), digest(['500154003'])))
    t.notOk(mayOverlap(digest(['500154002']), digest(['500154003'])))
  })

  await t.test('over there, in force here: a mirror ends nothing of the authority, and it is said', async (t) => {
    const [b] = (await say('bureau', bureau('大雾'))).warningIds
    await say('list', mirror('大雾', { sent: at(27) }))
    const lift = { sent: at(29), msgType: 'Cancel', references: 'm-大雾', headline: '气象台(演练)解除大雾红色预警信号' }
    await say('list', mirror('大雾', { identifier: 'm-end', ...lift }))
    t.match(await find(b!), { state: 'in-force', problems: [{ code: 'sources-ended', message: /已说解除.*仍按生效处理/ }] })
    await say('bureau', bureau('大雾', { identifier: 'b-end', ...lift, references: referenceTo('b-大雾') }))
    t.equal((await find(b!)).state, 'cancelled')
  })

  await t.test('a mirror copies the 解除 before the authority itself is heard: then it ends', async (t) => {
    const [b] = (await say('bureau', bureau('道路结冰'))).warningIds
    const lift = bureau('道路结冰', {
      identifier: 'same-end',
      sent: at(29),
      msgType: 'Cancel',
      headline: '气象台(演练)解除道路结冰红色预警信号',
    })
    t.equal((await say('list', { ...lift, references: 'b-道路结冰' })).outcome, 'accepted')
    t.equal((await find(b!)).state, 'in-force', 'a mirror ends nothing of the authority')
    t.equal((await say('bureau', { ...lift, references: referenceTo('b-道路结冰') })).outcome, 'accepted')
    t.equal((await find(b!)).state, 'cancelled')
    t.equal((await say('list', { ...lift, references: 'b-道路结冰' })).outcome, 'duplicate', 'the copy again is no conflict')
  })

  await t.test('解除 that names nothing ends what its station said of that hazard here, and no higher colour', async (t) => {
    const red = (await say('list', mirror('霜冻', { identifier: 'r' }))).warningIds[0]!
    const orange = (
      await say('list', mirror('霜冻', { identifier: 'o', sent: at(1), headline: '气象台(演练)发布霜冻橙色预警信号', severity: 'Severe' }))
    ).warningIds[0]!
    const end = mirror('霜冻', { identifier: 'e', sent: at(29), headline: '气象台(演练)解除霜冻橙色预警信号', severity: 'Severe' })
    const ended = await say('list', end, { ends: 'lifted', loose: true })
    t.same(ended.warningIds, [orange])
    t.same([(await find(red)).state, (await find(orange)).state], ['in-force', 'cancelled'])
    const late = await say(
      'list',
      mirror('霜冻', { identifier: 'o0', sent: at(2), headline: '气象台(演练)发布霜冻橙色预警信号', severity: 'Severe' }),
    )
    t.equal((await find(late.warningIds[0]!)).state, 'cancelled', 'one that comes late is not opened')
  })

  await t.test('the authority’s own copy of a mirrored message: the same row takes its words, and is looked at again', async (t) => {
    const [m] = (await say('list', bureau('干旱', { description: '摘要' }))).warningIds
    const events = await since(() => say('bureau', bureau('干旱', { description: '全文:请各镇街做好蓄水保水。' })))
    t.same(events, [`warning.opened ${m}`])
    t.match(await find(m!), {
      standing: 'authority',
      infos: [{ description: /全文/ }],
      sources: [
        { feedId: 'list', standing: 'mirror' },
        { feedId: 'bureau', standing: 'authority' },
      ],
    })
    t.match(await say('copy', bureau('干旱', { description: '又一份摘要' })), { outcome: 'duplicate', warningIds: [m] })
    t.match((await find(m!)).infos, [{ description: /全文/ }], 'a weaker copy changes nothing')
    t.match(
      await say('bureau', bureau('干旱', { description: '另一份全文' })),
      { outcome: 'refused' },
      'the same source twice is a conflict',
    )
  })

  await t.test('parts of a mixed bulletin: an Update goes on part by part, what it lifts is lifted where it was', async (t) => {
    const first = await say(
      'bureau',
      bureau('寒潮'),
      { part: 'orange', level: 'orange', codes: ['500154002000'] },
      { part: 'yellow', level: 'yellow', codes: ['500154001000', '500154003000'] },
    )
    t.equal(first.warningIds.length, 2)
    const [orange, yellow] = first.warningIds
    const update = { identifier: 'b2-寒潮', sent: at(29), msgType: 'Update', references: referenceTo('b-寒潮') }
    const next = await say(
      'bureau',
      bureau('寒潮', update),
      { part: 'lifted', ends: 'lifted', codes: ['500154002000'] },
      { part: 'yellow', level: 'yellow', codes: ['500154003000'] },
    )
    t.match(await find(orange!), { state: 'cancelled' }, 'lifted where it was orange')
    t.match(await find(yellow!), { state: 'superseded' })
    t.equal((await find((await find(yellow!)).supersededBy!)).state, 'in-force')
    t.ok(next.warningIds.includes(orange!))
    t.match(
      await say('bureau', { ...bureau('寒潮'), extra: '<note>x</note>' }, { part: 'orange', level: 'orange', codes: ['500154002000'] }),
      { outcome: 'duplicate' },
    )
  })

  await t.test('no end given: the usual one, marked; over already when it came: told to nobody', async (t) => {
    const [id] = (await say('bureau', bureau('沙尘暴', { expires: '' }))).warningIds
    t.match(await find(id!), {
      expires: '2026-07-13T03:26:00+08:00',
      expiresAssumed: true,
      problems: [{ code: 'expires-assumed', message: /按惯例算到/ }],
    })
    t.match((await find(id!)).sources, [{ said: { expires: null } }], 'nobody said it')
    const events = await since(async () => {
      const old = await say('bureau', bureau('沙尘暴', { identifier: 'old', sent: '2026-07-10T03:26:00+08:00', expires: '' }))
      t.match(
        old.problems.map((p) => p.code),
        ['expires-assumed', 'already-expired'],
      )
    })
    t.same(events, [])
  })

  await t.test('a Cancel without a word speaks with the words of what it cancels', async (t) => {
    const [id] = (await say('bureau', bureau('台风'))).warningIds
    const cancel = await say(
      'bureau',
      bureau('台风', { identifier: 'c', sent: at(29), msgType: 'Cancel', references: referenceTo('b-台风'), info: '' }),
    )
    t.match(cancel, { warningIds: [id], problems: [{ code: 'words-from-ended', message: /发布台风红色预警信号.*文峰街道/ }] })
  })
})

t.test('F21 I9: mirror first or authority first, in any order, with any repeats: the same end', async (t) => {
  const { say, store } = await openRoom(t)
  let n = 0
  const messages = (n: number): [keyof typeof feeds & string, Partial<CapParts>, Change?][] => {
    // A hazard per round, so that rounds do not meet.
    const told = { event: `灾种${n}`, headline: `气象台(演练)发布灾种${n}红色预警信号` }
    const b = (name: string, parts: Partial<CapParts>) => ({ ...told, identifier: `R${n}-${name}`, ...parts })
    const m = (name: string, parts: Partial<CapParts>) => b(name, { sender: 'a-list.example', ...parts })
    const update = (of: string, sent = at(10)) => ({ msgType: 'Update', references: referenceTo(`R${n}-${of}`, sent) })
    return [
      ['bureau', b('A', { sent: at(10) })],
      ['list', m('mA', { sent: at(11) })],
      ['copy', m('cA', { sender: 'b-copy.example', sent: at(12) })],
      ['bureau', b('U', { sent: at(14), ...update('A') })],
      ['list', m('mU', { sent: at(15), msgType: 'Update', references: `R${n}-mA` })],
      ['list', m('mX', { sent: at(18), msgType: 'Cancel', headline: `气象台(演练)解除灾种${n}红色预警信号` }), { loose: true }],
      ['list', m('late', { sent: at(58) })],
      ['model', m('ref', { sender: 'model.example', sent: at(13) })],
    ]
  }
  const end = (n: number) =>
    store.system(async (tx) => {
      const rows = await tx.selectFrom('warning').selectAll().where('identifier', 'like', `R${n}-%`).orderBy('identifier').execute()
      const name = new Map(rows.map((r) => [r.id, r.identifier.split('-')[1]]))
      return rows.map((r) => {
        const codes = (r.problems as { code: string }[]).map((p) => p.code).filter((c) => c.startsWith('sources-'))
        return `${name.get(r.id)} ${r.state} ${name.get(r.superseded_by ?? '') ?? '-'} ${name.get(r.joined_to ?? '') ?? '-'} ${r.state === 'in-force' ? codes : ''}`
      })
    })
  const play = async (order: number[]) => {
    const round = messages(++n)
    for (const i of order) {
      const [feed, parts, change] = round[i]!
      await say(feed, parts, ...(change ? [change] : []))
    }
    return end(n)
  }
  const all = [0, 1, 2, 3, 4, 5, 6, 7]
  const wanted = await play(all)
  t.match(
    wanted.join('\n'),
    /^A superseded U - \nU in-force - - sources-ended\ncA superseded (A A|U U).*\nlate in-force.*\nmA superseded A A.*\nmU superseded U U.*\nref superseded/,
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(7), { maxLength: 5 }),
      fc.shuffledSubarray(all, { minLength: 8, maxLength: 8 }),
      async (repeats, order) => {
        const got = await play([...repeats, ...order, ...repeats.slice(0, 2)])
        if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Error(`${got.join('\n')}\n instead of\n${wanted.join('\n')}`)
      },
    ),
    runs(15),
  )
  t.same(systemActor.scope, '')
})
