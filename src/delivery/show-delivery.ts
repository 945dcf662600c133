import type { Tx } from '../base/store/store.js'
import type { Relation } from '../register/register.js'
import { chunkOf, gradeCode, stateSentence } from './delivery.js'
import { type ListedDelivery, listOfContact } from './list-deliveries.js'
import { kindOfReason, meaningOfReason } from './reason.js'

/** Everything that is known of one delivery. */
export interface OneDelivery {
  /** This one among what the same contact was sent of the same wording. */
  delivery: ListedDelivery
  others: ListedDelivery[]
  revision: number
  issuedAt: Date
  text: string
  relation: Relation
  /** Who leased its chunk last has let it go: nothing more is done by itself. */
  ended: boolean
  notBefore: Date | null
  carrierId: string | null
  answers: { grade: string; value: string; at: Date }[]
}

export async function readDelivery(tx: Tx, alertId: string, id: number): Promise<OneDelivery | null> {
  const row = await tx
    .selectFrom('delivery as d')
    .innerJoin('alert_revision as r', 'r.id', 'd.revision_id')
    .innerJoin('message as m', 'm.id', 'd.message_id')
    .select(['d.revision_id', 'd.contact_id', 'd.carrier_id', 'r.revision', 'r.issued_at', 'm.text', 'm.relation'])
    .where('d.id', '=', id)
    .where('r.alert_id', '=', alertId)
    .executeTakeFirst()
  if (!row) return null
  const chunk = await tx.selectFrom('delivery_chunk').select(['done', 'not_before']).where('id', '=', chunkOf(id)).executeTakeFirstOrThrow()
  const all = await listOfContact(tx, row.revision_id, row.contact_id)
  const answers = await tx.selectFrom('answer').select(['grade', 'value', 'at']).where('delivery_id', '=', id).orderBy('at').execute()
  return {
    delivery: all.find((d) => d.id === id)!,
    others: all.filter((d) => d.id !== id),
    revision: row.revision,
    issuedAt: row.issued_at,
    text: row.text,
    relation: row.relation as Relation,
    ended: chunk.done,
    notBefore: chunk.not_before instanceof Date ? chunk.not_before : null,
    carrierId: row.carrier_id,
    answers,
  }
}

export interface HistoryLine {
  at: Date | null
  zh: string
  en: string
}

/** What became of it, from the first line to what comes next. Rows are lean: the tries are counted, not kept one by one. */
export function historyOf(one: OneDelivery): HistoryLine[] {
  const { delivery: d, answers } = one
  const lines: HistoryLine[] = [
    {
      at: one.issuedAt,
      zh: `第 ${one.revision} 版发出,写进待发队列`,
      en: `Wording ${one.revision} was issued and this delivery written down`,
    },
  ]
  if (d.attempts > 0)
    lines.push({
      at: null,
      zh: `交给运营商 ${d.attempts} 次`,
      en: `Handed to the carrier ${d.attempts === 1 ? 'once' : `${d.attempts} times`}`,
    })
  const said = answers.map((a) => ({ at: a.at, ...(answerWords[a.grade] ?? { zh: '有回应', en: 'Answered' }) }))
  // The row keeps the time of its last change only: when somebody has answered, that is the answer's.
  lines.push({ at: said.length > 0 ? null : d.at, ...stateSentence[d.state] })
  if (gradeCode[d.grade] >= gradeCode.delivered)
    lines.push({ at: said.length > 0 ? null : d.at, zh: '运营商回执:已送到手机', en: 'Receipt: delivered to the phone' })
  if (gradeCode[d.grade] >= gradeCode.opened && said.length === 0) lines.push({ at: d.at, zh: '已打开', en: 'Opened' })
  return [...lines, ...said]
}

const answerWords: Record<string, { zh: string; en: string }> = {
  listened: { zh: '听完全文', en: 'Listened to all of it' },
  pressed: { zh: '按键或回复', en: 'Pressed a key or replied' },
  stated: { zh: '说明了要怎么做', en: 'Said what they will do' },
}

/** What happens next, by itself or by a press. */
export function nextOf({ delivery: { state, reason }, ended, notBefore }: OneDelivery): { at: Date | null; zh: string; en: string } | null {
  if (state === 'waiting') return { at: notBefore, zh: '轮到时自动发出', en: 'It goes out by itself when its turn comes' }
  if (state === 'unknown' && !ended)
    return {
      at: notBefore,
      zh: '系统会先向运营商核实,没有收到才再发',
      en: 'The carrier is asked first; it is sent again only if it never arrived there',
    }
  if (!reason) return null
  const meaning = meaningOfReason(kindOfReason(reason), reason)
  return { at: null, zh: meaning.doZh, en: meaning.doEn }
}
