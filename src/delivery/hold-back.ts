import type { Clock } from '../base/clock.js'
import type { Store, Tx } from '../base/store/store.js'
import { type Channel, channelCode } from '../messages/channel.js'
import { type Budgets, freesAt, type Limit, mayUseKept } from './budget.js'
import { countWordings, readOvertaken, readTemplates, readToldOtherwise, readUses } from './budget-store.js'
import type { Claim, ClaimedRow } from './claim.js'
import { heldUntil, type Settled, withoutRoom } from './outcome.js'

export interface HoldBackDeps {
  store: Store
  clock: Clock
  budgets?: Budgets | undefined
}

/** What waits is looked at again after this long at the latest, however far off its time: the clock may be moved. */
const lookAgainMs = 60_000
/** A less urgent message that waits longer than this for its number is left to the other channels, where it goes out on one. */
const patienceMs = 10 * 60_000
/** That no number can be near its limit is believed for a moment, and for so many more wordings; the margin is for other processes. */
const believedMs = 1000
const margin = 2

/**
 * Which rows of a claimed chunk are not handed over now, and what becomes of them: a number has had what it may have, or another
 * message is just on its way to it. Nothing is counted while fewer wordings left than any number may have; else only these
 * contacts are.
 */
export function createHoldBack({ store, clock, budgets = {} }: HoldBackDeps) {
  /** Revisions none of whose forerunners is in flight any more: a replaced one cannot be claimed again. */
  const overtaken = new Set<string>()
  const believed = new Map<Channel, { until: number; wordings: Set<number>; most: number }>()

  /** Known without asking the store. */
  const isFar = ({ channel, revisionId }: Claim): boolean => {
    if (!budgets[channel]?.length) return true
    const belief = believed.get(channel)
    return belief !== undefined && performance.now() < belief.until && belief.wordings.add(revisionId).size <= belief.most
  }
  const isNear = async (tx: Tx, { channel, revisionId }: Claim, limits: readonly Limit[]): Promise<boolean> => {
    const rooms = limits.map((l) => l.most - l.kept - margin)
    if (rooms.some((room) => room <= 0)) return true
    const counts = await countWordings(
      tx,
      channelCode[channel],
      limits.map((l) => l.withinMs),
    )
    const most = Math.min(...rooms.map((room, i) => room - counts[i]!))
    believed.set(channel, { until: performance.now() + believedMs, wordings: new Set([revisionId]), most })
    return most < 1
  }
  const olderKey = ({ alert, revision, channel }: Claim) => `${alert.id} ${revision} ${channel}`
  const hasNoOlder = (claim: Claim) => claim.revision === 1 || overtaken.has(olderKey(claim))

  const soon = () => new Date(Date.now() + 1000 + Math.random() * 1000)
  /** Real time; a clock that stands still or runs fast is asked again before long. */
  const realTime = (at: number) =>
    new Date(Date.now() + Math.min(clock.realMsUntil(new Date(at)), clock.speed === 1 ? 10 * lookAgainMs : lookAgainMs / 60))

  const waitForOlder = async (tx: Tx, claim: Claim, rows: ClaimedRow[], held: Map<number, Settled>) => {
    if (hasNoOlder(claim)) return
    const older = await readOvertaken(tx, { alertId: claim.alert.id, revision: claim.revision, channel: channelCode[claim.channel] })
    if (older.size === 0) {
      if (overtaken.size > 1000) overtaken.clear()
      overtaken.add(olderKey(claim))
    }
    for (const row of rows) if (older.has(row.contactId)) held.set(row.id, heldUntil(row, 'number-busy', soon()))
  }

  const keepBudgets = async (tx: Tx, claim: Claim, rows: ClaimedRow[], held: Map<number, Settled>) => {
    const limits = budgets[claim.channel] ?? []
    if (isFar(claim) || !(await isNear(tx, claim, limits))) return
    const { origin } = await tx.selectFrom('alert').select('origin').where('id', '=', claim.alert.id).executeTakeFirstOrThrow()
    const urgent = mayUseKept({ level: claim.alert.level, origin, purpose: claim.purpose })
    const contactIds = rows.map((r) => r.contactId)
    const withinMs = Math.max(...limits.map((l) => l.withinMs))
    const perTemplate = limits.some((l) => l.per === 'template')
    const used = await readUses(tx, {
      channel: channelCode[claim.channel],
      contactIds,
      withinMs,
      chunkId: claim.chunkId,
      templates: perTemplate,
    })
    const templates = perTemplate ? await readTemplates(tx, [...new Set(rows.map((r) => r.messageId))]) : new Map<number, string>()
    const now = clock.now().getTime()
    const waiting: { row: ClaimedRow; at: number }[] = []
    for (const row of rows) {
      const { uses, inFlight } = used.get(row.contactId) ?? { uses: [], inFlight: false }
      const at = freesAt(limits, uses, { now, template: templates.get(row.messageId) ?? '', urgent })
      if (at > now) waiting.push({ row, at })
      else if (inFlight) held.set(row.id, heldUntil(row, 'number-busy', soon()))
    }
    if (waiting.length === 0) return
    const spared = urgent
      ? new Set<number>()
      : await readToldOtherwise(tx, {
          revisionId: claim.revisionId,
          contactIds: waiting.filter(({ at }) => at - now > patienceMs).map(({ row }) => row.contactId),
          channel: channelCode[claim.channel],
        })
    const end = claim.alert.expiresAt?.getTime() ?? Number.MAX_VALUE
    for (const { row, at } of waiting) {
      if (spared.has(row.contactId)) held.set(row.id, withoutRoom(row, 'budget-kept'))
      else if (at > end) held.set(row.id, withoutRoom(row, 'budget-spent'))
      else held.set(row.id, heldUntil(row, 'budget-waits', realTime(at)))
    }
  }

  return async (claim: Claim, rows: ClaimedRow[]): Promise<Map<number, Settled>> => {
    const held = new Map<number, Settled>()
    if (rows.length === 0 || (isFar(claim) && hasNoOlder(claim))) return held
    await store.system(async (tx) => {
      await waitForOlder(tx, claim, rows, held)
      await keepBudgets(
        tx,
        claim,
        rows.filter((row) => !held.has(row.id)),
        held,
      )
    })
    return held
  }
}
export type HoldBack = ReturnType<typeof createHoldBack>
