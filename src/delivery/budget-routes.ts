import { z } from 'zod'
import { readAlert } from '../alerts/alert-store.js'
import type { Clock } from '../base/clock.js'
import type { Store, Tx } from '../base/store/store.js'
import { type App, chinaTimeOrNull } from '../base/web.js'
import { channels } from '../messages/channel.js'
import { permit } from '../people/permissions.js'
import type { Snapshot } from '../register/snapshot.js'
import { type Budgets, mayUseKept } from './budget.js'
import { type NumbersLeft, readNumbersLeft, type ScarceNumber } from './numbers-left.js'

const count = z.number().int().min(0)
/** Null where no number is limited (the sandbox). */
export const numbersLeftShape = z
  .array(
    z.object({
      channel: z.enum(channels),
      limits: z.array(z.object({ most: count, minutes: count, kept: count, per: z.enum(['number', 'template']) })),
      spent: count.describe('numbers that have no room now'),
      scarce: count.describe('numbers with one or two left'),
      freesAt: z.string().nullable().describe('when the first of the spent ones has room again'),
      who: z.array(z.object({ label: z.string(), numbers: count, left: count, freesAt: z.string().nullable() })),
    }),
  )
  .nullable()
export type NumbersLeftAnswer = z.input<typeof numbersLeftShape>

export interface NumbersLeftDeps {
  clock: Clock
  budgets: Budgets
  snapshot: () => Pick<Snapshot, 'staff' | 'grids'>
}
/** urgent: red or an order to move. isMeant: leaves out numbers that an alert does not concern. */
export interface NumbersLeftAsk {
  urgent: boolean
  isMeant?: (number: ScarceNumber) => boolean
}

const mostShown = 20

/** Responsible people by their name, everybody else by the grid: a screen that many see names no home. */
export async function viewNumbersLeft(tx: Tx, deps: NumbersLeftDeps, ask: NumbersLeftAsk): Promise<NumbersLeftAnswer> {
  const { clock, budgets } = deps
  if (Object.keys(budgets).length === 0) return null
  const { staff, grids } = deps.snapshot()
  const names = new Map(staff.flatMap((s) => (s.contactId === null ? [] : [[s.contactId, s.name] as const])))
  const gridNames = new Map(grids.map((g) => [g.place, g.name]))
  const labelOf = ({ contactId, place }: ScarceNumber) => names.get(contactId) ?? gridNames.get(place) ?? place
  const all = await readNumbersLeft(tx, { budgets, now: clock.now() }, ask)
  return all.map((one) => viewChannel(one, one.numbers.filter(ask.isMeant ?? (() => true)), labelOf))
}

function viewChannel({ channel, limits }: NumbersLeft, numbers: ScarceNumber[], labelOf: (number: ScarceNumber) => string) {
  const groups = new Map<string, ScarceNumber[]>()
  for (const number of numbers) groups.set(labelOf(number), [...(groups.get(labelOf(number)) ?? []), number])
  const fewest = (some: ScarceNumber[]) => Math.min(...some.map((n) => n.left))
  return {
    channel,
    limits: limits.map(({ withinMs, ...limit }) => ({ ...limit, minutes: withinMs / 60_000 })),
    spent: numbers.filter((n) => n.left === 0).length,
    scarce: numbers.filter((n) => n.left > 0).length,
    freesAt: chinaTimeOrNull(earliest(numbers)),
    who: [...groups]
      .map(([label, some]) => ({ label, numbers: some.length, left: fewest(some), freesAt: chinaTimeOrNull(earliest(some)) }))
      .sort((a, b) => a.left - b.left || b.numbers - a.numbers)
      .slice(0, mostShown),
  }
}

function earliest(numbers: ScarceNumber[]): Date | null {
  const times = numbers.flatMap((n) => (n.left === 0 && n.freesAt ? [n.freesAt.getTime()] : []))
  return times.length > 0 ? new Date(Math.min(...times)) : null
}

/** GET /api/numbers-left, /api/alerts/:id/numbers-left: who runs out of messages or calls today, as the carriers limit each number. */
export function budgetRoutes(app: App, { store, ...deps }: NumbersLeftDeps & { store: Store }): void {
  const params = z.object({ id: z.string().max(64) })
  const answer = z.object({ channels: numbersLeftShape })
  app.get('/api/alerts/:id/numbers-left', { schema: { tags: ['alerts'], params, response: { 200: answer } } }, async (request) => ({
    channels: await store.act(permit(request, 'read'), async (tx) => {
      const alert = await readAlert(tx, request.params.id)
      const grids = new Set(alert.grids)
      const posts = new Set(deps.snapshot().staff.map((s) => s.contactId))
      const isMeant = (number: ScarceNumber) =>
        alert.audience === 'staff' ? posts.has(number.contactId) : grids.has(number.place) && !posts.has(number.contactId)
      return viewNumbersLeft(tx, deps, { urgent: mayUseKept({ ...alert, purpose: 'warn' }), isMeant })
    }),
  }))
  const query = z.object({ level: z.enum(['red', 'other']).default('other') })
  app.get('/api/numbers-left', { schema: { tags: ['alerts'], querystring: query, response: { 200: answer } } }, async (request) => {
    const urgent = request.query.level === 'red'
    return { channels: await store.act(permit(request, 'read'), (tx) => viewNumbersLeft(tx, deps, { urgent })) }
  })
}
