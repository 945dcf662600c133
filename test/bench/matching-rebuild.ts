import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { createSeal } from '../../src/base/seal.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Store } from '../../src/base/store/store.js'
import { matchArea } from '../../src/matching/match-area.js'
import { makeIndex } from '../../src/matching/register-index.js'
import { openRegister, type Register } from '../../src/register/snapshot.js'
import { createTestDatabase, testDatabaseUrl } from '../rig/store.js'
import { atMost, type Figure, median, tidy } from './figure.js'
import { gridOutline, makeOutline, perSide } from './matching-ground.js'

const million = 1_000_000

/** A register of a million households with a telephone each, in the store itself. */
async function fill(store: Store): Promise<void> {
  await store.system(async (tx) => {
    const outlines = Array.from({ length: perSide ** 2 }, (_, g) => JSON.stringify({ type: 'Polygon', coordinates: [gridOutline(g)] }))
    await sql`insert into grid (place, community, number, name, geometry)
      select '500154' || lpad((g - 1)::text, 9, '0'), '500154' || lpad(((g - 1) / 1000)::text, 6, '0'), 1 + (g - 1) % 1000, 'grid ' || g, outline::jsonb
      from unnest(${outlines}::text[]) with ordinality as given(outline, g)`.execute(tx)
    await sql`insert into contact (id, place, kind, blind)
      select n, '500154' || lpad((n / 100)::text, 9, '0'), 'phone', decode(lpad(to_hex(n), 64, '0'), 'hex') from generate_series(0, ${million - 1}::int) n`.execute(
      tx,
    )
    await sql`insert into household (id, place, building, unit, floor, room, lon, lat, people)
      select place || '-' || lpad(n::text, 7, '0'), place, '1栋', 1, 2, n::text,
        105 + (n / 100 % 100 + random()) * 0.06, 28 + (n / 10000 + random()) * 0.06, 1
      from (select id as n, place from contact) c`.execute(tx)
    await sql`insert into household_contact (household_id, contact_id, place, relation)
      select c.place || '-' || lpad(c.id::text, 7, '0'), c.id, c.place, 'self' from contact c`.execute(tx)
  })
}

/** Objects and rows of numbers, after what is needed no more is put away. */
function memory(): number {
  tidy()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const outline = makeOutline(20, 0.05)
const ask = (register: Register) =>
  matchArea(register.snapshot(), {
    areas: [{ description: '', polygons: [outline], circles: [], geocodes: [], unplaced: false }],
    text: '',
  })

/** What goes on while `work` does: `question` is put five times a second, as by a storm of feeds; how much later it is answered. */
async function longestDelay(work: Promise<unknown>, question: () => void): Promise<number> {
  let done = false
  const ended = work.finally(() => {
    done = true
  })
  let longest = 0
  while (!done) {
    const due = performance.now() + 200
    await Promise.race([wait(200), ended])
    if (done) break
    const late = performance.now() - due
    question()
    longest = Math.max(longest, late)
  }
  await ended
  return longest
}

/** Seconds until what was written is matched. */
async function untilSeen(register: Register): Promise<number> {
  const [before, started] = [register.snapshot(), performance.now()]
  while (register.snapshot() === before) await wait(5)
  return (performance.now() - started) / 1000
}

async function measure(): Promise<Figure[]> {
  const cleanups: (() => unknown)[] = []
  const store = await openStore({ databaseUrl: await createTestDatabase({ teardown: (run) => cleanups.unshift(run) }), dataDir: '' })
  cleanups.unshift(() => store.close())
  try {
    await fill(store)
    const before = memory()
    const register = await openRegister(store, createSeal(randomBytes(32)), makeIndex)
    const held = (memory() - before) / million
    const alone: number[] = []
    for (let i = 0; i < 20; i++) {
      const started = performance.now()
      ask(register)
      alone.push(performance.now() - started)
    }
    const again = async (places: string) => {
      await store.system((tx) => sql`update household set floor = floor + 1 where place like ${places} and id like '%00'`.execute(tx))
      const started = performance.now()
      const reading = register.refresh()
      const [seen, delay] = await Promise.all([untilSeen(register), longestDelay(reading, () => ask(register))])
      return { seen, all: (performance.now() - started) / 1000, delay }
    }
    const all = await again('%')
    const one = await again('500154000000007')
    return [
      atMost('matching: 1 M households in 10 k grids read again from the store and matched while matches go on', all.seen, 's', 3),
      atMost('matching: the same, until every home is written out for lists and searches too', all.all, 's', 10),
      // A third of what may pass from a press to the first message (DESIGN, figures).
      atMost(`matching: longest wait of a match meanwhile (alone it takes ${median(alone).toFixed(1)} ms)`, all.delay, 'ms', 100),
      atMost('matching: one changed grid of 1 M households read again and matched', one.seen, 's', 3),
      atMost('matching: register of 1 M households with a contact each in memory, homes written out', held, 'bytes per household', 1200),
    ]
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}

/** In a process of its own, as in the service: what the rest of the bench has left in memory would be collected meanwhile. */
export function rebuild(): Figure[] {
  if (!testDatabaseUrl) return []
  const ran = spawnSync(process.execPath, [...process.execArgv, import.meta.filename], { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return JSON.parse(ran.stdout) as Figure[]
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await measure()))
