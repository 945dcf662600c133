import { setTimeout as pause } from 'node:timers/promises'
import { newOutId } from '../base/ids.js'
import { type Log, messageOf } from '../base/log.js'
import { afterCommit, type Store, type Tx } from '../base/store/store.js'
import { setTimer } from '../journal/todo.js'
import type { Channel } from '../messages/channel.js'
import { breakContacts } from '../register/break-contacts.js'
import type { Directory } from '../register/directory.js'
import { type Claim, type ClaimedRow, type ClaimWish, claimToClose, claimToSend } from './claim.js'
import { channelOfLane, laneNumbers, rankNumber, stateCode } from './delivery.js'
import type { DeliveryConfig } from './delivery-config.js'
import { closeUnlisted, type MessageRow, readMessages, writeOutcomes } from './delivery-store.js'
import { board, type Rider, takeRiders } from './digest.js'
import { type Gate, openGate } from './gate.js'
import type { HoldBack } from './hold-back.js'
import { noteFirstAccepted, noteLastAccepted } from './note-accepted.js'
import { close, leaveUnknown, neverSeen, type Settled, settle, settleAsked, withoutAddress } from './outcome.js'
import { planTimer } from './plan-deliveries.js'
import type { Asked, Outgoing, Sender, Verdict } from './sender.js'

export interface DrainDeps {
  store: Store
  log: Log
  directory: () => Directory
  senders: Map<Channel, Sender>
  registerKind: 'sample' | 'live'
  config: DeliveryConfig
  holdBack: HoldBack
  /** True once the process is stopping: nothing new is handed over, what is in flight is written down. */
  stopping: () => boolean
  /** Texts are frozen at issue, so each is read once. */
  messages: Map<number, MessageRow>
  /** Revisions whose first accepted message is noted. */
  noted: Set<number>
}

const wishOf = ({ config, registerKind }: DrainDeps): ClaimWish => ({
  owner: newOutId(),
  leaseMs: config.lease_ms,
  attempts: config.attempts,
  registerKind,
})

/** Sends what may leave of one lane, until nothing is left. Many processes may do it at once. Answers how many rows it settled. */
export async function drainLane(deps: DrainDeps, lane: string): Promise<number> {
  const numbers = laneNumbers(lane)
  const isStopped = () => deps.stopping() || deps.senders.get(channelOfLane(lane))?.isStopped?.() === true
  let handled = 0
  const work = async () => {
    for (let last: Claim | null = null; ; ) {
      const claimedAt = performance.now()
      const claim: Claim | null = isStopped() ? null : await deps.store.system((tx) => claimToSend(tx, numbers, wishOf(deps)))
      // Of those who finish the last chunks side by side the last one to look sees all of them.
      if (last && last.revisionId !== claim?.revisionId) await noteWhole(deps, last)
      if (!claim) return
      handled += await sendChunk(deps, claim, claimedAt)
      last = claim
    }
  }
  await Promise.all(Array.from({ length: deps.config.chunks_at_once }, work))
  return handled
}

/** Closes what will never leave: called off, replaced, too late. Rows that may have been sent are asked about first. */
export async function sweep(deps: DrainDeps): Promise<number> {
  let handled = 0
  while (!deps.stopping()) {
    const claim = await deps.store.system((tx) => claimToClose(tx, wishOf(deps)))
    if (!claim) break
    const book = new Map<number, Settled>()
    const doubtful = claim.rows.filter((r) => r.maybeSent)
    const absent = await askAbout(deps, claim, doubtful, book)
    const neverSeen = new Set(absent.map((r) => r.id))
    for (const row of claim.rows) {
      const known = book.get(row.id)
      if (!known || known.again) book.set(row.id, close(claim.ending, row.maybeSent && !neverSeen.has(row.id)))
    }
    handled += await writeDown(deps, claim, book)
    await noteWhole(deps, claim)
  }
  return handled
}

const noteWhole = (deps: DrainDeps, { revisionId }: Claim): Promise<void> => deps.store.system((tx) => noteLastAccepted(tx, revisionId))

async function sendChunk(deps: DrainDeps, claim: Claim, claimedAt: number): Promise<number> {
  const sender = deps.senders.get(claim.channel)
  const book = new Map<number, Settled>()
  if (sender) {
    const gate = openGate(deps, claim, claimedAt)
    const doubtful = claim.rows.filter((r) => r.maybeSent)
    const fresh = claim.rows.filter((r) => !r.maybeSent)
    const absent = await askAbout(deps, claim, doubtful, book)
    const toSend = [...fresh, ...(sender.ask ? absent.map((r) => ({ ...r, maybeSent: false })) : doubtful)]
    const held = await deps.holdBack(claim, toSend)
    for (const [id, settled] of held) book.set(id, settled)
    const free = held.size === 0 ? toSend : toSend.filter((r) => !held.has(r.id))
    await inBatches(deps, claim, sender, free, book, gate)
    for (const row of absent) if (!book.has(row.id)) book.set(row.id, neverSeen())
  } else {
    deps.log.warn({ channel: claim.channel, alert: claim.alert.id }, 'no carrier is configured for this channel; its messages wait')
    const again = new Date(Date.now() + 60_000)
    for (const row of claim.rows)
      book.set(row.id, settle(row, { kind: 'tryAgain', reason: 'no-carrier', notBefore: again }, deps.config, Date.now()))
  }
  return writeDown(deps, claim, book)
}

