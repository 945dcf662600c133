import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const src = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src')

/** The house reads from the top down: a folder imports only from itself and from folders above it (DESIGN §1). */
const order = [
  'base',
  'journal',
  'people',
  'register',
  'feeds',
  'warnings',
  'matching',
  'messages',
  'alerts',
  'delivery',
  'channels',
  'evacuations',
  'fieldwork',
  'outward',
  'drills',
  'http',
]
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f))
const importsOf = (file: string) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/^\s*(import|export)\s+(type\s+)?[^'"]*?from\s+'(\.[^']+)'/gm)].map((m) => ({
    typeOnly: m[2] !== undefined,
    target: relative(src, resolve(src, dirname(file), m[3]!)),
  }))
const roomOf = (file: string) => file.split('/')[0]!

t.test('every room of the house is in the order', async (t) => {
  const rooms = new Set(files.filter((f) => f.includes('/')).map(roomOf))
  rooms.delete('apps')
  t.same(
    [...rooms].filter((r) => !order.includes(r)),
    [],
  )
})

t.test('a room imports only from rooms above it', async (t) => {
  const wrong: string[] = []
  for (const file of files) {
    const room = roomOf(file)
    if (!order.includes(room)) continue
    for (const { target } of importsOf(file)) {
      const other = roomOf(target)
      if (other !== room && !(order.includes(other) && order.indexOf(other) < order.indexOf(room)))
        wrong.push(`${file} imports ${target}: ${other} is not above ${room}`)
    }
  }
  t.same(wrong, [])
})

t.test('the screens import only types from the service', async (t) => {
  const wrong: string[] = []
  for (const file of files.filter((f) => f.startsWith('apps/')))
    for (const { target, typeOnly } of importsOf(file))
      if (!target.startsWith('apps/') && !typeOnly) wrong.push(`${file} imports ${target}`)
  t.same(wrong, [])
})

t.test('no barrels, no default exports, no names that say nothing', async (t) => {
  const wrong = files.filter((f) => /(^|\/)index\.ts$/.test(f) || /(manager|helper|util|impl)s?\.tsx?$/i.test(f))
  const defaults = files.filter((f) => !f.endsWith('vite.config.ts') && /^export default /m.test(readFileSync(join(src, f), 'utf8')))
  t.same([...wrong, ...defaults], [])
})

t.test('every room says in a README of at most 15 lines what comes in and what goes out', async (t) => {
  for (const room of order) {
    const file = join(src, room, 'README.md')
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length
    t.ok(lines <= 15, `${room}/README.md has ${lines} lines`)
  }
})

t.test('both READMEs show reactions.ts whole', async (t) => {
  const whole = readFileSync(join(src, 'reactions.ts'), 'utf8').trim()
  for (const file of ['README.md', 'README.zh-CN.md']) {
    const shown = readFileSync(join(src, '..', file), 'utf8')
    t.ok(shown.includes(`\`\`\`ts\n${whole}\n\`\`\``), `${file} shows another reactions.ts`)
  }
})
