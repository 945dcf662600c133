import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { makeTestFolder } from '../rig/store.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const instructions = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => ({ verb: line.split(' ')[0]!, rest: line.slice(line.indexOf(' ') + 1) }))

/**
 * What `npm ci --omit=dev` puts there, by the same lock: every package that is no dev dependency, linked instead of unpacked (npm test
 * has just installed them). What only the tests use cannot be imported.
 */
function linkPackages(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>
  }
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev || devOptional || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(root, path), join(folder, path), 'dir')
  }
  symlinkSync(join(root, 'node_modules/.bin'), join(folder, 'node_modules/.bin'), 'dir')
}

// No container engine is asked for: every COPY and RUN step is replayed in empty folders, one per stage.
t.test('each COPY and RUN step of the Dockerfile works from an empty folder', { timeout: 240_000 }, async (t) => {
  const stages: string[] = []
  for (const { verb, rest } of instructions) {
    const here = stages.at(-1)
    if (verb === 'FROM') {
      stages.push(makeTestFolder(t))
      mkdirSync(join(stages.at(-1)!, 'app'))
    } else if (verb === 'COPY') {
      const words = rest.split(' ')
      const fromStage = words[0]?.startsWith('--from=') ?? false
      if (fromStage) words.shift()
      const from = fromStage ? stages[0]! : root
      const to = words.pop()!
      for (const word of words) {
        const source = from === root ? join(root, word) : join(from, word)
        const target = join(here!, 'app', to.endsWith('/') && to !== './' ? join(to, word) : to === './' ? word : to)
        // What an earlier stage made is not needed there any more.
        if (fromStage) renameSync(source, target)
        else cpSync(source, target, { recursive: true })
        t.ok(statSync(target), `COPY ${word}`)
      }
    } else if (verb === 'RUN' && rest.startsWith('npm ci --omit=dev')) {
      linkPackages(join(here!, 'app'))
    } else if (verb === 'RUN') {
      const command = rest.replace(/ \/(data|key)\b/g, (_, name: string) => ` ${join(here!, name)}`).replace('chown node:node', 'ls -d')
      const ran = spawnSync('sh', ['-c', command], { cwd: join(here!, 'app'), encoding: 'utf8' })
      t.equal(ran.status, 0, `RUN ${rest}: ${ran.stderr.slice(-400)}`)
    }
  }
  const final = join(stages.at(-1)!, 'app')
  const told = spawnSync('node', ['dist/main.js', 'nonsense'], { cwd: final, encoding: 'utf8', env: { PATH: process.env.PATH } })
  t.match(told.stderr, /is not a role/, 'what was copied is enough for the program to run')
})

t.test('the image runs without rights, on Node 22, and compose starts web, worker, PostgreSQL and Redis', async (t) => {
  t.ok(instructions.some((i) => i.verb === 'USER' && i.rest === 'node'))
  t.ok(instructions.filter((i) => i.verb === 'FROM').every((i) => i.rest.startsWith('node:22')))
  const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, { command?: string[] }>
  }
  t.same(Object.keys(compose.services).sort(), ['migrate', 'postgres', 'redis', 'web', 'worker'])
  for (const role of ['migrate', 'web', 'worker']) t.equal(compose.services[role]?.command?.at(-1), role)
})
