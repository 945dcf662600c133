// A PostgreSQL and a Redis of their own for tests and benches, in a temporary folder, on free ports; gone when the command ends.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const isRoot = process.getuid?.() === 0
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

const packages = {
  postgresql: () => findPostgres() !== null,
  'redis-server': () => has('redis-server'),
  chromium: () => findChromium() !== null,
  'fonts-noto-cjk': hasChineseFont,
}
/** Only a judge for one test and a peer for one bench: installed apart, so that where it is not to be had the others still come. */
const judges = { 'postgresql-postgis': hasPostgis }

function findPostgres() {
  const folder = '/usr/lib/postgresql'
  const versions = existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.map((v) => join(folder, v, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
  if (found) return found
  return has('initdb') && has('pg_ctl') ? '' : null
}
export function hasPostgis() {
  const bin = findPostgres()
  if (bin === null) return false
  const asked = spawnSync(join(bin, 'pg_config'), ['--sharedir'], { encoding: 'utf8' })
  const shared = asked.status === 0 ? asked.stdout.trim() : bin.replace(/^\/usr\/lib\/(.*)\/bin$/, '/usr/share/$1')
  return existsSync(join(shared, 'extension', 'postgis.control'))
}
export function findChromium() {
  const known = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return process.env.CHROMIUM ?? known.find((p) => existsSync(p)) ?? null
}
function hasChineseFont() {
  if (process.platform !== 'linux') return true
  const listed = spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.trim() !== ''
}

/** Installs the system packages the tests need (as root on Debian); elsewhere says what is missing. Answers what is missing still. */
export function installSystemPackages() {
  const missingOf = (wanted) =>
    Object.entries(wanted)
      .filter(([, there]) => !there())
      .map(([name]) => name)
  for (const some of [packages, judges]) {
    const wanted = missingOf(some)
    if (wanted.length > 0) install(wanted)
  }
  return [...missingOf(packages), ...missingOf(judges)]
}

function install(wanted) {
  if (!isRoot || !has('apt-get')) return
  console.log(`Installing system packages: ${wanted.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], { stdio: ['ignore', 'ignore', 'inherit'], env })
}

const freePort = () =>
  new Promise((ok, no) => {
    const server = net.createServer()
    server.once('error', no)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => ok(port))
    })
  })

async function untilOpen(port, what) {
  const deadline = Date.now() + 20_000
  for (;;) {
    const open = await new Promise((ok) => {
      const socket = net.connect(port, '127.0.0.1', () => ok(true) || socket.destroy())
      socket.once('error', () => ok(false))
    })
    if (open) return
    if (Date.now() > deadline) throw new Error(`${what} did not start within 20 s`)
    await pause(50)
  }
}

/** A PostgreSQL of its own in the folder; null where it is not installed. crash() is a server that loses its power, start() gives it back. */
export async function startPostgres(folder, settings = {}) {
  const bin = findPostgres()
  if (bin === null) return null
  const data = join(folder, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  chmodSync(folder, 0o755)
  let asUser = {}
  if (isRoot) {
    const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
    asUser = { uid: id('-u'), gid: id('-g') }
    chownSync(data, asUser.uid, asUser.gid)
  }
  const port = await freePort()
  const initdb = spawnSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C'], {
    ...asUser,
    encoding: 'utf8',
    cwd: '/',
  })
  if (initdb.status !== 0) throw new Error(`initdb: ${initdb.stderr}`)
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: data, max_connections: 200, ...settings }
  const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let server
  const start = async () => {
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...words], { ...asUser, stdio: 'ignore', cwd: '/' })
    await untilOpen(port, 'PostgreSQL')
    // Open is not yet ready: after a crash it reads its log first.
    while (server.exitCode === null && spawnSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status !== 0)
      await pause(20)
  }
  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    crash: () => stopProcess(server, 'SIGQUIT'),
    stop: () => stopProcess(server, 'SIGINT'),
  }
}

/** A Redis of its own in the folder; null where it is not installed. Started again it is as its files say. */
export async function startRedis(folder, settings = { appendonly: 'yes' }) {
  if (!has('redis-server')) return null
  const port = await freePort()
  const words = Object.entries({ bind: '127.0.0.1', dir: folder, save: '', ...settings }).flatMap(([name, value]) => [`--${name}`, value])
  let server
  const start = async () => {
    server = spawn('redis-server', ['--port', String(port), ...words], { stdio: 'ignore' })
    await untilOpen(port, 'Redis')
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: () => stopProcess(server, 'SIGKILL'),
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    stop: () => stopProcess(server, 'SIGTERM'),
  }
}

/** { databaseUrl, redisUrl, stop }: null where the program is not installed. `settings` of PostgreSQL on top of ours. */
export async function startServers(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'yinshi-servers-'))
  const database = await startPostgres(folder, { shared_buffers: '256MB', max_wal_size: '4GB', ...settings })
  const redis = await startRedis(folder)
  return {
    databaseUrl: database?.url ?? null,
    redisUrl: redis?.url ?? null,
    async stop() {
      await redis?.stop()
      await database?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const stopProcess = (child, signal) =>
  new Promise((ok) => {
    if ((child.exitCode ?? child.signalCode) !== null) return ok()
    child.once('exit', ok)
    child.kill(signal)
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
    child.once('exit', () => clearTimeout(patience))
  })