async function inBatches(deps: DrainDeps, claim: Claim, sender: Sender, rows: ClaimedRow[], book: Map<number, Settled>, gate: Gate) {
  const outgoing = await addressed(deps, claim, rows, book)
  const { claims, riders } = claim.channel === 'group' ? await digest(deps, claim, outgoing) : noRiders
  const gates = new Map(claims.map((c) => [c, openGate(deps, c, performance.now())]))
  const books = new Map(claims.map((c) => [c, new Map<number, Settled>()]))
  let next = 0
  const together = claim.alone ? undefined : sender.together
  const work = async () => {
    while (next < outgoing.length) {
      const batch = outgoing.slice(next, next + (together ?? sender.batch))
      next += batch.length
      const requests = together ? 1 : batch.length
      const leave = sender.admit ? await sender.admit(requests, rankNumber(claim.alert.level)) : () => {}
      if (!leave) return
      if (!(await gate.open())) return leave()
      for (const { message } of batch) await board(message, riders, gates)
      const verdicts = await within(
        deps,
        batch,
        (signal) =>
          sender.send(
            batch.map((b) => b.message),
            signal,
          ),
        doubt,
      ).finally(leave)
      for (const [i, { row }] of batch.entries()) {
        book.set(row.id, settle(row, verdicts[i]!, deps.config, Date.now()))
        for (const rider of riders.get(row.contactId) ?? [])
          books.get(rider.claim)!.set(rider.row.id, settle(rider.row, verdicts[i]!, deps.config, Date.now()))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, sender.concurrency) }, work))
  for (const [other, settled] of books) {
    await writeDown(deps, other, settled)
    await noteWhole(deps, other)
  }
}

const noRiders = { claims: [] as Claim[], riders: new Map<number, Rider[]>() }

/** What waited for the same robots is taken along. */
const digest = (deps: DrainDeps, claim: Claim, outgoing: { message: Outgoing }[]) =>
  takeRiders(deps.store, claim, outgoing, {
    wish: wishOf(deps),
    addressed: (other, rows) => addressed(deps, other, rows, new Map()),
  })

/** Asks the carrier about rows that may have been sent. Answers those it never saw; the others are settled in the book. */
async function askAbout(deps: DrainDeps, claim: Claim, rows: ClaimedRow[], book: Map<number, Settled>): Promise<ClaimedRow[]> {
  const absent: ClaimedRow[] = []
  for (const { row, asked } of await askCarrier(deps, claim, rows, book)) {
    const settled = settleAsked(row, asked, deps.config, Date.now())
    if (settled) book.set(row.id, settled)
    else absent.push(row)
  }
  return absent
}

export type Asking = Pick<Claim, 'alert' | 'channel' | 'revision' | 'revisionId' | 'key' | 'alone'>

/** What the carrier says of rows by our own ids; a row without an address is settled in the book. Nothing where it cannot be asked. */
export async function askCarrier(
  deps: DrainDeps,
  claim: Asking,
  rows: ClaimedRow[],
  book: Map<number, Settled>,
): Promise<{ row: ClaimedRow; asked: Asked }[]> {
  const sender = deps.senders.get(claim.channel)
  if (!sender?.ask || rows.length === 0) return []
  const outgoing = await addressed(deps, claim, rows, book)
  const said: { row: ClaimedRow; asked: Asked }[] = []
  for (let at = 0; at < outgoing.length; at += sender.batch) {
    const batch = outgoing.slice(at, at + sender.batch)
    const answers = await within<Asked>(
      deps,
      batch,
      (signal) =>
        sender.ask!(
          batch.map((b) => b.message),
          signal,
        ),
      doubt,
    )
    for (const [i, { row }] of batch.entries()) said.push({ row, asked: answers[i]! })
  }
  return said
}

const doubt = (reason: string): Verdict & Asked => ({ kind: 'unknown', reason })

/** A carrier that hangs, throws or answers too little leaves doubt, never a lost or a doubled message. */
async function within<T>(
  deps: DrainDeps,
  batch: unknown[],
  call: (signal: AbortSignal) => Promise<T[]>,
  doubtOf: (reason: string) => T,
): Promise<T[]> {
  const signal = AbortSignal.timeout(deps.config.timeout_ms)
  const late = new Promise<never>((_, no) => signal.addEventListener('abort', () => no(new Error('timeout')), { once: true }))
  try {
    const answers = await Promise.race([call(signal), late])
    return batch.map((_, i) => answers[i] ?? doubtOf('no verdict'))
  } catch (e) {
    const reason = messageOf(e)
    deps.log.warn({ reason, messages: batch.length }, 'a carrier did not answer for a batch')
    return batch.map(() => doubtOf(reason))
  }
}

