import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { clearTimer, setTimer } from '../journal/todo.js'
import type { Fate } from './chain.js'
import { foldChain } from './chain.js'
import { expireTimer } from './expire-warning.js'
import type { WarningState } from './warning.js'
import { type Chain, type ChainWarning, clockNow, loadChain, setState } from './warnings-store.js'

export interface Settled {
  /** What the message ended: lifted or cancelled by it. */
  ended: string[]
}

/** Brings every warning that hangs together with these identifiers into the state that follows, and says so in the journal. */
export async function settleChain(
  tx: Tx,
  identifiers: string[],
  fresh: { warningId: string | null; endingId: string | null },
): Promise<Settled> {
  const chain = await loadChain(tx, identifiers)
  const now = await clockNow(tx)
  const fates = foldChain(chain.warnings, chain.endings)
  const stateOf = (w: ChainWarning): WarningState => {
    const fate = fates.get(w.id)!
    if (fate.state === 'superseded') return 'superseded'
    if (fate.state === 'cancelled') return 'cancelled'
    return w.expires && w.expires <= now ? 'expired' : 'in-force'
  }
  await tellChanges(tx, chain, fates, stateOf, fresh.warningId)
  for (const warning of chain.warnings) {
    const state = stateOf(warning)
    const fate = fates.get(warning.id)!
    const by = fate.state === 'superseded' ? fate.by : null
    if (state !== warning.state || by !== warning.supersededBy) await setState(tx, warning.id, state, by)
    if (state !== 'in-force') await clearTimer(tx, expireTimer, warning.id)
    else if (warning.expires) await setTimer(tx, expireTimer, warning.id, warning.expires)
  }
  const opened = chain.warnings.find((w) => w.id === fresh.warningId)
  if (opened && stateOf(opened) === 'in-force') {
    await record(tx, {
      event: 'warning.opened',
      place: opened.place,
      thing: { type: 'warning', id: opened.id },
      data: { warningId: opened.id, status: opened.status },
    })
  }
  return { ended: endedBy(chain, fates, fresh.endingId) }
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
    if (warning.id === freshId || (warning.state !== 'in-force' && warning.state !== 'expired')) continue
    // What replaced it may be over as well: then the end is what people have to hear.
    let last = warning
    for (let fate = fates.get(last.id)!; fate.state === 'superseded'; fate = fates.get(last.id)!) last = byId.get(fate.by)!
    const fate = fates.get(last.id)!
    const thing = { type: 'warning', id: warning.id }
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

function endedBy(chain: Chain, fates: Map<string, Fate>, endingId: string | null): string[] {
  return chain.warnings
    .filter((w) => {
      const fate = fates.get(w.id)!
      return fate.state === 'cancelled' && fate.ending.id === endingId
    })
    .map((w) => w.id)
}
