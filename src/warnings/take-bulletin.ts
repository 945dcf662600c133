import { newId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import type { BulletinProblem, ParsedMessage, Standing } from '../feeds/bulletin.js'
import type { TakeBulletin, TakenMessage } from '../feeds/ingest.js'
import { writeAreas } from '../feeds/pack-rings.js'
import { record } from '../journal/journal.js'
import { contentKey } from './content-key.js'
import { digestOf, issuerKey } from './digest.js'
import { settleChain } from './settle-chain.js'
import { standingWeight } from './warning.js'
import { usualEnd, type WarningPolicy } from './warning-policy.js'
import {
  amendWarning,
  clockNow,
  endingId,
  findByIdentity,
  findTombstone,
  type KeptSource,
  lockWarnings,
  saidOf,
  type WarningRow,
} from './warnings-store.js'

interface Origin {
  bulletinId: string
  feedId: string | null
  place: string
  standing: Standing
  baseline: boolean
  policy: WarningPolicy
}

/** The messages of one bulletin become warnings, or end some; in the transaction of the ingest. */
export const createTakeBulletin =
  (policy: WarningPolicy): TakeBulletin =>
  async (tx, { messages, ...origin }) => {
    await lockWarnings(tx)
    const taken: TakenMessage[] = []
    for (const message of messages) taken.push(await takeMessage(tx, message, { ...origin, policy }))
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
  const expires = message.expires ?? usualEnd(origin.policy, message)
  if (!message.expires)
    problems.push(
      remark('expires-assumed', `没有写有效期,按惯例算到 ${chinaTime(expires).slice(5, 16)}`, 'no end is given; the usual one is assumed'),
    )
  if (expires <= now) problems.push(remark('already-expired', '收到时已经过了有效期,不再通知', 'it had expired when it was received'))
  await tx
    .insertInto('warning')
    .values({
      ...wordsOf(message, origin, problems),
      id,
      part: message.part ?? '',
      state: 'in-force',
      superseded_by: null,
      ended_at: null,
      sources: JSON.stringify([sourceOf(origin, now)]),
    })
    .execute()
  const { standsFor } = await settleChain(tx, origin.policy, namesOf(message), {
    warningId: id,
    endingId: null,
    feedId: origin.feedId,
    baseline: origin.baseline,
  })
  return { outcome: 'accepted', warningIds: [standsFor ?? id], problems, refusal: null }
}

/** The same sender, identifier, sent and part again. */
async function repeatWarning(tx: Tx, message: ParsedMessage, origin: Origin, known: WarningRow): Promise<TakenMessage> {
  const same = contentKey(contentOf(message)) === contentKey(contentOfRow(known))
  const stands = known.joined_to ?? known.id
  const isNewSource = !(known.sources as KeptSource[]).some((s) => s.feedId === origin.feedId)
  const gain = standingWeight[origin.standing] - standingWeight[known.standing as Standing]
  const isMirrored = gain !== 0 && isNewSource
  if (!same && !isMirrored) {
    const conflict = conflictOf(message)
    const isTold = (known.problems as BulletinProblem[]).some((p) => p.code === conflict.code)
    if (!isTold) await amendWarning(tx, known, { problem: conflict })
    return { outcome: 'refused', warningIds: [stands], problems: [conflict], refusal: conflictRefusal }
  }
  if (isNewSource || gain > 0) await hearSource(tx, message, origin, known, { same, isNewSource, isStronger: gain > 0 })
  return { outcome: 'duplicate', warningIds: [stands], problems: [], refusal: null }
}

/** Another source of the same message; the words of the stronger one are the ones relayed. */
async function hearSource(
  tx: Tx,
  message: ParsedMessage,
  origin: Origin,
  known: WarningRow,
  how: { same: boolean; isNewSource: boolean; isStronger: boolean },
): Promise<void> {
  const heard = sourceOf(origin, await clockNow(tx))
  const sources = (known.sources as KeptSource[]).map((s) => ({ standing: known.standing as Standing, ...s }))
  if (how.isStronger && !how.same) {
    const before = sources.map((s) => ({ ...s, said: s.said ?? saidOf(known) }))
    await tx
      .updateTable('warning')
      .set({ ...wordsOf(message, origin, []), sources: JSON.stringify([...before, heard]) })
      .where('id', '=', known.id)
      .execute()
  } else {
    const said = how.same ? {} : { said: saidBy(message) }
    await amendWarning(tx, known, {
      ...(how.isNewSource ? { source: { ...heard, ...said } } : {}),
      ...(how.isStronger ? { standing: origin.standing } : {}),
    })
  }
  await settleChain(tx, origin.policy, namesOf(message), { warningId: null, endingId: null })
  // Staff may have been called on a mirror's word; only now may residents be told: whoever listens looks at it again.
  if (how.isStronger && known.state === 'in-force')
    await record(tx, {
      event: 'warning.opened',
      place: known.place,
      thing: { type: 'warning', id: known.id },
      data: { warningId: known.id, stronger: true, ...(how.same ? {} : { reworded: true }) },
    })
}

async function takeEnding(tx: Tx, message: ParsedMessage, endedAs: 'lifted' | 'cancelled', origin: Origin): Promise<TakenMessage> {
  const known = await findTombstone(tx, message)
  if (known) {
    const bulletin = await tx
      .selectFrom('bulletin')
      .select(['warning_ids', 'feed_id'])
      .where('id', '=', known.bulletin_id)
      .executeTakeFirst()
    const same = contentKey(message.references) === contentKey(known.refs) && known.ended_as === endedAs
    const warningIds = bulletin?.warning_ids ?? []
    const gain = standingWeight[origin.standing] - standingWeight[known.standing as Standing]
    const isMirrored = gain !== 0 && bulletin?.feed_id !== origin.feedId
    if (!same && !isMirrored) return { outcome: 'refused', warningIds, problems: [conflictOf(message)], refusal: conflictRefusal }
    if (gain <= 0) return { outcome: 'duplicate', warningIds, problems: [], refusal: null }
  }
  const words = {
    bulletin_id: origin.bulletinId,
    standing: origin.standing,
    status: message.status,
    ended_as: endedAs,
    refs: JSON.stringify(message.references),
    headline: message.headline.slice(0, 300),
    ...topicOf(message),
    level: message.level,
  }
  const name = { sender: message.sender, identifier: message.identifier, sent: message.sent, part: message.part ?? '' }
  // A mirror may have told the end first; the authority's own word ends what the mirror's could not.
  await tx
    .insertInto('tombstone')
    .values({ ...name, ...words })
    .onConflict((c) => c.columns(['sender', 'identifier', 'sent', 'part']).doUpdateSet(words))
    .execute()
  const { ended } = await settleChain(tx, origin.policy, namesOf(message), { warningId: null, endingId: endingId(message) })
  const nothing = remark(
    'ends-nothing',
    '没有找到它要解除或取消的预警,已记下;那条预警随后才到时不会再通知',
    'nothing in force is named; if it arrives later it will not be opened',
  )
  const problems = ended.length === 0 ? [nothing] : message.infos.length === 0 ? [await wordsOfEnded(tx, ended)] : []
  return { outcome: 'accepted', warningIds: ended, problems, refusal: null }
}

/** A Cancel without a word of its own speaks with the words and the area of what it cancels. */
async function wordsOfEnded(tx: Tx, ended: string[]): Promise<BulletinProblem> {
  const rows = await tx.selectFrom('warning').selectAll().where('id', 'in', ended).execute()
  const said = rows.map((row) => `“${row.headline.slice(0, 80)}”(${saidOf(row).area.slice(0, 80)})`).join('、')
  return remark('words-from-ended', `报文本身没有内容,按它取消的预警转告:${said}`, 'it has no words: those of what it cancels are taken')
}

const namesOf = (message: ParsedMessage) => [message.identifier, ...message.references.map((r) => r.identifier)]
const sourceOf = ({ feedId, bulletinId, standing }: Origin, at: Date): KeptSource => ({
  feedId,
  bulletinId,
  at: at.toISOString(),
  standing,
})
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
  reasonEn: 'same number and time as one received before, but other content: not taken',
  hint: '请打电话向发布单位核实以哪一份为准;要更正,应换新的发送时间重发',
}

