import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { newId } from '../../src/base/ids.js'
import { chinaTime } from '../../src/base/web.js'
import { type Column, type Json, type Person, startTestService, type TestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { hold, noBrowser, openBrowser, phone, root, type Windows } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

interface Door {
  id: string
  label: string
  people: number
  planned: boolean
  leftAt: string | null
  arrivedAt: string | null
}
interface Story {
  t: Test
  service: TestService
  windows: Windows
  /** The officer's one page, from the login to the report. */
  desk: Page
  publish(file: string, identifier: string, minutes: number): Promise<void>
}

/** The station's bulletins of the drill, signed now and posted as the feed would. */
function station(t: Test, service: TestService): Story['publish'] {
  const now = Date.now()
  const at = (minutes: number) => chinaTime(new Date(now + minutes * 60_000))
  return async (file, identifier, minutes) => {
    const slots: Record<string, string> = {
      identifier,
      sent: at(minutes),
      expires: at(360),
      reference: 'screen-red',
      referenceSent: at(0),
    }
    const text = readFileSync(join(root, 'config', 'drills', 'july-12', file), 'utf8')
    const xml = text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => slots[name]!)
    t.match(await service.ingest('cap', xml), { status: 202, body: { outcome: 'accepted', problems: [] } }, `${identifier} is taken`)
  }
}

/** One of the big numbers of the evacuation screen, with people and households. */
const number = (desk: Page, label: string, people: string, households: string) =>
  desk
    .locator('.four .figure', { hasText: label })
    .filter({ hasText: new RegExp(`^${people}\\D`) })
    .filter({ hasText: new RegExp(`\\D${households} 户$`) })
    .waitFor()
const rail = (desk: Page, name: string) => desk.getByRole('navigation', { name: '导航' }).getByRole('link', { name, exact: true }).click()
const sentAll = (page: Page) => page.getByRole('button', { name: '已同步' }).waitFor()

async function logIn({ t, service, windows, desk }: Story): Promise<void> {
  const english = await windows.open({ locale: 'en-US' })
  await english.goto(`${service.url}/desk`)
  await english.getByRole('heading', { name: 'Duty desk' }).waitFor()
  await english.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await english
    .getByRole('button', { name: /^Enter as \w/ })
    .first()
    .waitFor()
  t.notMatch(
    await english.locator('.login-card label, .login-card .ant-btn').allInnerTexts(),
    /[一-鿿]/,
    'no word of another language on its buttons and labels',
  )
  await english.close()
  t.pass('the login speaks English to an English browser')

  await desk.goto(`${service.url}/desk`)
  await desk.getByRole('button', { name: '以值班员身份进入' }).click()
  await desk.getByText('当前没有生效的预警').waitFor()
  await desk.evaluate(() => {
    document.documentElement.dataset.sameSince = 'login'
  })
  t.pass('the officer is at the desk, and sees that nothing is in force')
}

async function hearTheWarning({ t, desk, publish }: Story): Promise<void> {
  await publish('red-rainstorm.xml', 'screen-red', 0)
  const alarm = desk.getByRole('alertdialog', { name: '新预警' })
  await alarm.getByText('暴雨红色预警信号').waitFor()
  await desk.waitForFunction(() => document.title.startsWith('■'))
  const banner = desk.locator('.banner-red')
  for (const fact of ['暴雨红色预警信号', '气象台(演练)', /刚刚|\d+ (秒|分钟)前/]) await banner.getByText(fact).first().waitFor()
  await desk.locator('.area-told h3', { hasText: '责任人 62' }).waitFor()
  await desk
    .locator('.area-told')
    .getByText(/范围内 [\d,]+ 户 32,104 人/)
    .waitFor()
  t.pass('the desk rings by itself: level, station, age; 62 are called; whom it would reach')
  await alarm.getByRole('button', { name: '听到了,停止响铃' }).click()
  await alarm.waitFor({ state: 'hidden' })
}

