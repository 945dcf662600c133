import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { channelOfCode } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { gradeCode } from './delivery.js'
import { findByOutId } from './delivery-store.js'
import { isCryForHelp } from './reply.js'
import type { PersonAnswer } from './sender.js'

interface Asked {
  id: number
  contact_id: number
  place: string
  channel: number
  relation: Relation
  alert_id: string
  series_id: string
}

/**
 * What a person said back: kept as a row, folded into the delivery's grade, and journaled as answer.received for whoever opens
 * a help task or stops a ladder. Its relation goes along: an absent relative who answers is not the household reached.
 * A carrier that reports the same answer twice changes nothing. Answers false for an id nobody knows.
 */
export async function takeAnswer(tx: Tx, answer: PersonAnswer): Promise<boolean> {
  const id = (await findByOutId(tx, [answer.outId])).get(answer.outId)
  if (id === undefined) return false
  const { rows } = await sql<Asked>`
    select d.id, d.contact_id, d.place, d.channel, m.relation, r.alert_id, a.series_id
    from delivery d join message m on m.id = d.message_id join alert_revision r on r.id = d.revision_id join alert a on a.id = r.alert_id
    where d.id = ${id} for update of d`.execute(tx)
  const asked = rows[0]
  if (!asked) return false
  const value = answer.value.slice(0, 500)
  // A key pressed on one call is pressed once, however often it is reported; a message written again is said again.
  const said = await tx
    .selectFrom('answer')
    .select('id')
    .where('delivery_id', '=', asked.id)
    .where('grade', '=', answer.grade)
    .where('value', '=', value)
    .executeTakeFirst()
  if (said && !answer.again) return true
  const { alert_id, contact_id, place } = asked
  await tx.insertInto('answer').values({ place, delivery_id: asked.id, alert_id, contact_id, grade: answer.grade, value }).execute()
  await tx
    .updateTable('delivery')
    .set({ grade: sql`greatest(grade, ${gradeCode[answer.grade]}::smallint)`, state: 1, reason: null })
    .where('id', '=', asked.id)
    .execute()
  const who = await whoAnswers(tx, asked)
  await record(tx, {
    event: 'answer.received',
    place,
    thing: { type: 'alert', id: alert_id },
    series: asked.series_id,
    data: {
      contactId: contact_id,
      ...who,
      relation: asked.relation,
      grade: answer.grade,
      // A free text may hold a name or a need: only keys go into the journal, the words stay in the answer's row.
      value: /^\d$/.test(value.trim()) ? value.trim() : '',
      channel: channelOfCode(asked.channel),
      help: isCryForHelp(value) && !answer.cried,
    },
  })
  return true
}

/** Who has that number: of a staff member's call the person, else the home. One shared by several homes answers for all of them. */
async function whoAnswers(tx: Tx, asked: Asked): Promise<{ staffId?: string; householdId?: string; householdIds?: string[] }> {
  if (asked.relation === 'staff') {
    const staff = await tx.selectFrom('staff').select('id').where('contact_id', '=', asked.contact_id).orderBy('id').executeTakeFirst()
    return staff ? { staffId: staff.id } : {}
  }
  const homes = await tx
    .selectFrom('contact as own')
    .innerJoin('contact as c', (j) => j.onRef('c.blind', '=', 'own.blind').onRef('c.kind', '=', 'own.kind'))
    .innerJoin('household_contact as h', 'h.contact_id', 'c.id')
    .select(['h.household_id', 'h.relation'])
    .where('own.id', '=', asked.contact_id)
    .orderBy(sql`h.contact_id = own.id and h.relation = ${asked.relation} and h.place = ${asked.place}`, 'desc')
    .orderBy('h.household_id')
    .execute()
  const first = homes[0]
  if (!first) return {}
  const shared = [...new Set(homes.filter((h) => h.relation === first.relation).map((h) => h.household_id))]
  return { householdId: first.household_id, ...(shared.length > 1 ? { householdIds: shared } : {}) }
}
