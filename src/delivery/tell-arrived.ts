import { sql } from 'kysely'
import type { FrozenWords } from '../alerts/alert.js'
import type { Doorbell } from '../base/doorbell.js'
import type { Tx } from '../base/store/store.js'
import type { Channel } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { arrivedCode } from './delivery.js'
import { sayToOne } from './send-one.js'
import { namesIn, requestFor, type WordsDeps } from './write-messages.js'

export interface Arrived {
  alertId: string
  /** Grid of the home they left. */
  place: string
  shelterId: string | null
  /** As the family may read it in a message: surname only. */
  person: string
  arrivedAt: Date
  /** Relatives elsewhere who are to hear of it. */
  family: { contactId: number; relation: Relation }[]
}

interface Hearer {
  id: number
  kind: 'phone' | 'push'
  place: string
  level: string | null
  revision: number
  revision_id: number
  words: FrozenWords
}

/**
 * 您的家人已于04:12安全到达: told once to each relative, by SMS to a telephone and by push to a subscription, through the gate of the
 * order that moved them. Answers how many will hear it; a number that is dead and an order that is over are told nothing.
 */
export async function tellArrived(tx: Tx, deps: WordsDeps & { doorbell: Pick<Doorbell, 'ring'> }, arrived: Arrived): Promise<number> {
  const { place, shelterId, person, arrivedAt } = arrived
  let told = 0
  for (const hearer of await findHearers(tx, arrived)) {
    const { relation } = arrived.family.find(({ contactId }) => contactId === hearer.id)!
    const channel: Channel = hearer.kind === 'phone' ? 'sms' : 'push'
    const row = { contactId: hearer.id, channel, place, relation, shelterId, helperId: null }
    const request = requestFor({ id: hearer.revision_id, purpose: 'warn', words: hearer.words }, row, namesIn(deps.snapshot()))
    const { ownText: _, ...facts } = request.facts
    const words = deps.words({ ...request, purpose: 'arrived', facts: { ...facts, person, arrivedAt } })
    const alert = { id: arrived.alertId, place: hearer.place, level: hearer.level, revision: hearer.revision }
    const one = { alert, revisionId: hearer.revision_id, contactId: hearer.id, channel, place, purpose: arrivedCode }
    if (await sayToOne(tx, deps.doorbell, one, relation, words)) told++
  }
  return told
}

async function findHearers(tx: Tx, { alertId, family }: Arrived): Promise<Hearer[]> {
  const { rows } = await sql<Hearer>`
    select c.id, c.kind, a.place, a.level, a.revision, r.id as revision_id, r.words
    from alert a join alert_revision r on r.alert_id = a.id and r.revision = a.revision and r.purpose = 'warn'
      join contact c on c.id = any(${family.map(({ contactId }) => contactId)}::int[]) and c.kind in ('phone', 'push') and c.broken is null
    where a.id = ${alertId} and a.state = 'issued' order by c.id`.execute(tx)
  return rows
}