async function tellResidents({ t, desk }: Story): Promise<string> {
  const presses: string[] = []
  desk.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/issue')) presses.push(request.url())
  })
  await desk.keyboard.press('Enter')
  const relay = desk.locator('.actionbar .ys-hold')
  await relay.getByText('向 15 个社区 32,104 人转发暴雨红色预警信号').waitFor()
  for (const channel of ['sms', 'voice', 'push']) await desk.locator(`figure.phone-${channel}`).getByText('请勿外出涉水').waitFor()
  await desk.locator('figure.phone-sms').getByText('气象台(演练)').waitFor()
  await desk.locator('.words-readers').getByRole('button', { name: '居民群' }).click()
  await desk.locator('figure.phone-group').getByText('暴雨红色预警').first().waitFor()
  for (const fact of ['32,104', '应转 12 户']) await desk.locator('.audience-figures').getByText(fact).waitFor()
  t.pass('Enter opens the top need: the words per channel, the audience, and what the button will do, in full')

  await relay.click()
  await desk.locator('.actionbar .ys-hold:not(.is-holding):not(.is-busy)').waitFor()
  await hold(desk, relay, desk.locator('.actionbar-state', { hasText: '已发出' }))
  t.equal(presses.length, 1, 'a tap sends nothing; held for a second, it is sent once')
  await desk.waitForFunction(() => {
    const whole = /^([\d,]{5,})\/\1$/.test(document.querySelector<HTMLElement>('.reached .figure-value')?.innerText ?? '')
    const channels = [...document.querySelectorAll<HTMLElement>('.by-channel li > b')]
    return whole && channels.length >= 3 && channels.every((one) => /^([\d,]+)\/\1$/.test(one.innerText))
  })
  t.pass('every channel becomes whole on the screen')
  return new URL(desk.url()).pathname.split('/').at(-1)!
}

async function orderTheMove({ t, desk }: Story): Promise<string> {
  await desk.getByRole('button', { name: '组织转移 12 户 33 人…' }).click()
  const order = desk.getByRole('dialog', { name: '组织转移' })
  const act = order.locator('.ys-hold', { hasText: '下达转移:12 户 33 人' })
  await act.waitFor()
  t.ok(await act.isDisabled(), 'nobody moves people without an approval')
  t.equal(await order.locator('.move-row').count(), 12, 'every household is named before the order')
  await order.getByRole('combobox').fill('带班领导')
  await hold(desk, act, desk.locator('.four'))
  await number(desk, '应转', '33', '12')
  await number(desk, '已通知', '0/33', '0')
  t.pass('with the telephone approval logged the move is ordered: 12 households, 33 people')
  return new URL(desk.url()).pathname.split('/').at(-1)!
}

/** One worker in the rain: told, left, refused and talked round, and two people whom no list knew. */
async function goDoorToDoor({ t, service, windows, desk }: Story, checklist: () => Promise<Door[]>): Promise<Page> {
  const worker = await windows.open(phone)
  await worker.goto(`${service.url}/field`)
  await worker.getByRole('button', { name: '网格员', exact: true }).click()
  const next = worker.locator('.card.next')
  await next.getByText('下一户').waitFor()
  await worker.locator('.level-red').getByText('暴雨红色预警信号').waitFor()
  const shown = () => next.locator('.next-who b').innerText()

  const first = await shown()
  await next.getByRole('button', { name: '已通知', exact: true }).click()
  await next.locator('.next-who b', { hasNotText: first }).waitFor()
  await sentAll(worker)
  await hold(worker, next.locator('.ys-hold'), worker.getByText(/离家\s*1\/8\s*户/))
  await sentAll(worker)
  const gone = (await checklist()).filter((d) => d.leftAt !== null)
  t.equal(gone.length, 1, 'the service knows of exactly that door')
  await number(desk, '已离家', `${gone[0]!.people}/33`, '1')
  t.pass('one door told, one household left by a held button; the desk’s numbers follow by themselves')

  const stubborn = await shown()
  await next.getByRole('button', { name: '拒不转移' }).click()
  await worker.getByRole('button', { name: '舍不得财物' }).click()
  await worker.getByRole('button', { name: '请求协助劝离' }).click()
  await worker.locator('.list .line', { hasText: '拒不转移' }).waitFor()
  await desk.getByText('拒不转移 1 户').waitFor()
  await worker.locator('.list .line', { hasText: stubborn }).click()
  await hold(worker, worker.locator('main .ys-hold'), worker.locator('.history').getByText('已离家'))
  await worker.getByRole('button', { name: '返回', exact: true }).click()
  await sentAll(worker)
  await desk.getByText('拒不转移 1 户').waitFor({ state: 'hidden' })
  t.pass('one household refused: the desk knew at once; it was talked round')

  await worker.getByRole('button', { name: '不在名单的人' }).click()
  const sheet = worker.getByRole('dialog', { name: '不在名单的人' })
  await sheet.getByLabel('在哪里').fill('3 栋底层门面')
  await sheet.getByRole('button', { name: '加一' }).click()
  await hold(worker, sheet.locator('.ys-hold', { hasText: '补录 2 人' }), next.locator('.next-who', { hasText: '底层门面' }))
  await sentAll(worker)
  await desk.getByText('名单外增加 2 人').waitFor()
  t.pass('a household that no list knew is added at its door')
  return worker
}

