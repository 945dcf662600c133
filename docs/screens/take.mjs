// Takes the pictures of the README from a running sample instance (npm start), while the night of 12 July is played.
//   node docs/screens/take.mjs [http://127.0.0.1:3000]
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const base = process.argv[2] ?? 'http://127.0.0.1:3000'
const folder = dirname(fileURLToPath(import.meta.url))
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })

async function open(path, viewport, username, more = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport, ...more })
  if (username) await context.request.post(`${base}/api/sessions/sample`, { data: { username } })
  const page = await context.newPage()
  await page.goto(base + path)
  return page
}
const wide = { width: 1366, height: 768 }
const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true }
const desk = await open('/desk', wide, 'officer')
const tell = (path, data) => desk.request.post(`${base}/api/drill/${path}`, { data, headers: { 'x-yinshi': '1' } })
const drill = async () => (await desk.request.get(`${base}/api/drill`)).json()
const take = async (page, name) => {
  await page.waitForTimeout(2000)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  console.log(name)
}
/** Lets the night go on to a time, and stands still there. */
const until = async (time) => {
  await tell('resume', {})
  while ((await drill()).at < time) await desk.waitForTimeout(200)
  await tell('pause', {})
}

await tell('start', { scenario: 'july-12', speed: 60, cast: 'all' })
await until('2026-07-12T03:27:10+08:00')
const residents = (await (await desk.request.get(`${base}/api/alerts`)).json()).items.find((a) => a.audience === 'residents' && a.origin === 'relay')
await desk.goto(`${base}/desk/alerts/${residents.id}`)
await take(desk, 'alert')
await until('2026-07-12T04:12:00+08:00')
await desk.goto(`${base}/desk`)
await take(desk, 'desk')
await desk.goto(`${base}/desk/map`)
await take(desk, 'map')
const worker = await open('/field', phone.viewport, 'worker', phone)
await take(worker, 'field')
const resident = await open('/', { width: 400, height: 860 }, null)
await take(resident, 'public')
const tour = await open('/tour', { width: 1440, height: 900 }, null)
await tour.waitForTimeout(4000)
await take(tour, 'tour')
await tell('end', {})
await browser.close()
