import t from 'tap'
import { listAlerts, readAlert } from '../../../src/alerts/alert-store.js'
import { audienceOf, numbersOf } from '../../../src/alerts/describe-alert.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { previewAlert } from '../../../src/alerts/preview.js'
import { reviseAlert } from '../../../src/alerts/revise-alert.js'
import { noTariff } from '../../../src/alerts/tariff.js'
import { officer, openDesk } from './desk-rig.js'

const community = '500154002001'

t.test('before the issue: numbers, neighbours, and a wider audience than was warned', async (t) => {
  const desk = await openDesk(t)
  const draft = async () => {
    await desk.clear()
    const warning = await desk.warn({ codes: [community] })
    return (await desk.alertsOf(warning)).residents!
  }
  const again = (id: string) => desk.as(officer, (tx) => readAlert(tx, id))
  const look = async (id: string) =>
    previewAlert({ ...desk.deps, tariff: { ...noTariff, prices: { ...noTariff.prices, sms: 0.05 } } }, await again(id), null)
  const hints = () =>
    desk.store.system(async (tx) => (await listAlerts(tx, { limit: 50 })).filter((a) => a.event === '转发待核对' && a.state !== 'closed'))
  const add = (id: string, revision: number, grids: string[]) =>
    desk.as(officer, (tx) => reviseAlert(tx, desk.deps, { alertId: id, revision, grids }))

  await t.test('the preview adds up and costs what the parts cost', async (t) => {
    const { id, summary } = await draft()
    const seen = await look(id)
    t.equal(seen.people, summary.audience.people)
    t.equal(seen.contacts, summary.audience.contacts)
    const listed = numbersOf(audienceOf(desk.deps, await again(id), summary.match.grids))
    t.same(summary.audience, listed, 'what stands on the draft by counting is what the list of names has')
    t.equal(seen.told.people + seen.missing.reduce((sum, m) => sum + m.people, 0), seen.people)
    const sms = seen.channels.find((c) => c.channel === 'sms')!
    t.equal(sms.yuan, sms.segments * 0.05)
    t.ok(sms.segments >= sms.messages)
    t.equal(sms.seconds, null, 'nobody told us how fast the carrier is')
    t.equal(seen.width, null)
  })

  await t.test('a zone next door is added by one press; then it waits for a person, and the person names the number', async (t) => {
    const before = await draft()
    t.ok(before.issueAt, 'a red relay counts down')
    const [next] = (await look(before.id)).neighbours
    t.notOk(before.grids.includes(next!.place))
    await add(before.id, before.revision, [...before.grids, next!.place])
    const wide = await again(before.id)
    const reasons = new Map(wide.summary.match.grids.map((g) => [g.place, g.reason]))
    t.equal(reasons.get(next!.place), 'picked')
    t.ok(
      before.grids.every((place) => reasons.get(place) === 'code'),
      'what was warned keeps its reason',
    )
    t.equal(wide.issueAt, null)
    t.match(wide.summary.width, { warned: before.summary.audience.people, outside: [{ place: next!.place }] })
    await desk.pass(3600)
    t.equal((await again(wide.id)).state, 'draft', 'it never sends itself')
    t.equal((await hints()).length, 1, 'whoever can press is told, once')
    const press = { alertId: wide.id, revision: wide.revision }
    const issue = (confirm?: { audience: number }) => desk.as(officer, (tx) => issueAlert(tx, desk.deps, { ...press, confirm }))
    const people = wide.summary.audience.people
    await t.rejects(issue(), {
      errors: [],
      kind: 'audience-too-wide',
      status: 409,
      more: { audience: people, warned: before.summary.audience.people },
    })
    await t.rejects(issue({ audience: people - 1 }), { errors: [], kind: 'audience-too-wide' }, 'another number is no confirmation')
    t.equal((await issue({ audience: people })).alert.state, 'issued')
    const told = (await desk.journal(wide.seriesId)).find((e) => e.event === 'alert.width-confirmed')
    t.match(told?.data, { people, outside: 1 })
    t.notOk((await look(wide.id)).neighbours.some((n) => n.place === next!.place))
  })

  await t.test(
    'the countdown of one that has become too wide ends without a message to residents, and the duty posts hear it once',
    async (t) => {
      const before = await draft()
      const { too_wide_times } = desk.deps.policy
      t.teardown(() => Object.assign(desk.deps.policy, { too_wide_times }))
      Object.assign(desk.deps.policy, { too_wide_times: 0.5 })
      await desk.pass(130)
      t.match(await again(before.id), { state: 'draft', issueAt: null, summary: { width: { outside: [] } } })
      await desk.pass(130)
      const { people } = before.summary.audience
      const [hint, ...more] = await hints()
      t.same(more, [], 'once')
      t.match(hint, {
        state: 'issued',
        audience: 'staff',
        level: null,
        words: { ownText: `要通知${people}人,预警范围${people}人,没有自动发出,请核对` },
      })
      t.same(hint!.summary.named, ['值班员', '带班领导'])
      const { words } = (await desk.store.system((tx) =>
        tx.selectFrom('alert_revision').select('words').where('alert_id', '=', hint!.id).executeTakeFirstOrThrow(),
      )) as unknown as { words: { previews: { channel: string; language: string; text: string }[] } }
      const sms = words.previews.find((one) => one.channel === 'sms' && one.language === 'zh')!
      t.match(sms.text, new RegExp(`要通知${people}人,预警范围${people}人,没有自动发出,请核对`), 'both numbers are in the message')
    },
  )

  await t.test('named elsewhere wakes nobody; an officer who relays it all the same confirms', async (t) => {
    await desk.clear()
    const warning = await desk.warn({ codes: ['500154'], text: '温泉镇、郭家镇、敦好镇等乡镇将有大暴雨。' })
    t.same((await desk.alertsOf(warning)).all, [])
  })
})
