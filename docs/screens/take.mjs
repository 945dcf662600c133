// Takes the pictures of the README from a running sample instance, in the middle of the drilled night:
//   npm start                         (in one window; it must be a sample register, the drill starts from the beginning)
//   node docs/screens/take.mjs        (in another; needs the development packages: npm install)
// Environment: URL (default http://127.0.0.1:3000), CHROMIUM (default: where the tests look for it).
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { findChromium } from '../../scripts/servers.mjs'
import { toPalette } from './palette-png.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const base = process.env.URL ?? 'http://127.0.0.1:3000'
const executablePath = findChromium()
if (!executablePath) throw new Error('No Chromium was found: set CHROMIUM to its path.')

async function ask(method, path, { token, body } = {}) {
  const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }
  const answer = await fetch(base + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  const told = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${told.title} ${told.detail ?? ''}`)
  return told
}

const tokens = await ask('POST', '/api/tour/tokens')
const desk = (method, path, body) => ask(method, path, { token: tokens.desk, body })

/** Lets the night run until a time of its own clock, then holds it still. */
async function playUntil(at) {
  await desk('POST', '/api/drill/resume').catch(() => undefined)
  const deadline = Date.now() + 300_000
  for (;;) {
    const drill = await desk('GET', '/api/drill')
    if (drill.state === 'failed') throw new Error(`The drill stopped: ${drill.problem}`)
    if (drill.at >= at) break
    if (Date.now() > deadline) throw new Error(`It is still ${drill.at}; ${at} did not come.`)
    await new Promise((ok) => setTimeout(ok, 50))
  }
  await desk('POST', '/api/drill/pause')
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })

/** One picture. `there` is what must stand on the page before it is taken. */
async function take(name, path, { width, height, scale = 1, locale = 'zh-CN', there }) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, locale, timezoneId: 'Asia/Shanghai', colorScheme: 'dark' })
  const page = await context.newPage()
  await page.goto(base + path)
  await page.getByText(there).first().waitFor({ timeout: 30_000 })
  // A desk that is just opened rings for what is in force, as it should; the pictures show it after that was heard.
  const desk = path.startsWith('/desk') ? page : path === '/tour' ? page.frameLocator('.desk-frame iframe') : null
  if (desk) await desk.getByRole('button', { name: /听到了|Heard/ }).click({ timeout: 5000 }).catch(() => undefined)
  await page.waitForTimeout(3000) // what arrives by the live stream settles
  const png = toPalette(await page.screenshot())
  writeFileSync(join(folder, `${name}.png`), png)
  await context.close()
  console.log(`${name}.png  ${Math.round(png.length / 1000)} kB`)
}

const phone = { width: 360, height: 780, scale: 2 }
const night = (time) => `2026-07-12T${time}`

await desk('POST', '/api/drill/start', { scenario: 'july-12', speed: 60, cast: 'all' })
try {
  // The warning is read, the staff are ringing, the residents' countdown runs.
  await playUntil(night('03:27:20'))
  const { items } = await desk('GET', '/api/alerts')
  const residents = items.find((alert) => alert.audience === 'residents' && alert.origin === 'relay')
  await take('alert', `/desk/alerts/${residents.id}#token=${tokens.desk}`, { width: 1366, height: 768, there: '暴雨' })

  // The residents have been told; people are being moved, some have arrived.
  await playUntil(night('04:24:00'))
  await take('desk', `/desk#token=${tokens.desk}`, { width: 1366, height: 768, there: '暴雨' })
  await take('desk.en', `/desk#token=${tokens.desk}`, { width: 1600, height: 900, locale: 'en', there: 'Red warning' })
  await take('map', `/desk/map#token=${tokens.desk}`, { width: 1366, height: 768, there: '重点部位' })
  await take('public', '/', { ...phone, there: '暴雨' })
  await take('field', `/field#token=${tokens.worker}`, { ...phone, there: '三中社区' })
  await take('tour', '/tour', { width: 1600, height: 900, there: '值班台' })
} finally {
  await desk('POST', '/api/drill/end').catch(() => undefined)
  await browser.close()
}
