import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { type Column, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
const missing = !existsSync(program)
  ? 'no Chromium here (install it, or point CHROMIUM at one)'
  : existsSync(join(root, 'dist', 'apps', 'console', 'index.html'))
    ? false
    : 'the screens are not built (npm run build)'
const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const patience = 30_000

/** A window of one person; whatever the page complains about is a fault of ours. */
async function openWindow(browser: Browser, faults: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  page.on('pageerror', (e) => faults.push(`${page.url()}: ${e.message}`))
  page.on('console', (m) => {
    // Before the login the page asks who is there, and 401 is the answer.
    if (m.type() === 'error' && !m.text().includes('401')) faults.push(`${page.url()}: ${m.text()}`)
  })
  return page
}

/** Presses and holds, as a hand does: until what it does is seen. */
async function hold(page: Page, button: Locator, seen: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded()
  const box = (await button.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await seen.first().waitFor({ state: 'visible' })
  await page.mouse.up()
}

const phone: BrowserContextOptions = { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true }

t.test('one storm on screen: from the login to 解除', { skip: missing, timeout: 240_000 }, async (t: Test) => {
  const service = await startTestService(t, column)
  const browser = await chromium.launch({ executablePath: program, args: flags })
  t.teardown(() => browser.close())
  const faults: string[] = []
  const now = new Date()
  const at = (minutes: number) => chinaTime(new Date(now.getTime() + minutes * 60_000))
  const publish = async (file: string, identifier: string, sent: string) => {
    const slots: Record<string, string> = { identifier, sent, expires: at(360), reference: 'screen-red', referenceSent: at(0) }
    const xml = readFileSync(join(root, 'config', 'drills', 'july-12', file), 'utf8').replace(
      /\{\{(\w+)\}\}/g,
      (_, name: string) => slots[name]!,
    )
    t.match(await service.ingest('cap', xml), { status: 202, body: { outcome: 'accepted' } })
  }

  const desk = await openWindow(browser, faults)
  await desk.goto(`${service.url}/desk`)
  await desk.getByRole('button', { name: '以值班员身份进入' }).click()
  await desk.getByText('当前没有生效的预警').waitFor()
  t.pass('the officer is at the desk, and sees that nothing is in force')

  await publish('red-rainstorm.xml', 'screen-red', at(0))
  await desk.getByText('听到了,停止响铃').waitFor()
  await desk.getByText('暴雨红色预警信号').first().waitFor()
  await desk.getByText('气象台(演练)').first().waitFor()
  t.pass('the desk rings by itself: level, station, time')
  await desk.getByRole('button', { name: '听到了,停止响铃' }).click()

  await desk.keyboard.press('Enter')
  const relay = desk.locator('.actionbar .ys-hold')
  await relay.getByText(/向 15 个社区 32,104 人转发暴雨红色预警信号/).waitFor()
  for (const words of ['短信', '语音电话', '网页推送', '请勿外出涉水', '应转 12 户']) await desk.getByText(words).first().waitFor()
  t.pass('Enter opens the top need: the words per channel, the audience, and what the button will do, in full')
  await hold(desk, relay, desk.locator('.actionbar-state', { hasText: '已发出' }))
  await desk.getByText('最后一条已交通道').nth(1).waitFor()
  t.pass('held for a second, the residents are told')

  await desk.getByRole('button', { name: '组织转移' }).click()
  const order = desk.locator('.ant-modal')
  await order.getByText('下达转移:12 户 33 人').waitFor()
  await order.locator('input[type="text"], input:not([type])').first().fill('带班领导')
  await hold(desk, order.locator('.ys-hold'), desk.getByRole('heading', { name: '转移' }))
  await desk.getByText('12 户', { exact: true }).first().waitFor()
  t.pass('with a logged telephone approval the move is ordered: 12 households, 33 people')

  const worker = await openWindow(browser, faults, phone)
  await worker.goto(`${service.url}/field`)
  await worker.getByRole('button', { name: /网格员/ }).click()
  await worker.getByText('下一户').waitFor()
  await worker.getByRole('button', { name: '已通知', exact: true }).click()
  await worker.getByText('已同步').waitFor()
  const left = worker.locator('.card.next .ys-hold')
  await worker.locator('.card.next button', { hasText: '已通知' }).waitFor()
  await hold(worker, left, worker.getByText(/离家\s*1\/8\s*户/))
  await worker.getByText('已同步').waitFor()
  t.pass('in the rain: one door told, one household left; the phone has sent it')

  const secretary = await service.as('secretary')
  const [evacuation] = (await secretary.get<{ items: Json[] }>('/api/evacuations')).items
  await desk.locator('.ys-tabular', { hasText: '1' }).first().waitFor()
  await desk.waitForFunction(() => /已离家[\s\S]{0,30}1 户/.test(document.body.innerText))
  t.pass('the desk’s four numbers move by themselves')

  const keeper = await openWindow(browser, faults, phone)
  await keeper.goto(`${service.url}/field`)
  await keeper.getByRole('button', { name: /安置点/ }).click()
  await keeper.getByRole('button', { name: '到达', exact: true }).first().click()
  await hold(keeper, keeper.locator('.ys-hold').first(), keeper.getByText('已到达 1 户').or(keeper.getByText('已到达')).first())
  await desk.waitForFunction(() => /已到达\(核验\)[\s\S]{0,30}1 户/.test(document.body.innerText))
  t.pass('the shelter confirms, and the desk knows')

  const outsider = await openWindow(browser, faults, { javaScriptEnabled: false, viewport: { width: 400, height: 860 } })
  await outsider.goto(service.url)
  for (const words of ['暴雨红色', '现在请这样做', '文峰小学', '我需要帮助']) await outsider.getByText(words).first().waitFor()
  t.pass('the public page needs no JavaScript')

  await publish('all-clear.xml', 'screen-clear', at(1))
  await desk.goto(`${service.url}/desk`)
  await desk.getByText(/解除/).first().waitFor()
  const alerts = (await secretary.get<{ items: Json[] }>('/api/alerts')).items
  const residents = alerts.find((a) => a.audience === 'residents' && a.origin === 'relay')!
  await desk.goto(`${service.url}/desk/alerts/${residents.id}`)
  const clear = desk.locator('.actionbar .ys-hold', { hasText: '解除' })
  await hold(desk, clear, desk.locator('.actionbar-state', { hasText: '已解除' }))
  t.pass('the station lifts, a person passes it on')

  await desk.goto(`${service.url}/desk/evacuation/${evacuation!.id}`)
  await desk.getByRole('button', { name: /批准返回/ }).click()
  const dialog = desk.locator('.ant-modal')
  for (const box of await dialog.locator('textarea, input[type="text"]').all()) await box.fill('房屋和积水点已查看')
  await hold(desk, dialog.locator('.ys-hold'), desk.getByText('已批准返回').or(desk.getByText('可返回')).first())
  t.pass('the return is approved after a look at the houses')

  await desk.goto(`${service.url}/desk/report`)
  await desk.getByText('12 户 33 人').first().waitFor()
  t.pass('the report has written itself')

  const tour = await openWindow(browser, faults, { viewport: { width: 1440, height: 900 } })
  await tour.goto(`${service.url}/tour`)
  await tour.waitForFunction(() => document.querySelectorAll('iframe').length === 3)
  const english = await openWindow(browser, faults, { locale: 'en-US' })
  await english.goto(`${service.url}/desk`)
  await english.getByRole('heading', { name: 'Duty desk' }).waitFor()
  t.pass('the tour has its three frames, and the desk speaks English')

  t.same(faults, [], 'no page complained')
})
