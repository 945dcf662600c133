import { type Log, messageOf } from '../base/log.js'
import type { Seal } from '../base/seal.js'
import type { Store, Tx } from '../base/store/store.js'
import { takeAnswer } from '../delivery/answers.js'
import { readMessages } from '../delivery/delivery-store.js'
import { breakReported, foldReceipts } from '../delivery/receipts.js'
import { takeReply } from '../delivery/take-reply.js'
import { record } from '../journal/journal.js'
import { homePlace } from '../register/home.js'
import type { Register } from '../register/snapshot.js'
import { callbackShapes, type Reading, type Reply, type Report } from './callback-shapes.js'
import {
  claimCallbacks,
  findSent,
  isInCommon,
  type KeptCallback,
  keepCallback,
  postponeCallback,
  removeCallbacks,
  type SentOne,
} from './callback-store.js'
import { heardInFull } from './voice/heard.js'

export interface FoldDeps {
  store: Store
  register: Pick<Register, 'snapshot' | 'directory'>
  seal: Seal
  log: Log
}

export const callbackBell = 'callbacks'
export const sealedFor = 'callback'

const atOnce = 20
/** When a report whose message we do not know is looked at again: it may have overtaken our own note of the send. */
const againAfterMinutes = [1, 10, 60]

/**
 * Folds what carriers pushed into the rows, a batch in a transaction that removes it: a kill before the commit leaves it to be
 * folded again, and folding is the same however often. Any process may do it. Answers how many callbacks it folded.
 */
export async function foldCallbacks(deps: FoldDeps): Promise<number> {
  let folded = 0
  for (let most = atOnce; ; ) {
    const claimed: KeptCallback[] = []
    try {
      await deps.store.system(async (tx) => {
        claimed.splice(0, claimed.length, ...(await claimCallbacks(tx, most)))
        if (claimed.length > 0) await fold(tx, deps, claimed)
      })
      if (claimed.length === 0) return folded
      folded += claimed.length
      most = atOnce
    } catch (e) {
      // One that cannot be folded must not keep the others back: they are taken one by one, and it later.
      if (claimed.length === 0) throw e
      deps.log.error({ callbacks: claimed.length, reason: messageOf(e) }, 'folding what a carrier reported failed and is tried again')
      if (claimed.length === 1) await deps.store.system((tx) => postponeCallback(tx, claimed[0]!.id, againAfterMinutes[1]!))
      most = 1
    }
  }
}

interface Kept<T> {
  from: KeptCallback
  line: T
}

async function fold(tx: Tx, deps: FoldDeps, callbacks: KeptCallback[]): Promise<void> {
  const read = callbacks.map((from) => ({ from, ...open(deps, from) }))
  const reports = read.flatMap(({ from, reports }) => reports.map((line): Kept<Report> => ({ from, line })))
  const replies = read.flatMap(({ from, replies }) => replies.map((line): Kept<Reply> => ({ from, line })))
  const unknown = [...(await foldReports(tx, deps, reports)), ...(await takeReplies(tx, deps, replies))]
  for (const from of callbacks) {
    const lines = unknown.filter((u) => u.from === from).map((u) => u.line.raw)
    if (lines.length > 0) await keepUnknown(tx, deps, from, lines)
  }
  await removeCallbacks(
    tx,
    callbacks.map((c) => c.id),
  )
}

function open(deps: FoldDeps, { carrier, kind, sealed }: KeptCallback): Reading {
  const shape = callbackShapes[`${carrier} ${kind}`]
  if (!shape) throw new Error(`no shape is called ${carrier} ${kind}`)
  return shape.parse(deps.seal.open(sealed, sealedFor))
}

/** Answers the reports of messages we do not know. One whose number, out id and carrier id do not belong together is refused. */
async function foldReports(tx: Tx, deps: FoldDeps, reports: Kept<Report>[]): Promise<Kept<Report>[]> {
  // Without an out id it is not ours at all: another user of the same account.
  const asked = reports.filter(({ line }) => line.claim.outId !== undefined)
  const sent = await findSent(
    tx,
    asked.map(({ line: { claim } }) => {
      const outId = claim.outId!
      return { outId, blind: isInCommon(outId) ? deps.seal.blind(numberOf(claim.phone ?? '')) : null }
    }),
  )
  const directory = deps.register.directory()
  const ours: (SentOne & { report: Report })[] = []
  const unknown: Kept<Report>[] = []
  let forged = 0
  for (const [i, kept] of asked.entries()) {
    const { phone, carrierId } = kept.line.claim
    const known = sent[i]
    if (!known) {
      unknown.push(kept)
      continue
    }
    const address = directory.address(known.contactId)
    const phoneFits = phone !== undefined && address !== undefined && numberOf(phone) === numberOf(address)
    const idFits = known.carrierId === null || known.carrierId === carrierId
    if (phoneFits && idFits) ours.push({ ...known, report: kept.line })
    else forged++
  }
  if (forged > 0) {
    deps.log.warn({ forged }, 'receipts that do not fit what was sent were refused')
    await record(tx, { event: 'receipt.refused', place: '', thing: { type: 'carrier', id: 'callback' }, data: { count: forged } })
  }
  const receipts = ours.map(({ outId, report }) => ({ outId, ...report.receipt }))
  if (receipts.length > 0) {
    await foldReceipts(tx, receipts)
    await breakReported(tx, receipts)
  }
  for (const { outId, report, messageId } of ours) {
    const answer = report.answer ?? (report.seconds === undefined ? undefined : await listenedTo(tx, messageId, report.seconds))
    if (answer) await takeAnswer(tx, { outId, ...answer })
  }
  return unknown
}

async function listenedTo(tx: Tx, messageId: number, seconds: number): Promise<Report['answer']> {
  const [message] = await readMessages(tx, [messageId])
  return message && heardInFull(message.text, seconds) ? { grade: 'listened', value: `听了 ${seconds} 秒` } : undefined
}

async function takeReplies(tx: Tx, deps: FoldDeps, replies: Kept<Reply>[]): Promise<Kept<Reply>[]> {
  const unknown: Kept<Reply>[] = []
  for (const kept of replies) {
    const { phone, words, source } = kept.line
    const known = await takeReply(
      tx,
      { seal: deps.seal, home: () => homePlace(deps.register.snapshot()) },
      { phone: numberOf(phone), words, source },
    )
    if (!known) unknown.push(kept)
  }
  return unknown
}

/** Kept on their own, until the last time they are looked at. */
async function keepUnknown(tx: Tx, deps: FoldDeps, { carrier, kind, tries }: KeptCallback, lines: unknown[]): Promise<void> {
  const afterMinutes = againAfterMinutes[tries]
  if (afterMinutes !== undefined) {
    await keepCallback(tx, { carrier, kind, sealed: deps.seal.seal(lines, sealedFor), tries: tries + 1, afterMinutes })
    return
  }
  deps.log.warn({ carrier, kind, count: lines.length }, 'reports of messages we do not know were given up')
  await record(tx, { event: 'receipt.unknown', place: '', thing: { type: 'carrier', id: carrier }, data: { kind, count: lines.length } })
}

/** However a carrier writes it, as the register does. */
const numberOf = (phone: string): string => `+86${phone.replace(/[^\d]/g, '').replace(/^0{0,2}86(?=1\d{10}$)/, '')}`
