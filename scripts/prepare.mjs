// What `npm start` and `npm test` do before their real work: install what is missing, build what changed. Plain Node, no dependency.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installedFile = join(root, 'node_modules', '.yinshi-installed')
const builtFile = join(root, 'dist', '.built')

export function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 20) return
  console.error(`Yinshi needs Node 20 or newer; this is ${process.version}. Install it (https://nodejs.org) and run the command again.`)
  process.exit(1)
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    ...options,
  })
  if (result.status !== 0) {
    console.error(`"${command} ${args.join(' ')}" did not succeed (exit ${result.status ?? result.signal}).`)
    process.exit(result.status ?? 1)
  }
}

function folderSize(folder) {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath ?? entry.path, entry.name)).size
  return bytes
}

/** Installs with `npm ci` unless the lock file's packages are there already. what: 'run' (no test tools) or 'all'. */
export function install(what) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const installed = existsSync(installedFile) ? readFileSync(installedFile, 'utf8').split(' ') : []
  if (installed[0] === lock && (installed[1] === 'all' || installed[1] === what)) return
  const started = Date.now()
  console.log('Installing the packages (first time, or they changed) …')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=prod', what === 'all' ? '--include=dev' : '--omit=dev'])
  writeFileSync(installedFile, `${lock} ${what}`)
  console.log(
    `Installed in ${((Date.now() - started) / 1000).toFixed(1)} s, ${(folderSize(join(root, 'node_modules')) / 1e6).toFixed(0)} MB.`,
  )
}

function sourceHash() {
  const hash = createHash('sha256')
  const files = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true, recursive: true }))
    if (entry.isFile()) files.push(join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Compiles the service and bundles the screens into dist/, unless dist/ is of these very sources. */
export function build() {
  const hash = sourceHash()
  if (existsSync(builtFile) && readFileSync(builtFile, 'utf8') === hash) return
  const started = Date.now()
  console.log('Building …')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist'))
  const bin = (name) => join(root, 'node_modules', '.bin', name)
  run(bin('tsc'), ['-p', 'tsconfig.build.json'])
  if (existsSync(join(root, 'src', 'apps', 'vite.config.ts')))
    run(bin('vite'), ['build', '--config', 'src/apps/vite.config.ts', '--logLevel', 'warn'])
  writeFileSync(builtFile, hash)
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

export const listTests = () =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .sort()
