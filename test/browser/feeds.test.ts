import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { makeCap } from '../rig/samples/make-cap.js'
import { type Column, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { noBrowser, openBrowser } from './window.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'
const rail = (page: Page, name: string) => page.getByRole('navigation', { name: '导航' }).getByRole('link', { name, exact: true }).click()
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: '预警来源' }).getByRole('button', { name }).click()

/** A file falls on the page as from a folder of the desktop. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const carried = await page.evaluateHandle(
    ([name, text]) => {
      const files = new DataTransfer()
      files.items.add(new File([text!], name!))
      return files
    },
    [name, text],
  )
  await page.locator('section.drop').dispatchEvent('drop', { dataTransfer: carried })
}

async function readWhyRefused(t: Test, page: Page): Promise<void> {
  const broken = makeCap({ identifier: 'SCREEN-BROKEN' }).replace('</event>', '</evnt>')
  const line = broken.split('\n').findIndex((one) => one.includes('</evnt>')) + 1
  await tab(page, '报文')
  await drop(page, 'from-the-bureau.txt', broken)
  const why = page.locator('section.why', { hasText: '为什么读不懂' })
  const fact = (name: string) => why.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]')
  await fact('问题').getByText(`第 ${line} 行`).waitFor()
  await fact('可能的原因').getByText('文件在传输中被截断').waitFor()
  await fact('怎么办').getByText(/\S{4}/).waitFor()
  await fact('现在安全吗').getByText('读不懂不等于没有预警').waitFor()
  t.pass('what is wrong and where, why, what to do, whether it is safe')

  const marked = page.locator(`.raw-error[data-line="${line}"]`)
  await marked.locator('mark', { hasText: '</evnt>' }).waitFor()
  t.equal(await page.locator('.raw .raw-line').count(), broken.split('\n').length, 'the bytes stand there as they came')
  t.equal(await page.locator('.raw .raw-error').count(), 1, 'one line is marked')
  t.ok(
    await marked.evaluate((row) => {
      const box = row.closest('.raw')!.getBoundingClientRect()
      const { top, bottom } = row.getBoundingClientRect()
      return top >= box.top && bottom <= box.bottom
    }),
    'and in sight without a search',
  )
  await rail(page, '值守')
  await page.locator('.need-urgent', { hasText: '收到读不懂的报文 1 份' }).locator('.need-open').click()
  await page.locator('.ant-table-row', { hasText: `第 ${line} 行` }).waitFor()
  t.pass('the desk asks for it, and leads there')
}

async function enterByHand(t: Test, page: Page): Promise<void> {
  const now = chinaTime(new Date(Date.now() - 10 * 60_000))
  const words = `${now.slice(0, 4)}年${now.slice(5, 7)}月${now.slice(8, 10)}日${now.slice(11, 13)}时${now.slice(14, 16)}分`
  await tab(page, '补录')
  await page
    .locator('.paste textarea')
    .fill(`开州区气象台${words}发布暴雨橙色预警信号,预计未来3小时文峰街道将有50毫米以上降雨,请注意防范。`)
  const sign = page.locator('.manual-foot button')
  await sign.filter({ hasText: `补录:开州区气象台 ${now.slice(11, 16)} 发布暴雨橙色预警信号,涉及文峰街道` }).waitFor()
  t.pass('the button says what was read, in full')
  // The telephone says yellow after all.
  await page.getByRole('radio', { name: '黄色' }).click()
  await sign.filter({ hasText: '暴雨黄色预警信号' }).click()
  const result = page.locator('.manual-result')
  await result.getByText('已补录').waitFor()
  await result.getByText(/本辖区 135 个网格/).waitFor()
  await result.getByRole('button', { name: '回值守台处置' }).click()
  await page.locator('.banner-yellow').getByText('暴雨黄色预警信号').first().waitFor()
  await page.locator('.need', { hasText: '收到读不懂的报文' }).waitFor({ state: 'detached' })
  t.pass('signed, it is the warning on the desk, in the colour the officer gave it')
}

async function verifyByTelephone(t: Test, page: Page): Promise<void> {
  await rail(page, '预警源')
  await tab(page, '报文')
  await drop(page, 'cut-short.xml', '<alert><identifier>')
  await page.locator('section.why', { hasText: '为什么读不懂' }).waitFor()
  await rail(page, '值守')
  const need = page.locator('.need', { hasText: '收到读不懂的报文 1 份' })
  await need.getByRole('button', { name: '已核实' }).click()
  await page.getByRole('button', { name: '电话核实,不是预警' }).click()
  await need.waitFor({ state: 'detached' })
  t.pass('verified by telephone, the desk asks for it no more')
}

async function testTheLine(t: Test, page: Page): Promise<void> {
  await rail(page, '预警源')
  await page.getByRole('button', { name: '测试全链路' }).click()
  const dialog = page.getByRole('dialog', { name: '测试全链路' })
  await dialog.getByText('居民收不到').waitFor()
  await dialog.getByRole('button', { name: '发出测试给演练名单' }).click()
  // The page gives every stage a minute before it says which one did not come: so does this.
  const verdict = dialog.locator('.line-verdict.note-good, .line-verdict.note-bad')
  await verdict.waitFor({ timeout: 70_000 })
  t.match(await verdict.textContent(), /全链路正常/)
  await dialog.locator('.stage-done', { hasText: '交给发送通道' }).waitFor()
  t.pass('the whole line is seen to work')
}

t.test('the sources on screen: a broken file, a message by chat, a test of the line', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const service = await startTestService(t, column)
  const windows = await openBrowser(t)
  const page = await windows.open()
  await page.goto(`${service.url}/desk`)
  await page.getByRole('button', { name: '以值班员身份进入' }).click()
  await rail(page, '预警源')
  await page.getByText('一路来源都没有配置').waitFor()
  t.pass('without a feed the page says so, and what to do')
  await readWhyRefused(t, page)
  await enterByHand(t, page)
  await verifyByTelephone(t, page)
  await testTheLine(t, page)
  // The browser notes by itself that the broken file was answered with 422.
  t.same(
    windows.faults.filter((fault) => !fault.includes('422')),
    [],
    'no page complained',
  )
})
