import { systemActor, type Tx } from '../base/store/store.js'
import { type Alert, titleOf } from './alert.js'
import { type AlertDeps, pickGrids } from './describe-alert.js'
import { blank, homeOf, keepDraft, newIdentifier } from './draft-alert.js'
import { decideIssue, sendOut } from './issue-alert.js'

export interface Hint {
  /** Grids, or the area whose grids: whose staff it concerns. */
  places: string[]
  event: string
  words: string
  /** Posts, instead of those the policy tells of hints. */
  named?: string[]
  /** It belongs to what is open already. */
  seriesId?: string
  feedId?: string
  /** After it nobody needs to hear of it any more; null: until it is ended. */
  expiresAt: Date | null
}

/** A hint of ours to the staff (监测提示): it bears no colour, is no warning and never reaches residents. */
export async function hintStaff(tx: Tx, deps: AlertDeps, hint: Hint): Promise<void> {
  const match = pickGrids(deps.register.snapshot(), hint.places)
  // What lies outside of our grids concerns nobody here.
  if (match.grids.length === 0) return
  const { event, named, feedId } = hint
  const draft = blank(deps, systemActor.person)
  const place = homeOf(match, '')
  const alert: Alert = {
    ...draft,
    seriesId: hint.seriesId ?? draft.id,
    place,
    warningId: null,
    kind: 'actual',
    origin: 'internal',
    audience: 'staff',
    level: null,
    event,
    title: titleOf({ origin: 'internal', event, level: null }),
    identifier: newIdentifier(place, deps.clock.now()),
    areas: [],
    grids: match.grids.map((grid) => grid.place),
    words: { ownText: hint.words },
    summary: {
      match,
      audience: { households: 0, people: 0, contacts: 0, unreachable: 0, move: { households: 0, people: 0 } },
      ...(named ? { named } : {}),
      ...(feedId ? { feedId } : {}),
    },
    expiresAt: hint.expiresAt,
  }
  await keepDraft(tx, deps, alert, null)
  const decision = await decideIssue(tx, deps, alert, null)
  if (decision.atOnce) await sendOut(tx, deps, alert, null, { automatic: true })
}
