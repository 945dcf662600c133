import { sql } from 'kysely'
import type { FrozenWords } from '../alerts/alert.js'
import type { Doorbell } from '../base/doorbell.js'
import type { Tx } from '../base/store/store.js'
import type { Channel } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { comingCode, comingCodes } from './delivery.js'
import { sayToOne } from './send-one.js'
import { namesIn, requestFor, type WordsDeps } from './write-messages.js'

export interface Coming {
  alertId: string
  /** Who cried for help. */
  contactId: number
  /** Who is on the way, and as what. */
  helperId: string
  helperPost: string
}

interface Asker {
  place: string
  level: string | null
  revision: number
  revision_id: number
  words: FrozenWords
  kind: 'phone' | 'push'
  own_place: string
  relation: Relation
  told: number
}

/**
 * 派谁前来: the answer to a cry for help, by SMS to a telephone and by push to a subscription, through the gate of the alert it
 * answers. Answers the channel; null when nothing can be said: the alert is over, or the number is dead.
 */
export async function tellComing(tx: Tx, deps: WordsDeps & { doorbell: Pick<Doorbell, 'ring'> }, coming: Coming): Promise<Channel | null> {
  const asker = await findAsker(tx, coming)
  if (!asker || asker.told >= comingCodes.length) return null
  const channel: Channel = asker.kind === 'phone' ? 'sms' : 'push'
  const { own_place: place, relation } = asker
  const row = { contactId: coming.contactId, channel, place, relation, shelterId: null, helperId: coming.helperId }
  const request = requestFor({ id: asker.revision_id, purpose: 'warn', words: asker.words }, row, namesIn(deps.snapshot()))
  const words = deps.words({ ...request, purpose: 'coming', facts: { ...request.facts, helperPost: coming.helperPost } })
  const alert = { id: coming.alertId, place: asker.place, level: asker.level, revision: asker.revision }
  const one = { alert, revisionId: asker.revision_id, contactId: coming.contactId, channel, place, purpose: comingCode(asker.told) }
  const sent = await sayToOne(tx, deps.doorbell, one, relation, words)
  return sent ? channel : null
}

async function findAsker(tx: Tx, { alertId, contactId }: Coming): Promise<Asker | undefined> {
  const { rows } = await sql<Asker>`
    select a.place, a.level, a.revision, r.id as revision_id, r.words, c.kind, first.place as own_place, first.relation,
      (select count(*)::int from delivery d where d.revision_id = r.id and d.contact_id = c.id and d.purpose = any(${comingCodes}::smallint[])) as told
    from alert a join alert_revision r on r.alert_id = a.id and r.revision = a.revision and r.purpose = 'warn'
      join contact c on c.id = ${contactId} and c.kind in ('phone', 'push') and c.broken is null
      join lateral (
        select d.place, m.relation from delivery d join message m on m.id = d.message_id join alert_revision o on o.id = d.revision_id
        where o.alert_id = a.id and d.contact_id = c.id order by d.id limit 1) first on true
    where a.id = ${alertId} and a.state = 'issued'`.execute(tx)
  return rows[0]
}