async function addressed(deps: DrainDeps, claim: Asking, rows: ClaimedRow[], book: Map<number, Settled>) {
  const texts = await textsOf(deps, rows, claim.revisionId)
  const directory = deps.directory()
  const { alert } = claim
  const outgoing: { row: ClaimedRow; message: Outgoing }[] = []
  for (const row of rows) {
    const address = directory.address(row.contactId)
    const words = texts.get(row.messageId)
    if (address === undefined || !words) {
      book.set(row.id, withoutAddress())
      continue
    }
    const message: Outgoing = {
      outId: row.outId,
      batchId: claim.key,
      alone: claim.alone,
      contactId: row.contactId,
      address,
      text: words.text,
      template: words.template,
      parameters: words.parameters,
      language: words.language,
      relation: words.relation,
      alertId: alert.id,
      revision: claim.revision,
      title: alert.title,
      level: alert.level,
      exercise: alert.exercise,
      place: words.place,
      expiresAt: alert.expiresAt,
    }
    outgoing.push({ row, message })
  }
  return outgoing
}

async function textsOf(deps: DrainDeps, rows: ClaimedRow[], revisionId: number): Promise<Map<number, MessageRow>> {
  const ids = [...new Set(rows.map((r) => r.messageId))]
  if (ids.every((id) => deps.messages.has(id))) return deps.messages
  if (deps.messages.size > 10_000) deps.messages = new Map()
  const { messages } = deps
  for (const m of await deps.store.system((tx) => readMessages(tx, ids, revisionId))) messages.set(m.id, m)
  return messages
}

/** What the carrier said is written down as soon as the store is there; after the lease whoever has the chunk asks the carrier. */
async function writeDown(deps: DrainDeps, claim: Claim, book: Map<number, Settled>): Promise<number> {
  for (const row of claim.rows) if (!book.has(row.id) && row.maybeSent) book.set(row.id, leaveUnknown())
  const until = performance.now() + deps.config.lease_ms
  for (let wait = 50; ; wait *= 2) {
    try {
      await deps.store.system((tx) => writeChunk(deps, tx, claim, book))
      return book.size
    } catch (e) {
      if (performance.now() + wait > until) throw e
      deps.log.warn({ chunk: claim.chunkId, reason: messageOf(e) }, 'writing outcomes failed and is tried again')
      await pause(wait)
    }
  }
}

async function writeChunk(deps: DrainDeps, tx: Tx, claim: Claim, book: Map<number, Settled>): Promise<void> {
  // Held until the commit, so that a call-off either sees these outcomes or is seen by them.
  const alert = await tx
    .selectFrom('alert')
    .select(['revision', 'series_id'])
    .where('id', '=', claim.alert.id)
    .forShare()
    .executeTakeFirst()
  // The sample night was started again while this chunk was in flight: there is nothing left to write on.
  if (!alert) return
  const settled = [...book.values()]
  const waits = settled.filter((s) => s.again).map((s) => s.again!.getTime())
  const untouched = claim.rows.length - book.size
  const open = untouched + waits.length
  const notBefore = untouched === 0 && waits.length > 0 ? new Date(Math.min(...waits)) : null
  await writeOutcomes(
    tx,
    claim,
    [...book].map(([id, { outcome }]) => ({ id, outcome })),
    { open, notBefore },
  )
  await breakContacts(
    tx,
    claim.rows.flatMap((r) => (book.get(r.id)?.broken ? [{ contactId: r.contactId, reason: book.get(r.id)!.broken! }] : [])),
    { id: claim.alert.id, seriesId: alert.series_id },
  )
  if (open === 0 && claim.alert.exercise) await closeUnlisted(tx, claim.chunkId)
  const told = settled.some((s) => s.outcome.state === stateCode.accepted || s.outcome.state === stateCode.unknown)
  if (told && !deps.noted.has(claim.revisionId) && (await noteFirstAccepted(tx, claim.revisionId)))
    afterCommit(tx, () => deps.noted.add(claim.revisionId))
  if (told && alert.revision > claim.revision) await planCurrentAgain(tx, claim.alert.id, alert.revision)
}

/** An outcome came in after the wording was replaced: whoever it reached belongs to the correction too. */
async function planCurrentAgain(tx: Tx, alertId: string, revision: number): Promise<void> {
  const current = await tx
    .selectFrom('alert_revision')
    .select(['id', 'purpose'])
    .where('alert_id', '=', alertId)
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (current && current.purpose !== 'warn') await setTimer(tx, planTimer, String(current.id), null)
}
