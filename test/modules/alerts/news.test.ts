import t from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { readAlert, readLiveAlerts, readRevisions } from '../../../src/alerts/alert-store.js'
import { confirmDowngrade } from '../../../src/alerts/confirm-downgrade.js'
import { holdAlert } from '../../../src/alerts/hold-alert.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { reviseAlert } from '../../../src/alerts/revise-alert.js'
import { newId } from '../../../src/base/ids.js'
import { Problem } from '../../../src/base/problem.js'
import type { Standing } from '../../../src/feeds/bulletin.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { collectNeeds } from '../../../src/outward/desk-needs.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { findWarning, listWarnings } from '../../../src/warnings/warnings-store.js'
import { dialects } from '../../rig/reading.js'
import { type CapParts, makeCap, referenceTo } from '../../rig/samples/make-cap.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { officer, openDesk, subdistrict } from './desk-rig.js'

const quiet = { info() {}, warn() {}, error() {}, debug() {} }
const at = (minute: number) => `2026-07-12T03:${String(minute).padStart(2, '0')}:00+08:00`
const all = '<geocode><valueName>x</valueName><value>500154002000</value></geocode>'
const oneGrid = '<geocode><valueName>x</valueName><value>500154002001001</value></geocode>'

if (!testDatabaseUrl) t.comment('SKIPPED: the stories of the desk need TEST_DATABASE_URL (PostgreSQL)')
else
  t.test('what a newer word is to those who were told already', async (t) => {
    const desk = await openDesk(t)
    const { store } = desk
    await store.system(async (tx) => {
      for (const [id, standing] of Object.entries({
        bureau: 'authority',
        city: 'authority',
        third: 'authority',
        list: 'mirror',
        many: 'authority',
        left: 'authority',
        held: 'authority',
      }))
        await addFeed(tx, {
          id,
          place: subdistrict,
          name: id,
          dialect: 'cap',
          url: 'http://x.example/',
          standing: standing as Standing,
          everySeconds: 60,
          source: 'config',
        })
    })
    const ingest = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
    let night = 0
    t.beforeEach(async () => {
      night += 1
      await desk.clear()
    })
    /** A station's word, and all that follows by itself. Numbers and hazards of one night do not meet those of another. */
    const hear = async (feedId: string, name: string, parts: Partial<CapParts> = {}, how: { baseline?: boolean; by?: string } = {}) => {
      const xml = makeCap({ identifier: `${night}-${name}`, sender: `${feedId}.example`, area: all, ...parts })
      const result = await ingest.ingest({
        dialect: 'cap',
        raw: Buffer.from(how.by ? xml.replaceAll('气象台(演练)', how.by) : xml),
        contentType: null,
        via: 'feed',
        feedId,
        place: subdistrict,
        standing: feedId === 'list' ? 'mirror' : 'authority',
        actor: officer,
        ...(how.baseline ? { baseline: true } : {}),
      })
      await desk.pass(0)
      return result.warningIds[0]!
    }
    const update = (feedId: string, of: string, sent = at(26)) => ({
      msgType: 'Update',
      references: referenceTo(`${night}-${of}`, sent, `${feedId}.example`),
    })
    const read = (alert: Alert) => desk.as(officer, (tx) => readAlert(tx, alert.id))
    const find = (id: string) => desk.as(officer, async (tx) => (await findWarning(tx, id))!)
    const press = (alert: Alert) => ({ alertId: alert.id, revision: alert.revision })
    const orange = { headline: '气象台(演练)发布暴雨橙色预警信号', severity: 'Severe' }
    const yellow = { headline: '气象台(演练)发布暴雨黄色预警信号', severity: 'Moderate' }

    t.test('a mirror called the staff; the authority says the same: nobody is called twice, residents are asked about', async (t) => {
      const m = await hear('list', 'm')
      const { staff, residents } = await desk.alertsOf(m)
      t.match(staff, { state: 'issued', revision: 1 })
      t.equal(residents, undefined)
      const b = await hear('bureau', 'b', { sent: at(27) })
      t.match(await read(staff!), { state: 'issued', revision: 1, warningId: b })
      const now = await desk.alertsOf(b)
      t.match(now.residents, { state: 'draft', seriesId: staff!.seriesId })
      t.ok(now.residents!.issueAt, 'the countdown of an authority’s red runs')
      t.match(
        (await desk.journal(staff!.seriesId)).map((e) => e.event),
        ['alert.drafted', 'alert.issued', 'alert.continued', 'alert.drafted'],
      )
    })

    t.test('the authority says more than the mirror did: the staff hear it', async (t) => {
      const number = `500154416000${String(night).padStart(2, '0')}_20260712032600`
      const m = await hear('list', 'm', { identifier: number, ...orange })
      const { staff } = await desk.alertsOf(m)
      await hear('bureau', 'b', { identifier: number })
      t.match(await read(staff!), { state: 'issued', revision: 2, level: 'red' })
    })

    t.test('a lower colour of another station is muted, and comes back when the higher one is over', async (t) => {
      const red = await hear('bureau', 'red')
      const { staff } = await desk.alertsOf(red)
      const low = await hear('city', 'low', orange, { by: '市气象台(演练)' })
      t.same((await desk.alertsOf(low)).all, [], 'nobody is told')
      t.match(await find(low), { state: 'in-force', muted: [{ place: subdistrict, by: red, reason: /暴雨红色预警信号生效/ }] })
      await hear('bureau', 'end', {
        sent: at(27),
        msgType: 'Cancel',
        references: referenceTo(`${night}-red`, at(26), 'bureau.example'),
        info: '',
      })
      t.match(await find(low), { muted: [] })
      t.match(await read(staff!), { level: 'orange', revision: 2, warningId: low }, 'the station that still warns is heard')
    })

    t.test('an update that ends our areas and goes on elsewhere: the officer is asked to tell ours that it is over', async (t) => {
      const elsewhere = '<geocode><valueName>x</valueName><value>500154101000</value></geocode>'
      const info = (area: string, status: string) => `  <info><language>zh-CN</language><category>Met</category><event>暴雨</event>
        <responseType>Monitor</responseType><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>
        <expires>2126-07-12T09:26:00+08:00</expires><headline>气象台(演练)暴雨红色预警信号</headline>
        <parameter><valueName>layer:EC-MSC-SMC:1.1:Alert_Location_Status</valueName><value>${status}</value></parameter>
        <area><areaDesc>${status}</areaDesc>${area}</area></info>`
      const parted = (ours: string) => ({
        ...update('bureau', 'a'),
        sent: at(40),
        info: `${info(ours, 'ended')}\n${info(elsewhere, 'active')}`,
      })
      const first = await hear('bureau', 'a')
      const { staff, residents } = await desk.alertsOf(first)
      await desk.as(officer, (tx) => issueAlert(tx, desk.deps, press(residents!)))
      const second = await hear('bureau', 'b', parted(all))
      t.match(await find(second), { state: 'in-force', areas: [{ description: 'active' }] })
      for (const alert of [staff!, residents!])
        t.match(await read(alert), { state: 'issued', summary: { allClear: { basis: 'no-longer-ours' } } }, alert.audience)
    })

    t.test('where the higher one does not reach, the lower one is told', async (t) => {
      await hear('bureau', 'red', { area: oneGrid })
      const low = await hear('city', 'low', orange, { by: '市气象台(演练)' })
      const { staff } = await desk.alertsOf(low)
      t.match(staff, { state: 'issued', level: 'orange' })
      t.notOk(staff!.grids.includes('500154002001001'))
      t.ok(staff!.grids.length > 1)
    })

    t.test('继续发布 of red: responsible people hear it again, residents do not; other words are asked about', async (t) => {
      const first = await hear('bureau', 'a', { description: '已降雨80毫米,12日03时26分。', expires: '2026-07-12T09:26:00+08:00' })
      const { staff, residents } = await desk.alertsOf(first)
      await desk.as(officer, (tx) => issueAlert(tx, desk.deps, press(residents!)))
      const again = { sent: at(40), description: '已降雨80毫米,12日03时40分。', headline: '气象台(演练)继续发布暴雨红色预警信号' }
      const b = await hear('bureau', 'b', { ...again, ...update('bureau', 'a'), expires: '2026-07-12T10:00:00+08:00' })
      t.match(await read(staff!), { revision: 2, warningId: b })
      const quietly = await read(residents!)
      t.match(quietly, { revision: 1, warningId: b, issueAt: null, summary: { update: undefined } })
      t.equal(quietly.expiresAt!.toISOString(), '2026-07-12T02:00:00.000Z', 'it stands as long as the warning')
      await hear('bureau', 'c', { sent: at(50), description: '已降雨150毫米。', ...update('bureau', 'b', at(40)) })
      const asked = await read(residents!)
      t.equal(asked.summary.update?.level, 'red')
      t.ok(asked.issueAt)
    })

    t.test('a repeat of yellow rings nobody', async (t) => {
      const first = await hear('bureau', 'a', yellow)
      const { staff } = await desk.alertsOf(first)
      t.match(staff, { state: 'issued', revision: 1 })
      const b = await hear('bureau', 'b', { ...yellow, sent: at(40), ...update('bureau', 'a') })
      t.match(await read(staff!), { revision: 1, warningId: b })
    })

    t.test('lowered while people are being moved: nothing is told before a person confirms', async (t) => {
      const red = await hear('bureau', 'red')
      const { staff, residents } = await desk.alertsOf(red)
      await desk.as(officer, (tx) => issueAlert(tx, desk.deps, press(residents!)))
      await desk.as(officer, (tx) =>
        tx
          .insertInto('evacuation')
          .values({
            id: newId(),
            place: subdistrict,
            alert_id: staff!.id,
            series_id: staff!.seriesId,
            grids: ['500154002001001'],
            ordered_by: 'officer',
            deadline: null,
            closed_at: null,
          })
          .execute(),
      )
      await hear('bureau', 'low', { ...orange, sent: at(40), ...update('bureau', 'red') })
      await desk.pass(3600)
      for (const alert of [staff!, residents!])
        t.match(await read(alert), {
          revision: 1,
          level: 'red',
          issueAt: null,
          summary: { update: { level: 'orange', unconfirmed: 'downgrade' } },
        })
      const refusal = await desk
        .as(officer, async (tx) => reviseAlert(tx, desk.deps, press(await readAlert(tx, residents!.id))))
        .catch((e: unknown) => e)
      t.ok(refusal instanceof Problem)
      t.match(refusal, { kind: 'conflict', title: /转移还没有结束/ })
      const confirmed = await desk.as(officer, (tx) => confirmDowngrade(tx, desk.deps, { ...press(residents!), reason: '已电话核实' }))
      t.ok(confirmed.effect)
      t.match(await read(staff!), { revision: 2, level: 'orange' })
      const waiting = await read(residents!)
      t.match(waiting, { revision: 1, level: 'red', summary: { update: { level: 'orange', unconfirmed: undefined } } })
      t.ok(waiting.issueAt, 'and now goes the way of every update')
      const events = (await desk.journal(staff!.seriesId)).filter((e) => e.event === 'alert.downgrade-confirmed')
      t.match(events, [{ person: 'officer', data: { to: 'orange', reason: '已电话核实' } }, {}])
      await desk.as(officer, (tx) => tx.updateTable('evacuation').set({ state: 'closed' }).execute())
    })

    t.test('a first poll drafts and calls nobody at once; the next word of the station does', async (t) => {
      const found = await hear('bureau', 'a', {}, { baseline: true })
      const { staff, residents } = await desk.alertsOf(found)
      for (const alert of [staff!, residents!]) t.match(alert, { state: 'draft', summary: { calm: { why: 'baseline', feedId: 'bureau' } } })
      t.equal(residents!.issueAt, null, 'residents: no countdown')
      t.ok(staff!.issueAt, 'the staff of a red one: a countdown that an officer can stop')
      await hear('bureau', 'b', { sent: at(40), description: '雨势加大。', ...update('bureau', 'a') })
      t.match(await read(staff!), { state: 'issued', level: 'red' })
      t.ok((await read(residents!)).issueAt)
    })

    t.test('a red one of a first poll calls the staff in the end, unless an officer holds it; residents never', async (t) => {
      const left = await desk.alertsOf(await hear('left', 'l', {}, { baseline: true, by: '值守气象台(演练)' }))
      const held = await desk.alertsOf(await hear('held', 'h', { event: '台风' }, { baseline: true, by: '暂缓气象台(演练)' }))
      await desk.as(officer, (tx) => holdAlert(tx, { ...press(held.staff!), reason: '先核实' }))
      await desk.pass(plainPolicy.flood.red_staff_after_seconds + 1)
      t.match(await read(left.staff!), { state: 'issued', summary: { calm: undefined } })
      t.equal((await read(left.residents!)).state, 'draft')
      t.equal((await read(held.staff!)).state, 'held')
    })

    t.test('too many at once from one feed: the rest are held for the officer', async (t) => {
      const events = ['台风', '暴雪', '大风', '冰雹', '大雾']
      desk.deps.flood = { ...plainPolicy.flood, more_than: 3 }
      const staff: Alert[] = []
      for (const event of events) {
        const id = await hear('many', event, { event, headline: `气象台(演练)发布${event}红色预警信号` })
        staff.push((await desk.alertsOf(id)).staff!)
      }
      t.same(
        staff.map((a) => a.state),
        ['issued', 'issued', 'issued', 'draft', 'draft'],
      )
      t.match(staff[4]!.summary.calm, { why: 'flood', feedId: 'many' })
      t.match((await find(staff[4]!.warningId!)).state, 'in-force', 'a red one: the console rings all the same')
      const linesOf = async (warningId: string) => {
        const live = await desk.as(officer, readLiveAlerts)
        const nothing = {
          verdicts: [],
          help: [],
          evacuation: null,
          calls: [],
          silentStations: [],
          carriers: [],
          bulletins: [],
          warnings: [],
          replies: { open: 0, help: 0, oldest: null },
        }
        const needs = collectNeeds({ now: desk.deps.clock.now(), live, feedNames: new Map(), policy: desk.deps.policy, ...nothing })
        return needs.filter((n) => n.warningId === warningId && n.kind !== 'flood').map((n) => [n.kind, n.alertId])
      }
      t.match(await linesOf(staff[4]!.warningId!), [[String, staff[4]!.id]], 'one line per warning: the staff first')
      const own = await hear('third', 'own', {}, { by: '邻区气象台(演练)' })
      t.equal((await desk.alertsOf(own)).staff!.state, 'issued', 'another feed is heard as ever')
      const pressed = await desk.as(officer, (tx) => issueAlert(tx, desk.deps, press(staff[4]!)))
      t.match(pressed.alert, { state: 'issued', summary: { calm: undefined } })
      const { residents } = await desk.alertsOf(staff[4]!.warningId!)
      t.same(await linesOf(staff[4]!.warningId!), [['decide', residents!.id]], 'and then whether residents hear it')
      desk.deps.flood = plainPolicy.flood
    })

    t.test('somebody else’s storm is kept, but is not on our desk', async (t) => {
      const away = await hear('third', 'away', { area: all.replace('500154002000', '110101000000') }, { by: '远方气象台(演练)' })
      const here = await hear('third', 'here', {}, { by: '近处气象台(演练)' })
      const ids = (ours: boolean) =>
        desk.as(officer, async (tx) => (await listWarnings(tx, { state: 'in-force', ours, limit: 100 })).map((w) => w.id))
      t.ok((await ids(false)).includes(away))
      t.notOk((await ids(true)).includes(away))
      t.ok((await ids(true)).includes(here))
    })

    t.test('an end that nobody gave is not told as the authority’s', async (t) => {
      const id = await hear('third', 'a', { expires: '' }, { by: '镇气象台(演练)' })
      const { staff } = await desk.alertsOf(id)
      t.ok(staff!.expiresAt, 'deliveries end some time')
      const [revision] = await desk.as(officer, (tx) => readRevisions(tx, [staff!.id]))
      t.equal(revision!.words.facts.until, null)
    })
  })