/** The other doors and arrivals come from the other phones, over the same door of the service. */
const otherPhones = (who: Person) => {
  let seq = 0
  return async (door: Door, verb: string) => {
    const value = verb === 'told' ? {} : { people: door.people }
    const edit = { id: newId(), device: 'other', seq: ++seq, target: { type: 'household', id: door.id }, verb, value }
    const { results } = await who.post<{ results: Json[] }>('/api/field/sync', { edits: [{ ...edit, at: chinaTime(new Date()) }] })
    if (results[0]!.outcome !== 'accepted') throw new Error(`${verb} of ${door.label}: ${JSON.stringify(results[0])}`)
  }
}

async function countArrivals({ t, service, windows, desk }: Story, worker: Page, checklist: () => Promise<Door[]>): Promise<void> {
  const secretary = otherPhones(await service.as('secretary'))
  for (const door of (await checklist()).filter((d) => d.leftAt === null)) {
    await secretary(door, 'told')
    await secretary(door, 'left')
  }
  await worker.getByText('全部离家').waitFor()
  await number(desk, '已离家', '35/35', '13')
  t.pass('the other doors are done: the worker’s phone and the desk know')

  const keeper = await windows.open(phone)
  await keeper.goto(`${service.url}/field`)
  await keeper.getByRole('button', { name: /安置点/ }).click()
  for (const arrived of [1, 2]) {
    await keeper.getByRole('button', { name: '到达', exact: true }).first().click()
    await hold(
      keeper,
      keeper.getByRole('dialog').locator('.ys-hold', { hasText: '确认到达' }),
      keeper.locator('.line .chip.go').nth(arrived - 1),
    )
    await keeper.getByRole('dialog').waitFor({ state: 'detached' })
    await desk
      .locator('.four .figure', { hasText: '已到达(核验)' })
      .filter({ hasText: new RegExp(`\\D${arrived} 户$`) })
      .waitFor()
  }
  const otherKeeper = otherPhones(await service.as('keeper'))
  for (const door of (await checklist()).filter((d) => d.arrivedAt === null)) await otherKeeper(door, 'arrived')
  await number(desk, '已到达(核验)', '35/35', '13')
  await desk.locator('.four .figure', { hasText: '待核实' }).filter({ hasText: /^0\D/ }).waitFor()
  t.pass('the keeper counts at the shelter: all in, nobody unverified')
}

async function readThePublicPage({ t, service, windows }: Story): Promise<void> {
  const outsider = await windows.open({ javaScriptEnabled: false, viewport: { width: 400, height: 860 } })
  await outsider.goto(service.url)
  for (const words of ['暴雨红色', '气象台(演练)', '现在请这样做', '文峰小学', '我需要帮助'])
    await outsider.getByText(words).first().waitFor()
  await outsider.getByRole('link', { name: 'English' }).click()
  await outsider.getByRole('heading', { level: 1, name: /rainstorm/i }).waitFor()
  await outsider.close()
  t.pass('the public page needs no JavaScript, in both languages')
}

