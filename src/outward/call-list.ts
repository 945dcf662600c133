import type { Alert } from '../alerts/alert.js'
import { readAlert, readSeriesAlerts, readWarningFacts } from '../alerts/alert-store.js'
import { type AlertDeps, audienceOf, factsOf, wordFacts } from '../alerts/describe-alert.js'
import type { Actor, Tx } from '../base/store/store.js'
import { inWalkingOrder } from '../evacuations/evacuation.js'
import { nameOfPlace } from '../fieldwork/show-task.js'
import type { Language } from '../messages/channel.js'
import { doorLabel } from '../register/door-label.js'
import type { Relation } from '../register/register.js'
import { readAwake } from './outward-store.js'

/** Somebody to be rung by hand: a responsible person, or a home that would have been called. */
export interface PersonToCall {
  id: string
  post: string
  name: string
  placeName: string
  phones: string[]
  answered: boolean
}
export interface HomeToCall {
  id: string
  label: string
  placeName: string
  head: string | null
  people: number
  /** Must leave: rung before the others of the grid. */
  move: boolean
  phones: { number: string; relation: Relation }[]
}
export interface CallList {
  alert: Alert
  script: Record<Language, string>
  people: PersonToCall[]
  homes: HomeToCall[]
  /** Homes beyond the longest list that anybody can ring through. */
  moreHomes: number
}

const mostHomes = 2000

/** When no carrier works: whom to ring by hand and in which order, and what to say over the loudspeaker. Of the reader's own scope only. */
export async function readCallList(tx: Tx, deps: AlertDeps, actor: Actor, alertId: string): Promise<CallList> {
  const alert = await readAlert(tx, alertId)
  const staffAlert = (await readSeriesAlerts(tx, alert.seriesId)).find((a) => a.audience === 'staff' && a.origin !== 'order')
  const awake = staffAlert ? await readAwake(tx, staffAlert.id) : new Set<string>()
  const homes = homesToCall(deps, actor, alert)
  return {
    alert,
    script: await scriptOf(tx, deps, alert),
    people: peopleToCall(deps, actor, alert, awake),
    homes: homes.slice(0, mostHomes),
    moreHomes: Math.max(0, homes.length - mostHomes),
  }
}

async function scriptOf(tx: Tx, deps: AlertDeps, alert: Alert): Promise<CallList['script']> {
  const warning = alert.warningId ? await readWarningFacts(tx, alert.warningId) : null
  const facts = wordFacts(factsOf(deps, alert, warning, 'warn'))
  const { kind, event, level } = alert
  const say = (language: Language) => {
    // A loudspeaker is heard by everybody: what is meant for staff, or for single homes, is not read out; the warning is.
    const origin = warning ? 'relay' : 'notice'
    return deps.book.script({ origin, purpose: 'warn', kind, event, level: warning ? level : null, language, facts })
  }
  return { zh: say('zh'), en: say('en') }
}

/** Who has not answered stands first, then from the subdistrict down to the grids. */
function peopleToCall(deps: AlertDeps, actor: Actor, alert: Alert, awake: Set<string>): PersonToCall[] {
  const snapshot = deps.register.snapshot()
  const directory = deps.register.directory()
  const { recipients, unreachable } = audienceOf(deps, { ...alert, audience: 'staff' }, alert.summary.match.grids)
  const ids = new Set([...recipients, ...unreachable].flatMap((r) => r.staffId ?? []))
  return snapshot.staff
    .filter((one) => ids.has(one.id) && one.place.startsWith(actor.scope))
    .map((one) => {
      const phone =
        one.contactId !== null && snapshot.contacts.get(one.contactId)?.kind === 'phone' ? directory.address(one.contactId) : null
      const { id, post, name, place } = one
      return { id, post, name, place, placeName: nameOfPlace(snapshot, place), phones: phone ? [phone] : [], answered: awake.has(id) }
    })
    .sort((a, b) => Number(a.answered) - Number(b.answered) || a.place.length - b.place.length || (a.place < b.place ? -1 : 1))
    .map(({ place: _, ...one }) => one)
}

/** Those who must move, who would have been called, and who has no number at all, in walking order. */
function homesToCall(deps: AlertDeps, actor: Actor, alert: Alert): HomeToCall[] {
  const snapshot = deps.register.snapshot()
  const directory = deps.register.directory()
  const { recipients, move, unreachable } = audienceOf(deps, { ...alert, audience: 'residents' }, alert.summary.match.grids)
  const moving = new Set(move.map((m) => m.householdId))
  const called = recipients.filter((r) => r.move || r.channels.includes('voice'))
  const ids = new Set([...moving, ...[...called, ...unreachable].flatMap((r) => r.householdId ?? [])])
  return snapshot.households
    .filter((home) => ids.has(home.id) && home.place.startsWith(actor.scope))
    .map((home) => ({ home, place: home.place, label: doorLabel(home) }))
    .sort((a, b) => Number(moving.has(b.home.id)) - Number(moving.has(a.home.id)) || inWalkingOrder(a, b))
    .map(({ home, place, label }) => ({
      ...{ id: home.id, label, placeName: nameOfPlace(snapshot, place), head: directory.household(home.id)?.head ?? null },
      ...{ people: home.people, move: moving.has(home.id) },
      phones: home.contacts
        .filter(({ contactId }) => snapshot.contacts.get(contactId)?.kind === 'phone')
        .flatMap(({ contactId, relation }) => {
          const number = directory.address(contactId)
          return number ? [{ number, relation }] : []
        })
        .sort((a, b) => Number(b.relation === 'self') - Number(a.relation === 'self')),
    }))
}
