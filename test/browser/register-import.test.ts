import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { readTable } from '../../src/register/import/read-table.js'
import { writeXlsx } from '../../src/register/sheet/write-sheet.js'
import { type Column, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { hold, noBrowser, openBrowser } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'
const headings = ['网格', '户主', '门牌地址', '人数', '联系电话']
const good = [
  ['三中社区四网格', '甲某某', '新苑1栋1单元101室', 3, '16200123456'],
  ['三中社区四网格', '乙某某', '新苑1栋1单元102室', 2, '16200123457'],
]
const bad = [...good, ['月亮网格', '丙某某', '新苑1栋1单元103室', 1, ''], ['三中社区四网格', '丁某某', '新苑1栋1单元104室', 1, '138']]

async function workbook(rows: (string | number)[][]): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of writeXlsx({ name: '住户', headings, rows })) pieces.push(piece)
  return Buffer.concat(pieces)
}
const staff = '姓名,岗位,电话,网格,代理人\n甲某某,楼栋长,16200990001,三中社区四网格,乙某某\n乙某某,楼栋长,16200990002,三中社区四网格,\n'
const choose = async (page: Page, name: string, rows: (string | number)[][]) =>
  page.locator('section.drop input[type=file]').setInputFiles({ name, mimeType: '', buffer: await workbook(rows) })
const figure = (page: Page, label: string) => page.locator('.figure', { hasText: label }).locator('.figure-value')

async function sayWhatAHeadingMeans(t: Test, page: Page): Promise<void> {
  await choose(page, '四网格.xlsx', good)
  await page.getByRole('alert').getByText('还缺').waitFor()
  const asked = page.locator('.mapping > div', { hasText: '门牌地址' })
  await asked.getByText('新苑1栋1单元101室').waitFor()
  t.pass('what stands in the column is seen beside its heading')
  await asked.getByRole('combobox').click()
  await page.locator('.ant-select-item-option', { hasText: /^住址$/ }).click()
  await page.getByRole('button', { name: '导入:新增 2 户' }).waitFor()
  t.equal(await figure(page, '新增').textContent(), '2')
}

async function undoTheLatest(page: Page, what: string): Promise<void> {
  const latest = page.locator('.imports li').first()
  await latest.getByText(what).waitFor()
  await latest.getByRole('button', { name: /撤\s*销/ }).click()
  await page
    .locator('.ant-popover:visible')
    .getByRole('button', { name: /^撤\s*销$/ })
    .click()
  await latest.getByText('已撤销').waitFor()
}

async function takeAndUndo(t: Test, page: Page): Promise<void> {
  await page.getByRole('button', { name: '导入:新增 2 户' }).click()
  await page.getByRole('status').getByText('已导入:新增 2 户').waitFor()
  await undoTheLatest(page, '住户:新增 2,')
  t.pass('taken, and put back')
}

async function mendABadFile(t: Test, page: Page): Promise<void> {
  await choose(page, '四网格-改.xlsx', bad)
  await page.getByText('本机下次遇到同样的表头会照用').waitFor()
  t.pass('what was said of these headings is remembered')
  const problem = (line: number) =>
    page.locator('.ant-table-row', { has: page.locator('td').first().getByText(String(line), { exact: true }) })
  await problem(4).getByText('名册里没有这个网格').first().waitFor()
  await problem(4).getByText('未收').first().waitFor()
  await problem(5).getByText('电话号码不对').first().waitFor()
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载标好问题的表格' }).click()])
  t.equal(saved.suggestedFilename(), '四网格-改-问题.xlsx')
  const { headings, rows } = await readTable(await readFile(await saved.path()))
  t.equal(headings[0], '问题')
  const verdicts: string[] = []
  for await (const { cells } of rows) verdicts.push(cells[0]!)
  t.match(verdicts, ['', '', /未收.*核对网格/, /已收.*核对位数/], 'the marked sheet says it row by row')
}

async function takeOutWhoIsGone(t: Test, page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: /移出名册/ }).check()
  const button = page.getByRole('button', { name: /移出 \d+ 户/ })
  const leaving = /移出 (\d+) 户/.exec((await button.textContent()) ?? '')?.[1]
  t.match(leaving, /^\d{2,}$/, 'the number is on the button that is held')
  await button.click()
  t.equal(await page.getByRole('status').getByText('已导入').count(), 0, 'a click is not enough')
  await hold(page, button, page.getByRole('status').getByText(`移出 ${leaving} 户`))
  await undoTheLatest(page, `移出 ${leaving},`)
  t.pass('held, taken out, and all of them are back')
}

async function takeStaff(t: Test, page: Page): Promise<void> {
  await page.locator('section.drop input[type=file]').setInputFiles({ name: '力量.csv', mimeType: '', buffer: Buffer.from(staff) })
  await page.getByText('网格力量 · UTF-8').waitFor()
  await page.getByRole('button', { name: '导入:新增 2 人' }).click()
  await page.getByRole('status').getByText('已导入:新增 2 人').waitFor()
  await undoTheLatest(page, '网格力量:新增 2,')
  t.pass('staff are taken and put back like households')
}

t.test('a sheet into the register: its headings, its mistakes, the undo', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const service = await startTestService(t, column)
  const windows = await openBrowser(t)
  const page = await windows.open({ acceptDownloads: true })
  await page.goto(`${service.url}/desk`)
  await page.getByRole('button', { name: '以管理员身份进入' }).click()
  await page.getByRole('navigation', { name: '导航' }).waitFor()
  await page.goto(`${service.url}/desk/register/import`)
  await sayWhatAHeadingMeans(t, page)
  await takeAndUndo(t, page)
  await mendABadFile(t, page)
  await takeOutWhoIsGone(t, page)
  await takeStaff(t, page)
  t.same(windows.faults, [], 'no page complained')
})