async function passOnTheAllClear({ t, desk, publish }: Story): Promise<void> {
  await rail(desk, '值守')
  await publish('all-clear.xml', 'screen-clear', 1)
  await desk.getByText('预警已解除,值守还没有结束').waitFor()
  await desk.getByText('还有 35 人在外等待返回').waitFor()
  await desk
    .locator('.need')
    .filter({ has: desk.locator('.need-kind', { hasText: /^解除$/ }) })
    .first()
    .click()
  const clear = desk.locator('.actionbar .ys-hold', { hasText: '等待通知再返回' })
  await hold(desk, clear, desk.locator('.actionbar-state', { hasText: '已解除' }))
  t.pass('the station lifts; a person passes it on, and those who left still wait')
}

async function approveTheReturn({ t, desk }: Story, worker: Page): Promise<void> {
  await rail(desk, '转移')
  await desk.getByRole('button', { name: '批准返回…' }).click()
  const dialog = desk.getByRole('dialog', { name: '批准返回' })
  await dialog.getByPlaceholder('谁看的').fill('楼栋长 6 点 50 分查看,房屋完好,积水已退')
  await dialog.getByPlaceholder('区气象台已解除').fill('区气象台已解除')
  const act = dialog.locator('.ys-hold', { hasText: '批准 13 户 35 人返回' })
  await act.waitFor()
  await hold(desk, act, desk.locator('.ant-table').getByText(/可返回|已批准|批准返回/))
  await dialog.waitFor({ state: 'hidden' })

  await worker.locator('.list .line').first().click()
  await hold(worker, worker.locator('.ys-hold', { hasText: '已返回家中' }), worker.locator('.history').getByText('已返回'))
  await desk.locator('.ant-table .state', { hasText: '已返回' }).waitFor()
  t.pass('the return is approved after a look at the houses, and the first are home')
}

async function readTheReport({ t, desk }: Story): Promise<void> {
  await rail(desk, '报送')
  const row = (name: string) => desk.locator('.report-rows tr').filter({ has: desk.getByRole('rowheader', { name, exact: true }) })
  await row('应转').getByText('12 户 33 人').waitFor()
  await row('其中已到达').getByText('12 户 33 人').waitFor()
  await row('实际转移').getByText('13 户 35 人').waitFor()
  await row('名单外增加').getByText('1 户 2 人').waitFor()
  await row('拒不转移')
    .getByText(/劝导后转移 1 户/)
    .waitFor()
  t.pass('the report has written itself: 12 and 33, and what was really moved')
  t.equal(await desk.evaluate(() => document.documentElement.dataset.sameSince), 'login', 'the desk was never loaded again')
}

async function openTheTour({ t, service, windows }: Story): Promise<void> {
  const tour = await windows.open({ viewport: { width: 1440, height: 900 } })
  await tour.goto(`${service.url}/tour`)
  await tour.getByRole('button', { name: '开始这一夜' }).waitFor()
  const frame = (address: string) => tour.frameLocator(`iframe[src^="${address}#"]`)
  await frame('/desk').getByRole('navigation', { name: '导航' }).waitFor()
  await frame('/field').locator('.tabs').getByRole('button', { name: '任务' }).waitFor()
  await frame('/tour/resident')
    .getByText(/文峰街道值班室|没有新消息|首页/)
    .first()
    .waitFor()
  t.equal(await tour.locator('iframe').count(), 3, 'three frames')
  t.pass('the tour shows the desk, a worker’s phone and a resident’s phone side by side')
}

t.test('one storm on screen: from the login to 解除', { skip: noBrowser, timeout: 240_000 }, async (t: Test) => {
  const service = await startTestService(t, column)
  const windows = await openBrowser(t)
  const story: Story = { t, service, windows, desk: await windows.open(), publish: station(t, service) }
  await logIn(story)
  await hearTheWarning(story)
  await tellResidents(story)
  const evacuation = await orderTheMove(story)
  const secretary = await service.as('secretary')
  const checklist = async () => (await secretary.get<{ items: Door[] }>(`/api/evacuations/${evacuation}/checklist`)).items
  const worker = await goDoorToDoor(story, checklist)
  await countArrivals(story, worker, checklist)
  await readThePublicPage(story)
  await passOnTheAllClear(story)
  await approveTheReturn(story, worker)
  await readTheReport(story)
  await openTheTour(story)
  t.same(windows.faults, [], 'no page complained')
})
