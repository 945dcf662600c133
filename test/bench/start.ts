import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from './figure.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Seconds from starting the program on a data folder until a page is served; then the program is stopped. */
async function startOnce(dataDir: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', DATABASE_URL: '', REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((ok, no) => {
    let told = ''
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/desk/.exec(told)
      if (found) ok(found[1]!)
    })
    child.once('exit', (code) => no(new Error(`npm start ended with ${code}: ${told}`)))
  })
  const page = await fetch(`${url}/`)
  if (!page.ok) throw new Error(`the public page answers ${page.status}`)
  const seconds = (performance.now() - started) / 1000
  child.removeAllListeners('exit')
  await new Promise((ok) => {
    child.once('exit', ok)
    child.kill('SIGTERM')
  })
  return seconds
}

/** The first start makes the store and loads the sample subdistrict; the second finds both. Installs and builds are not in it. */
export async function measureStart(): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yinshi-start-'))
  const figure = (name: string, value: number, target: number): Figure => ({
    name,
    value,
    unit: 's',
    peer: null,
    ratio: null,
    target,
    holds: value <= target,
  })
  try {
    return [
      figure('first start to a served page', await startOnce(dataDir), 90),
      figure('second start to a served page', await startOnce(dataDir), 5),
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
