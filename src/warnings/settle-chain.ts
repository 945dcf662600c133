import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { clearTimer, setTimer } from '../journal/todo.js'
import { type Fate, foldChain } from './chain.js'
import { expireTimer } from './expire-warning.js'
import { noteDisagreements } from './note-disagreements.js'
import type { WarningState } from './warning.js'
import type { WarningPolicy } from './warning-policy.js'
import { type Chain, type ChainWarning, clockNow, loadChain, setState } from './warnings-store.js'

export interface Settled {
  /** What the message ended: lifted or cancelled by it. */
  ended: string[]
  /** The warning that stands for the new message: its own, or that of a source with more authority. */
  standsFor: string | null
}

/** The message that has just come, and what its opening has to say of it. */
export interface Fresh {
  warningId: string | null
  endingId: string | null
  feedId?: string | null
  /** Found at the first poll of a feed: how things stand, not news. */
  baseline?: boolean
}

/** Brings every warning that hangs together with these identifiers into the state that follows, and says so in the journal. */
export async function settleChain(tx: Tx, policy: WarningPolicy, identifiers: string[], fresh: Fresh): Promise<Settled> {
  const joinWithinMs = policy.join.within_minutes * 60_000
  const chain = await loadChain(tx, identifiers, joinWithinMs)
  const now = await clockNow(tx)
  const fates = foldChain(chain.warnings, chain.endings, { joinWithinMs })
  const stateOf = (w: ChainWarning): WarningState => {
    const fate = fates.get(w.id)!
    if (fate.state === 'superseded' || fate.state === 'joined') return 'superseded'
    if (fate.state === 'cancelled') return 'cancelled'
    return w.expires && w.expires <= now ? 'expired' : 'in-force'
  }
  await tellChanges(tx, chain, fates, stateOf, fresh.warningId)
  for (const warning of chain.warnings) {
    const state = stateOf(warning)
    const fate = fates.get(warning.id)!
    const joinedTo = fate.state === 'joined' ? fate.to : null
    const supersededBy = fate.state === 'superseded' ? fate.by : joinedTo
    if (state !== warning.state || supersededBy !== warning.supersededBy || joinedTo !== warning.joinedTo)
      await setState(tx, warning.id, { state, supersededBy, joinedTo })
    if (state !== 'in-force') await clearTimer(tx, expireTimer, warning.id)
    else if (warning.expires) await setTimer(tx, expireTimer, warning.id, warning.expires)
  }
  await noteDisagreements(tx, chain, fates, joinWithinMs)
  // One that another source was taken for stands on its own again when that one turns out to be another's.
  const opened = chain.warnings.filter((w) => stateOf(w) === 'in-force' && (w.id === fresh.warningId || w.state === 'superseded'))
  for (const warning of opened) await tellOpened(tx, warning, fresh)
  const fate = fresh.warningId ? fates.get(fresh.warningId) : undefined
  return { ended: endedBy(chain, fates, fresh.endingId), standsFor: fate?.state === 'joined' ? fate.to : fresh.warningId }
}

async function tellOpened(tx: Tx, warning: ChainWarning, { feedId, baseline }: Fresh): Promise<void> {
  await record(tx, {
    event: 'warning.opened',
    place: warning.place,
    thing: { type: 'warning', id: warning.id },
    data: { warningId: warning.id, status: warning.status, ...(feedId ? { feedId } : {}), ...(baseline ? { baseline } : {}) },
  })
}

/** People were told what was in force; who replaced or ended it is said for each of those, once. */
async function tellChanges(
  tx: Tx,
  chain: Chain,
  fates: Map<string, Fate>,
  stateOf: (w: ChainWarning) => WarningState,
  freshId: string | null,
): Promise<void> {
  const byId = new Map(chain.warnings.map((w) => [w.id, w]))
  for (const warning of chain.warnings) {
    const own = fates.get(warning.id)!
    const thing = { type: 'warning', id: warning.id }
    if (warning.id === freshId && own.state === 'joined') {
      const leader = { type: 'warning', id: own.to }
      await record(tx, { event: 'warning.joined', place: warning.place, thing: leader, data: { warningId: own.to, from: warning.id } })
    }
    if (warning.id === freshId || (warning.state !== 'in-force' && warning.state !== 'expired')) continue
    // What replaced it may be over as well: then the end is what people have to hear.
    let last = warning
    for (let next = successor(fates.get(last.id)!); next !== null; next = successor(fates.get(last.id)!)) last = byId.get(next)!
    const fate = fates.get(last.id)!
    if (fate.state === 'cancelled') {
      const { ending } = fate as Extract<Fate, { state: 'cancelled' }>
      const source = chain.endings.find((e) => e.id === ending.id)!
      await record(tx, {
        event: ending.endedAs === 'lifted' ? 'warning.lifted' : 'warning.cancelled',
        place: warning.place,
        thing,
        data: { warningId: warning.id, by: source.bulletinId, sent: ending.sent.toISOString() },
      })
    } else if (warning.state !== 'in-force' || last === warning) {
    } else if (stateOf(last) === 'in-force') {
      await record(tx, { event: 'warning.superseded', place: warning.place, thing, data: { warningId: warning.id, by: last.id } })
    } else {
      await record(tx, { event: 'warning.expired', place: warning.place, thing, data: { warningId: warning.id, by: last.id } })
    }
  }
}

const successor = (fate: Fate): string | null => (fate.state === 'superseded' ? fate.by : fate.state === 'joined' ? fate.to : null)

function endedBy(chain: Chain, fates: Map<string, Fate>, endingId: string | null): string[] {
  return chain.warnings
    .filter((w) => {
      const fate = fates.get(w.id)!
      return fate.state === 'cancelled' && fate.ending.id === endingId
    })
    .map((w) => w.id)
}
