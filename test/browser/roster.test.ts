import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Column, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { noBrowser, openBrowser } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'
const row = (page: Page, name: string) => page.locator('.roster tr', { has: page.getByRole('rowheader', { name }) })
const said = (page: Page, words: string | RegExp) => page.locator('.note', { hasText: words }).waitFor()

/** Names come from the sample; the screen is asked for them. */
const namesOf = async (page: Page, post: string): Promise<string[]> => {
  const group = page.locator('.roster tbody', { has: page.locator('.roster-post', { hasText: post }) })
  return (await group.locator('tr:not(.roster-post) th').allInnerTexts()).map((text) => text.split(/\s/)[0]!)
}

async function fillTheGap(t: Test, page: Page): Promise<string[]> {
  await said(page, '5 个夜里没有排人')
  t.equal(await page.locator('.roster-empty').count(), 5, 'the forgotten night is red, and those after the end of the table')
  const officers = await namesOf(page, '值班员')
  await page.getByRole('button', { name: `给${officers[0]}排7月16日` }).click()
  await page.getByRole('menuitem', { name: '夜班 17:30–08:30' }).click()
  await said(page, '新排 1 个班')
  await page.locator('.roster-empty').nth(4).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '撤销' }).click()
  await page.locator('.roster-empty').nth(4).waitFor()
  t.pass('written down, and taken back')
  return officers
}

async function sendASubstitute(t: Test, page: Page, officers: string[]): Promise<void> {
  await page.getByRole('button', { name: `${officers[2]} 7月14日 全天` }).click()
  await page.getByRole('menuitem', { name: '请假、替班…' }).click()
  const dialog = page.getByRole('dialog')
  t.ok(await dialog.getByRole('button', { name: /请假|替/ }).isDisabled(), 'not without a reason')
  await dialog.getByLabel('谁来替').click()
  await page.getByTitle(new RegExp(`^${officers[0]} 值班员`)).click()
  await dialog.getByLabel('原因(必填)').fill('发热就医')
  await dialog.getByText(`这段时间预警叫应${officers[0]},不叫${officers[2]}`).waitFor()
  await dialog.getByRole('button', { name: `由${officers[0]}替${officers[2]}` }).click()
  await row(page, officers[2]!).getByText(`${officers[0]}替`).waitFor()
  await row(page, officers[0]!).getByText(`替${officers[2]}`).waitFor()
  t.pass('who comes and who is away stand in their rows')
}

async function pasteASheet(t: Test, page: Page, officers: string[]): Promise<void> {
  await page.getByRole('button', { name: '粘贴' }).click()
  const dialog = page.getByRole('dialog', { name: '粘贴值班表' })
  await dialog.getByLabel('值班表').fill(`2025-07-16,值班员,${officers[1]},夜班\n2025-07-17,值班员,没有此人`)
  await dialog.getByRole('button', { name: '导入 2 行' }).click()
  await dialog.getByRole('alert').getByText('第 2 行:“值班员”里没有这个人').waitFor()
  await dialog.getByLabel('值班表').fill(`2025-07-16,值班员,${officers[1]},夜班`)
  await dialog.getByRole('button', { name: '导入 1 行' }).click()
  await page.locator('.roster-empty').nth(4).waitFor({ state: 'detached' })
  t.pass('a wrong line is named; the good sheet fills the gap')
}

async function readTheBoard(t: Test, page: Page): Promise<void> {
  await page.getByRole('link', { name: '名册检查' }).click()
  await page.getByRole('button', { name: '打不通电话的住户' }).click()
  await page.getByRole('link', { name: '补号码' }).first().waitFor()
  await page.getByRole('button', { name: '今晚没有网格员值班的网格' }).click()
  await page.getByRole('link', { name: '去排班' }).first().click()
  await page.getByText('这一周还没有排班').waitFor()
  t.pass('a finding leads to where it is mended; an empty week says what holds meanwhile')
}

t.test('the rota and the readiness board on screen', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const service = await startTestService(t, column)
  const windows = await openBrowser(t)
  const page = await windows.open()
  await page.goto(`${service.url}/desk`)
  await page.getByRole('button', { name: '以值班员身份进入' }).click()
  await page.getByRole('link', { name: /^名册检查:\d+ 项/ }).waitFor()
  await page.goto(`${service.url}/desk/register/roster?place=500154002&from=2025-07-16`)
  const officers = await fillTheGap(t, page)
  await sendASubstitute(t, page, officers)
  await pasteASheet(t, page, officers)
  await readTheBoard(t, page)
  // The browser notes by itself that the wrong sheet was answered with 422.
  t.same(
    windows.faults.filter((fault) => !fault.includes('422')),
    [],
    'no page complained',
  )
})
