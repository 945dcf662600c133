import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { sampleKey } from '../rig/made-store.js'
import { eventually, startTestService } from '../rig/service.js'
import { createTestDatabase, makeTestFolder, testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { hold, noBrowser, openBrowser } from './window.js'

const skip =
  noBrowser || (testDatabaseUrl && testRedisUrl ? false : 'no PostgreSQL and Redis: carriers that fail are written into the rows')

/** A red rainstorm for one community only, by its place code. */
const storm = () => `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>delivery-red</identifier><sender>kzqx</sender><sent>${chinaTime(new Date())}</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language><category>Met</category><event>暴雨红色预警信号</event>
<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Likely</certainty><expires>${chinaTime(new Date(Date.now() + 6 * 3_600_000))}</expires>
<senderName>开州区气象台(演练)</senderName><headline>开州区气象台(演练)发布暴雨红色预警信号</headline><description>预计将有大暴雨。</description>
<area><areaDesc>三中社区</areaDesc><geocode><valueName>ADMINISTRATIVE_DIVISION_CODE</valueName><value>500154002001</value></geocode></area></info></alert>`

interface Row {
  contactId: number
  channel: string
  state: string
}

t.test(
  'who was not reached, why, and what a press does about it; taken back in three presses',
  { skip, timeout: 120_000 },
  async (t: Test) => {
    const DATABASE_URL = await createTestDatabase(t, 'sample')
    const DATA_KEY_FILE = join(makeTestFolder(t), 'data.key')
    writeFileSync(DATA_KEY_FILE, sampleKey.toString('hex'))
    const service = await startTestService(t, 'PostgreSQL + Redis', { DATABASE_URL, DATA_KEY_FILE })
    const windows = await openBrowser(t)
    const officer = await service.as('officer')
    t.match(await service.ingest('cap', storm()), { status: 202, body: { outcome: 'accepted' } })
    const alerts = () => officer.get<{ items: { id: string; audience: string; revision: number }[] }>('/api/alerts')
    const { items } = await eventually(
      alerts,
      (all) => all.items.some((one) => one.audience === 'residents'),
      'the draft for the residents',
    )
    const { id, revision } = items.find((alert) => alert.audience === 'residents')!
    await officer.post(`/api/alerts/${id}/issue`, { revision })
    interface Told {
      waiting: number
      lastAcceptedAt: string | null
      byChannel: { sms?: { accepted: number; delivered: number } }
    }
    await eventually(
      () => officer.get<Told>(`/api/alerts/${id}/progress`),
      ({ waiting, lastAcceptedAt, byChannel: { sms } }) => lastAcceptedAt !== null && waiting === 0 && sms?.delivered === sms?.accepted,
      'everybody is told, every receipt is in',
    )
    const rows = new pg.Client({ connectionString: DATABASE_URL })
    await rows.connect()
    // What carriers say of some of them: ten are switched off, five numbers do not exist.
    const failed = `update delivery d set state = 2, grade = 0, reason = $1 from alert_revision r
      where r.id = d.revision_id and r.alert_id = $2 and d.channel = 1 and d.contact_id in (
        select c.contact_id from household_contact c join delivery o on o.contact_id = c.contact_id and o.revision_id = r.id
        where c.relation = 'self' group by c.contact_id having count(*) = 1 order by 1 offset $3 limit $4)`
    await rows.query(failed, ['MOBILE_SHUTDOWN', id, 0, 10])
    await rows.query(failed, ['isv.MOBILE_NUMBER_ILLEGAL', id, 10, 5])
    await rows.end()

    const page = await windows.open()
    await page.goto(`${service.url}/desk`)
    await page.getByRole('button', { name: '以值班员身份进入' }).click()
    await page.goto(`${service.url}/desk/alerts/${id}/delivery`)

    const off = page.getByRole('listitem').filter({ hasText: '关机、停机、没有信号或没有接' })
    await off.getByRole('button', { name: '再发一次' }).click()
    await page.getByRole('button', { name: '再发一次 10 条' }).click()
    await page.getByText('10 条已重新排队').waitFor()
    await off.waitFor({ state: 'detached' })
    t.pass('ten that were switched off are sent once more, and the line is gone')

    const dead = page.getByRole('listitem').filter({ hasText: '空号、停机或地址已失效' })
    t.equal(await dead.getByRole('button', { name: '再发一次' }).count(), 0, 'a number that does not exist is not sent to again')
    await dead.getByRole('button', { name: '派人上门' }).click()
    await page.locator('.ant-popconfirm').getByRole('button', { name: '派人上门' }).click()
    await page.getByText(/新派 \d+ 户/).waitFor()
    await page.getByRole('link', { name: /^上门/ }).click()
    await page.getByText('空号、停机或地址已失效').first().waitFor()
    t.pass('somebody goes to the doors that only the dead number knew')

    await page.getByRole('link', { name: '为什么没有送到' }).click()
    await dead.getByRole('button', { name: '看名单、改号码' }).click()
    await page.getByText('共 5 条').waitFor()
    await page.locator('.row-link').first().press('Enter')
    await page.getByText('派人上门,并把号码改对;再发也不会到').waitFor()
    await page.getByRole('button', { name: '显示号码' }).click()
    await page
      .getByText(/1\d{10}/)
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('这一条的经过').waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: '按网格' }).click()
    await page.getByRole('button', { name: '三中社区四网格' }).waitFor()
    t.pass('one of them in full, the number on press; the grids')

    const listed = async (revision: number) => {
      const all: Row[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const path = `/api/alerts/${id}/deliveries?revision=${revision}&limit=1000${cursor && `&cursor=${cursor}`}`
        const page: { items: Row[]; nextCursor: string | null } = await officer.get(path)
        all.push(...page.items)
        cursor = page.nextCursor
      }
      return all
    }
    const name = ({ contactId, channel }: Row) => `${contactId} ${channel}`
    const told = (await listed(1)).filter((row) => row.state === 'accepted' || row.state === 'unknown').map(name)
    await page.evaluate(() => {
      Object.assign(window, { presses: 0 })
      window.addEventListener(
        'pointerdown',
        () => Object.assign(window, { presses: (window as unknown as { presses: number }).presses + 1 }),
        true,
      )
    })
    await page.getByRole('button', { name: '撤回更正' }).click()
    await page.getByRole('button', { name: '误发' }).click()
    await hold(page, page.getByRole('button', { name: /^撤回更正:告诉收到过的/ }), page.getByTitle(/已撤回更正$/))
    t.equal(await page.evaluate(() => (window as unknown as { presses: number }).presses), 3, 'from wrong to taken back in three presses')
    await eventually(
      () => officer.get<Told>(`/api/alerts/${id}/progress?revision=2`),
      ({ waiting, lastAcceptedAt }) => waiting === 0 && lastAcceptedAt !== null,
      'the correction is accepted',
    )
    const corrected = await listed(2)
    t.ok(corrected.every((row) => row.state === 'accepted'))
    t.same(corrected.map(name).sort(), told.sort(), 'the correction went to exactly those, on the same channels')
    t.same(windows.faults, [], 'no page complained')
  },
)
