import t from 'tap'
import { listAlerts, readSeriesAlerts } from '../../../src/alerts/alert-store.js'
import { tellFeedIll, tellFeedWell } from '../../../src/alerts/tell-feed.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { plainWatch } from '../../../src/feeds/feed-watch.js'
import { record, toEntry } from '../../../src/journal/journal.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { openDesk, subdistrict } from './desk-rig.js'

t.test('what the feeds themselves make of alerts', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const desk = await openDesk(t)
  const { store, deps } = desk
  const watch = { ...plainWatch, notify: ['值班员'], contact: '气象台值班室', phone: '023-52000001' }
  const add = (id: string, more: object = {}) =>
    store.system((tx) =>
      addFeed(tx, {
        id,
        place: subdistrict,
        name: '区气象台',
        dialect: 'cap',
        url: 'http://127.0.0.1:1/x',
        standing: 'authority',
        everySeconds: 60,
        source: 'config',
        watch,
        ...more,
      }),
    )
  const happens = async (event: string, id: string) => {
    const react = event === 'feed.silent' || event === 'feed.stuck' ? tellFeedIll(deps) : tellFeedWell(deps)
    await store.system(async (tx) => {
      const position = await record(tx, { event, place: subdistrict, thing: { type: 'feed', id }, data: { name: '区气象台' } })
      const row = await tx.selectFrom('journal').selectAll().where('position', '=', position).executeTakeFirstOrThrow()
      await react(tx, toEntry(row))
    })
  }
  const hints = () => store.system(async (tx) => (await listAlerts(tx, { limit: 50 })).filter((a) => a.origin === 'internal').reverse())

  await t.test('silence is told to those named, once, and never as a warning; then that it is well again', async (t) => {
    await add('bureau')
    await happens('feed.silent', 'bureau')
    await happens('feed.silent', 'bureau')
    const [hint, ...others] = await hints()
    t.same(others, [], 'once')
    t.match(hint, { state: 'issued', audience: 'staff', level: null, event: '来源中断', words: { ownText: /区气象台.*023-52000001/ } })
    const officers = deps.register.snapshot().staff.filter((s) => s.post === '值班员' && s.duty)
    t.equal(hint!.summary.audience.contacts, new Set(officers.map((s) => s.contactId)).size, 'only the post that is named')
    const revision = await store.system((tx) =>
      tx.selectFrom('alert_revision').select('words').where('alert_id', '=', hint!.id).executeTakeFirstOrThrow(),
    )
    const words = revision.words as unknown as { named: string[]; previews: { text: string }[] }
    t.same(words.named, ['值班员'], 'delivery asks for the same people')
    for (const { text } of words.previews) t.notMatch(text, /预警信号|红色|橙色/)
    t.ok(words.previews.some((p) => p.text.includes('来源中断')))
    await happens('feed.recovered', 'bureau')
    const after = await hints()
    t.match(after, [{ state: 'closed' }, { state: 'issued', event: '来源恢复', words: { ownText: /已恢复/ } }])
    await happens('feed.recovered', 'bureau')
    t.equal((await hints()).length, 2, 'nobody was told of an illness, nobody hears that it is over')
  })

  await t.test('nobody named: the desk shows it, nobody is called', async (t) => {
    const before = (await hints()).length
    await add('other', { watch: plainWatch })
    await happens('feed.silent', 'other')
    t.equal((await hints()).length, before)
  })

  await t.test('a test of the line: staff on the exercise list at once, no residents, over by itself', async (t) => {
    const id = await desk.warn({ status: 'Test', level: 'blue', event: '线路测试' })
    const { staff, residents } = await desk.alertsOf(id)
    t.match(staff, { state: 'issued', kind: 'exercise' })
    t.equal(residents, undefined)
    await desk.end(id, 'expired')
    const [ended] = await store.system((tx) => readSeriesAlerts(tx, staff!.seriesId))
    t.equal(ended!.state, 'closed', 'nobody is asked for an all-clear')
  })
})
