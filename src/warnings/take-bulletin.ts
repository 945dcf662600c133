import { newId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import type { BulletinProblem, ParsedMessage, Standing } from '../feeds/bulletin.js'
import type { TakeBulletin, TakenMessage } from '../feeds/ingest.js'
import { record } from '../journal/journal.js'
import { contentKey } from './content-key.js'
import { settleChain } from './settle-chain.js'
import { amendWarning, clockNow, findByIdentity, findTombstone, lockWarnings, type WarningRow } from './warnings-store.js'

interface Origin {
  bulletinId: string
  feedId: string | null
  place: string
  standing: Standing
}

/** The messages of one bulletin become warnings, or end some; in the transaction of the ingest. */
export const takeBulletin: TakeBulletin = async (tx, { messages, ...origin }) => {
  await lockWarnings(tx)
  const taken: TakenMessage[] = []
  for (const message of messages) taken.push(await takeMessage(tx, message, origin))
  return taken
}

async function takeMessage(tx: Tx, message: ParsedMessage, origin: Origin): Promise<TakenMessage> {
  if (message.refusal) return { outcome: 'refused', warningIds: [], problems: [], refusal: message.refusal }
  return message.ends ? takeEnding(tx, message, message.ends, origin) : takeWarning(tx, message, origin)
}

async function takeWarning(tx: Tx, message: ParsedMessage, origin: Origin): Promise<TakenMessage> {
  const known = await findByIdentity(tx, message)
  if (known) return repeatWarning(tx, message, origin, known)
  const id = newId()
  const problems: BulletinProblem[] = []
  const now = await clockNow(tx)
  if (message.expires && message.expires <= now) {
    problems.push(remark('already-expired', '收到时已经过了有效期,不再通知', 'it had expired when it was received'))
  }
  await tx
    .insertInto('warning')
    .values(rowOf(id, message, origin, problems, now))
    .execute()
  await settleChain(tx, namesOf(message), { warningId: id, endingId: null })
  return { outcome: 'accepted', warningIds: [id], problems, refusal: null }
}

async function repeatWarning(tx: Tx, message: ParsedMessage, origin: Origin, known: WarningRow): Promise<TakenMessage> {
  const same = contentKey(contentOf(message)) === contentKey(contentOfRow(known))
  const heard = known.sources as { feedId: string | null }[]
  if (same) {
    const stronger = weight[origin.standing] > weight[known.standing as Standing]
    const isNewSource = !heard.some((s) => s.feedId === origin.feedId)
    if (stronger || isNewSource) {
      await amendWarning(tx, known, {
        ...(isNewSource ? { source: sourceOf(origin, await clockNow(tx)) } : {}),
        ...(stronger ? { standing: origin.standing } : {}),
      })
    }
    if (stronger) {
      await settleChain(tx, namesOf(message), { warningId: null, endingId: null })
      // Staff may have been called on a mirror's word; only now may residents be told: whoever listens looks at it again.
      if (known.state === 'in-force')
        await record(tx, {
          event: 'warning.opened',
          place: known.place,
          thing: { type: 'warning', id: known.id },
          data: { warningId: known.id, stronger: true },
        })
    }
    return { outcome: 'duplicate', warningIds: [known.id], problems: [], refusal: null }
  }
  const conflict = conflictOf(message)
  const isTold = (known.problems as BulletinProblem[]).some((p) => p.code === conflict.code)
  if (!isTold) await amendWarning(tx, known, { problem: conflict })
  return { outcome: 'refused', warningIds: [known.id], problems: [conflict], refusal: conflictRefusal }
}

async function takeEnding(tx: Tx, message: ParsedMessage, endedAs: 'lifted' | 'cancelled', origin: Origin): Promise<TakenMessage> {
  const known = await findTombstone(tx, message)
  if (known) {
    const bulletin = await tx.selectFrom('bulletin').select('warning_ids').where('id', '=', known.bulletin_id).executeTakeFirst()
    const same = contentKey(message.references) === contentKey(known.refs) && known.ended_as === endedAs
    const warningIds = bulletin?.warning_ids ?? []
    if (same) return { outcome: 'duplicate', warningIds, problems: [], refusal: null }
    return { outcome: 'refused', warningIds, problems: [conflictOf(message)], refusal: conflictRefusal }
  }
  await tx
    .insertInto('tombstone')
    .values({
      sender: message.sender,
      identifier: message.identifier,
      sent: message.sent,
      bulletin_id: origin.bulletinId,
      standing: origin.standing,
      status: message.status,
      ended_as: endedAs,
      refs: JSON.stringify(message.references),
    })
    .execute()
  const endingId = `${message.sender}\n${message.identifier}\n${message.sent.toISOString()}`
  const { ended } = await settleChain(tx, namesOf(message), { warningId: null, endingId })
  const nothing = remark(
    'ends-nothing',
    '没有找到它要解除或取消的预警,已记下;那条预警随后才到时不会再通知',
    'nothing in force is named; if it arrives later it will not be opened',
  )
  return { outcome: 'accepted', warningIds: ended, problems: ended.length === 0 ? [nothing] : [], refusal: null }
}

const weight: Record<Standing, number> = { authority: 2, mirror: 1, reference: 0 }
const namesOf = (message: ParsedMessage) => [message.identifier, ...message.references.map((r) => r.identifier)]
const sourceOf = (origin: Origin, at: Date) => ({ feedId: origin.feedId, bulletinId: origin.bulletinId, at: at.toISOString() })
const remark = (code: string, message: string, messageEn: string): BulletinProblem => ({ code, severity: 'remark', message, messageEn })

const conflictOf = (message: ParsedMessage): BulletinProblem => ({
  code: 'conflict',
  severity: 'error',
  message: `又收到一份编号 ${message.identifier.slice(0, 80)} 的报文,发送时间相同而内容不同,以先收到的为准,请向发布单位核实`,
  messageEn: 'another message of the same sender, identifier and sent has other content; the first one stands',
})
const conflictRefusal = {
  code: 'conflict',
  reason: '编号和发送时间与已收到的报文相同,内容却不同,没有采用',
  hint: '请打电话向发布单位核实以哪一份为准;要更正,应换新的发送时间重发',
}

/** What makes two messages the same: everything the authority said, not the bytes it came in. */
const contentOf = (m: ParsedMessage) => [m.status, m.msgType, m.scope, m.infos, m.areas, m.references]
const contentOfRow = (row: WarningRow) => [row.status, row.msg_type, row.scope, row.infos, row.areas, row.refs]

function rowOf(id: string, message: ParsedMessage, origin: Origin, problems: BulletinProblem[], now: Date) {
  return {
    id,
    place: origin.place,
    bulletin_id: origin.bulletinId,
    identifier: message.identifier,
    sender: message.sender,
    sent: message.sent,
    status: message.status,
    msg_type: message.msgType,
    scope: message.scope,
    event: message.event,
    event_code: message.eventCode,
    level: message.level,
    level_basis: message.levelBasis,
    headline: message.headline,
    state: 'in-force',
    superseded_by: null,
    ended_at: null,
    standing: origin.standing,
    effective: message.effective,
    onset: message.onset,
    expires: message.expires,
    infos: JSON.stringify(message.infos),
    areas: JSON.stringify(message.areas),
    refs: JSON.stringify(message.references),
    sources: JSON.stringify([sourceOf(origin, now)]),
    problems: JSON.stringify([...message.problems, ...problems]),
  }
}
