// npm test [-- files]: installs what the tests need where it can, then lint, types, build and every test. Ends with "N passed, N failed".
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build, checkNode, install, listTests, root } from './prepare.mjs'
import { findChromium, hasPostgis, installSystemPackages, startServers } from './servers.mjs'

checkNode()
install('all')
const started = Date.now()
const missing = installSystemPackages()
const bin = (name) => join(root, 'node_modules', '.bin', name)
const files = process.argv.slice(2)

const told = (what, code) => {
  if (code === 0) return console.log(`ok - ${what}`)
  console.error(`not ok - ${what}`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const check = (command, args) => {
  const run = spawn(bin(command), args, { cwd: root, stdio: 'inherit' })
  return new Promise((ok) => run.once('exit', ok))
}
const whole = files.length === 0
/** The stories first: the longest of them would be waited for at the end. */
const allTests = () => {
  const all = listTests()
  const isShort = (file) => file.startsWith(join('test', 'modules'))
  return [...all.filter((file) => !isShort(file)), ...all.filter(isShort)]
}
if (whole) told('lint and format', await check('biome', ['check', '--error-on-warnings']))
// One compiler looks at the types while the other builds: neither needs what the other finds.
const types = whole && check('tsc', ['--noEmit'])
build()
if (whole) told('types', await types)

// Nothing of it outlives the command: what its disk has is not waited for.
const servers = await startServers({ fsync: 'off' })
const env = { ...process.env, FORCE_COLOR: '0' }
if (servers.databaseUrl) env.TEST_DATABASE_URL = servers.databaseUrl
if (servers.redisUrl) env.TEST_REDIS_URL = servers.redisUrl
const chromium = findChromium()
if (chromium) env.CHROMIUM = chromium
const skipped = []
if (!servers.databaseUrl) skipped.push('everything on PostgreSQL (install postgresql)')
if (!servers.databaseUrl || !hasPostgis()) skipped.push('the equality with PostGIS (install postgresql-postgis)')
if (!servers.redisUrl) skipped.push('everything on Redis (install redis-server)')
if (!chromium) skipped.push('the browser stories (install chromium)')

// The whole TAP stream goes to a file; the screen shows one line per test file and whatever failed.
mkdirSync(join(root, '.tap'), { recursive: true })
const logFile = join(root, '.tap', 'test.log')
const log = createWriteStream(logFile)
const tap = spawn(process.execPath, [join(root, 'scripts', 'tap.mjs'), ...(whole ? allTests() : files)], {
  cwd: root,
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
})
let totals = { total: 0, pass: 0, fail: 0, skip: 0 }
const recent = []
for await (const line of createInterface({ input: tap.stdout })) {
  log.write(`${line}\n`)
  const failing = /^\s*not ok /.test(line) && !/# (skip|todo)/i.test(line)
  if (/^(ok|not ok) /.test(line)) console.log(line)
  else if (failing) recent.push(line)
  else if (recent.length > 0 && recent.length < 400) recent.push(line)
  const end = /^# \{ (.*) \}$/.exec(line)
  if (end)
    totals = {
      fail: 0,
      skip: 0,
      ...Object.fromEntries(
        end[1]
          .split(', ')
          .map((p) => p.split(': '))
          .map(([k, v]) => [k, Number(v)]),
      ),
    }
}
const code = await new Promise((ok) => (tap.exitCode === null ? tap.once('exit', ok) : ok(tap.exitCode)))
log.end()
await servers.stop()

if (recent.length > 0) console.log(`\nWhat failed (all of it: ${logFile}):\n${recent.join('\n')}`)
for (const what of skipped) console.log(`\nNOT RUN: ${what}`)
if (missing.length > 0) console.log(`Missing on this machine: ${missing.join(', ')}`)
console.log(`\n${((Date.now() - started) / 1000).toFixed(0)} s`)
const failed = totals.fail || (code === 0 ? 0 : 1)
console.log(`${totals.pass} passed, ${failed} failed${totals.skip ? `, ${totals.skip} skipped` : ''}`)
process.exit(code ?? 1)
