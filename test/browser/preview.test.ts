import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { type Column, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { hold, noBrowser, openBrowser } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

/** A red rainstorm for one community only, by its place code. */
const storm = () => `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>preview-red</identifier><sender>kzqx</sender><sent>${chinaTime(new Date())}</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language><category>Met</category><event>暴雨红色预警信号</event>
<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Likely</certainty><expires>${chinaTime(new Date(Date.now() + 6 * 3_600_000))}</expires>
<senderName>开州区气象台(演练)</senderName><headline>开州区气象台(演练)发布暴雨红色预警信号</headline><description>预计将有大暴雨。</description>
<area><areaDesc>三中社区</areaDesc><geocode><valueName>ADMINISTRATIVE_DIVISION_CODE</valueName><value>500154002001</value></geocode></area></info></alert>`

t.test(
  'before the issue on screen: reach, reasons, a zone next door, both numbers',
  { skip: noBrowser, timeout: 180_000 },
  async (t: Test) => {
    const service = await startTestService(t, column)
    const windows = await openBrowser(t)
    const page = await windows.open()
    t.match(await service.ingest('cap', storm()), { status: 202, body: { outcome: 'accepted' } })
    await page.goto(`${service.url}/desk`)
    await page.getByRole('button', { name: '以值班员身份进入' }).click()
    const officer = await service.as('officer')
    const { items } = await officer.get<{ items: { id: string; audience: string }[] }>('/api/alerts')
    const residents = items.find((alert) => alert.audience === 'residents')!
    await page.goto(`${service.url}/desk/alerts/${residents.id}`)

    await page.getByText(/在内 [\d,]+ 人 = 通知到户 [\d,]+ \+ 缺 \d+/).waitFor()
    await page.getByText('没有任何联系方式').waitFor()
    await page.getByRole('row', { name: /合计/ }).waitFor()
    t.pass('who is told, who is missing and why, what it costs')

    await page.getByRole('tab', { name: '住户' }).click()
    await page.getByText('为什么:住在').or(page.getByText('为什么:所在网格')).first().waitFor()
    t.match(await page.locator('.home-row b').first().innerText(), /^.某某$/, 'names are masked')
    await page.getByRole('button', { name: '显示姓名' }).click()
    await page.locator('.home-row b', { hasNotText: '某某' }).first().waitFor()
    t.pass('shown on press')

    await page.getByRole('tab', { name: '预览' }).click()
    const next = page.locator('.preview-scroll li').first()
    const name = await next.locator('span').first().innerText()
    await next.getByRole('button', { name: '加入' }).click()
    await page
      .getByText(/^超出预警范围:要通知/)
      .filter({ hasText: name })
      .waitFor()
    await page.getByText('超出预警范围,不会自动发出:等您核对').waitFor()
    await hold(
      page,
      page.getByRole('button', { name: /确认通知 [\d,]+ 人\(预警范围内 [\d,]+ 人,范围外 1 个网格\)/ }),
      page.locator('.alert-state-issued'),
    )
    t.pass('added by one press, issued by a person who saw both numbers')

    await page.goto(`${service.url}/desk/policy`)
    await page.getByText('转移时限').waitFor()
    await page.getByText('蓝色', { exact: true }).click()
    await page.getByText('应转 0 户').waitFor()
    t.pass('the rules are tried out without an alert')
    t.same(windows.faults, [], 'no page complained')
  },
)
