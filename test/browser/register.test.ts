import t from 'tap'
import { type Column, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { noBrowser, openBrowser } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

t.test('the register on screen: found, shown, put right, moved out and back', { skip: noBrowser, timeout: 180_000 }, async (t) => {
  const service = await startTestService(t, column)
  const windows = await openBrowser(t)
  const page = await windows.open()
  await page.goto(`${service.url}/desk`)
  await page.getByRole('button', { name: '以值班员身份进入' }).click()
  await page.getByRole('navigation', { name: '导航' }).getByRole('link', { name: '名册', exact: true }).click()
  const doors = page.getByRole('listbox', { name: '住户' }).getByRole('option')
  await doors.nth(5).waitFor()

  // By the keys alone: / goes to the search of this page, arrows choose, Enter opens.
  await page.keyboard.press('/')
  await page.keyboard.type('hx9h 101')
  await doors.first().getByText('后巷9号院').waitFor()
  await page.waitForFunction(() => [...document.querySelectorAll('.doors > div')].every((door) => door.textContent?.includes('后巷9号院')))
  await page.keyboard.press('ArrowDown')
  await page.locator('.doors [aria-selected="true"]').waitFor()
  await page.locator('.household-map [data-ready="true"]').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /后巷9号院/ }).waitFor()
  t.pass('found by initials, chosen in list and map, opened')

  const numbers = page.locator('.panel', { hasText: '打哪个电话' })
  await numbers
    .getByText(/^\d{3}\*{4}\d{4}$/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: '显示姓名和号码' }).click()
  const shown = await numbers
    .getByText(/^\d{11}$/)
    .first()
    .innerText()
  await page.locator('.household-history').getByText('查看了姓名和号码').first().waitFor()
  t.pass('masked, then shown, and the look is on record')

  await page.getByRole('button', { name: '修改' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: '改号码' }).first().click()
  await form.getByRole('textbox', { name: '号码' }).fill('162009990')
  await form.getByRole('button', { name: '保存 1 处改动' }).click()
  await form.getByRole('alert').getByText(/11 位/).waitFor()
  await form.getByRole('textbox', { name: '号码' }).fill('16200999002')
  await form.getByRole('button', { name: '保存 1 处改动' }).click()
  await numbers.getByText('162****9002').waitFor()
  await page.locator('.household-history').getByText('改了联系方式').waitFor()
  t.pass('a bad number is told where it stands, the right one is saved and is in the history')

  await page.getByRole('button', { name: '迁出' }).click()
  const dialog = page.getByRole('dialog', { name: '迁出名册' })
  await dialog.getByRole('combobox', { name: '为什么' }).click()
  await page.getByTitle('登记有误').click()
  await dialog.getByRole('button', { name: /迁出这一户/ }).click()
  await page.getByRole('button', { name: '撤销迁出' }).click()
  await numbers.getByText('162****9002').waitFor()
  await page.locator('.household-history').getByText('撤销迁出').waitFor()
  t.pass('moved out, and taken back on the same page')

  await page.getByRole('button', { name: '迁出', exact: true }).click()
  await dialog.getByRole('combobox', { name: '为什么' }).click()
  await page.getByTitle('搬走').click()
  await dialog.getByRole('button', { name: /迁出这一户/ }).click()
  await page.getByRole('button', { name: '回住户列表' }).click()
  await page.getByRole('textbox', { name: '找住户' }).fill('hx9h')
  await page.getByRole('button', { name: '已迁出' }).click()
  const gone = page.getByRole('row', { name: /后巷9号院/ })
  await gone.getByText('搬走').waitFor()
  await gone.getByRole('button', { name: '撤销迁出' }).click()
  await page.getByText('没有找到', { exact: true }).waitFor()
  await page.getByRole('button', { name: '已迁出' }).click()
  t.pass('found again among those who moved out, and taken back there')

  await page.getByRole('textbox', { name: '找住户' }).fill('999002')
  await doors.first().dblclick()
  await page.getByRole('button', { name: '修改' }).click()
  await form.getByRole('combobox', { name: '网格' }).click()
  await page.keyboard.type('三中社区五')
  await page.getByTitle('三中社区五网格').click()
  await form.getByText('号码、成员和经过一起过去').waitFor()
  await form.getByRole('textbox', { name: '楼栋' }).fill('滨河路新居')
  await form.getByRole('button', { name: '保存 2 处改动' }).click()
  await page.getByRole('heading', { name: /三中社区五网格 滨河路新居/ }).waitFor()
  await numbers.getByText('162****9002').waitFor()
  await page.locator('.household-history').getByText('改了所在网格、门牌').waitFor()
  t.pass('the same family in another grid, with its number and its history')

  await page.getByRole('link', { name: '‹ 住户' }).click()
  const words = page.getByRole('textbox', { name: '找住户' })
  await words.fill('999002')
  await page.getByText('已记入查阅记录').waitFor()
  t.equal(await doors.count(), 1, 'the end of the new number finds the one household')
  t.notMatch(page.url(), /999002/, 'and stands in no address line')
  await words.fill(shown)
  await page.getByText('没有找到这样的住户').waitFor()
  t.pass('nobody has the old number any more')
  // The browser notes by itself that the bad number was answered with 400.
  t.same(
    windows.faults.filter((fault) => !fault.includes('400')),
    [],
    'no page complained',
  )
})