/** What makes two messages the same: everything the authority said, not the bytes it came in. */
const contentOf = (m: ParsedMessage) => [m.status, m.msgType, m.scope, m.infos, m.areas, m.references]
const contentOfRow = (row: WarningRow) => [row.status, row.msg_type, row.scope, row.infos, row.areas, row.refs]

const topicOf = (message: ParsedMessage) => ({
  issuer: issuerKey(message.infos, message.headline),
  event: message.event,
  digest: JSON.stringify(digestOf(message)),
})

/** Everything that is the message's own, whoever said it first. */
const wordsOf = (message: ParsedMessage, origin: Origin, problems: BulletinProblem[]) => ({
  ...topicOf(message),
  place: origin.place,
  bulletin_id: origin.bulletinId,
  identifier: message.identifier,
  sender: message.sender,
  sent: message.sent,
  status: message.status,
  msg_type: message.msgType,
  scope: message.scope,
  event_code: message.eventCode,
  level: message.level,
  level_basis: message.levelBasis,
  headline: message.headline,
  standing: origin.standing,
  effective: message.effective,
  onset: message.onset,
  expires: message.expires ?? usualEnd(origin.policy, message),
  expires_assumed: message.expires === null,
  infos: JSON.stringify(message.infos),
  areas: writeAreas(message.areas),
  refs: JSON.stringify(message.references),
  problems: JSON.stringify([...message.problems, ...problems]),
})

const saidBy = (message: ParsedMessage) => saidOf({ ...message, expires_assumed: false })
