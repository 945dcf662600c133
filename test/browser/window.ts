import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import type { Teardown } from '../rig/store.js'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
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
const screens = ['console', 'field', 'tour'].map((app) => join(root, 'dist', 'apps', app, 'index.html'))

/** Why no browser story can be told here, or false. */
export const noBrowser = !existsSync(program)
  ? `no Chromium at ${program} (install it, or point CHROMIUM at one)`
  : screens.every((file) => existsSync(file))
    ? false
    : 'the screens are not built (npm run build)'

export const patience = 30_000
export const phone: BrowserContextOptions = { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true }

/** Everybody's windows, and what their pages complained about. */
export interface Windows {
  open(options?: BrowserContextOptions): Promise<Page>
  faults: string[]
}

export async function openBrowser(t: Teardown): Promise<Windows> {
  // Playwright gives it a new, empty profile of its own.
  const browser: Browser = await chromium.launch({ executablePath: program, args: flags })
  t.teardown(() => browser.close())
  const faults: string[] = []
  return {
    faults,
    async open(options = {}) {
      const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })
      context.setDefaultTimeout(patience)
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() !== 'error') return
        // Before the login the page asks who is there, and 401 is the answer.
        if (message.text().includes('401') && message.location().url.endsWith('/api/me')) return
        faults.push(`${page.url()}: ${message.text()} (${message.location().url})`)
      })
      return page
    },
  }
}

/** Presses and holds, as a hand does: until what it does is seen (and it may not have been there before). */
export async function hold(page: Page, button: Locator, seen: Locator): Promise<void> {
  await button.waitFor()
  if (await seen.first().isVisible()) throw new Error(`seen before anything was held: ${seen}`)
  await button.scrollIntoViewIfNeeded()
  await button.hover()
  await page.mouse.down()
  await seen.first().waitFor()
  await page.mouse.up()
}
