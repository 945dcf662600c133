import type { Seal } from '../base/seal.js'
import type { Actor, Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { takeAnswer } from './answers.js'
import { keyOfReply, type Meaning, meaningOfReply, type Settlement } from './reply.js'
import { type AskedOne, findAsked, findAskedBy, findNumber, insertReply, lockReply, settleReply } from './reply-store.js'

export interface ReplyDeps {
  seal: Seal
  /** The place of a number nobody has. */
  home: () => string
}

/** One short message from outside. It names the number, never what it answers. */
export interface NumberReply {
  /** E.164. */
  phone: string
  words: string
  /** The same for a report that is told again. */
  source: string
}

export interface SealedReply {
  phone: string
  words: string
}
export const sealedFor = 'reply'

/**
 * Counts for every open alert of the number, graded as a reply. What a person must read is kept for the desk: what is not
 * clear, a cry that no alert carries on, somebody who wants no more messages (an emergency warning goes on being sent: the law
 * leaves nobody out). Answers false when nothing was sent to that number yet: the reply may have overtaken our own note of it.
 */
export async function takeReply(tx: Tx, deps: ReplyDeps, reply: NumberReply): Promise<boolean> {
  const words = reply.words.trim().slice(0, 500)
  const meaning = meaningOfReply(words)
  const blind = deps.seal.blind(reply.phone)
  const asked = await findAsked(tx, blind)
  const answered = asked.filter((one) => keyOfReply(meaning, one.relation) !== null)
  if (meaning !== 'help' && answered.length > 0) {
    await answerAll(tx, answered, meaning)
    return true
  }
  if (asked.length === 0 && (meaning === 'heard' || meaning === 'cannot-come')) return false
  const number = await findNumber(tx, blind)
  const id = await insertReply(tx, {
    place: number?.place ?? deps.home(),
    contactId: number?.id ?? null,
    sealed: deps.seal.seal({ phone: reply.phone, words } satisfies SealedReply, sealedFor),
    source: deps.seal.blind(`reply ${reply.source}`),
    meaning,
    alertIds: asked.map((one) => one.alertId),
    settledAs: answered.length > 0 ? 'help' : null,
  })
  if (id === null) return true
  await answerAll(tx, answered, meaning)
  await record(tx, {
    event: 'reply.received',
    place: number?.place ?? deps.home(),
    thing: { type: 'reply', id },
    series: asked[0]?.seriesId ?? null,
    data: { meaning, known: number !== undefined, alerts: answered.length },
  })
  return true
}

/** A cry for help is told once, as the answer to the newest alert: one person in need is one task. */
async function answerAll(tx: Tx, asked: AskedOne[], meaning: Meaning): Promise<void> {
  for (const [i, { outId, relation }] of asked.entries()) {
    const value = keyOfReply(meaning, relation)!
    const cry = meaning === 'help' ? ({ again: true, ...(i > 0 ? { cried: true } : {}) } as const) : {}
    await takeAnswer(tx, { outId, grade: 'pressed', value, ...cry })
  }
}

/** An officer has read it: a cry for help, an answer after all, or nothing more to be done (rung back, explained). */
export async function settleByHand(
  tx: Tx,
  deps: Pick<ReplyDeps, 'seal'>,
  id: number,
  as: Settlement,
  actor: Actor,
): Promise<'settled' | 'gone' | 'unasked'> {
  const row = await lockReply(tx, id)
  if (!row) return 'gone'
  if (row.settled_at) return 'settled'
  const { phone } = deps.seal.open<SealedReply>(row.sealed, sealedFor)
  const asked = await findAskedBy(tx, deps.seal.blind(phone), row.alerts)
  if (as !== 'read' && asked.length === 0) return 'unasked'
  if (as !== 'read') await answerAll(tx, asked, as)
  await settleReply(tx, id, as, actor.person)
  await record(tx, {
    event: 'reply.settled',
    place: row.place,
    thing: { type: 'reply', id },
    series: asked[0]?.seriesId ?? null,
    data: { meaning: row.meaning, as },
  })
  return 'settled'
}
