import { createHash } from 'node:crypto'
import { newId } from '../base/ids.js'
import { type Log, messageOf } from '../base/log.js'
import type { Actor, Store, Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { type BulletinProblem, type ParsedMessage, type Reading, type Refusal, type Standing, Unreadable } from './bulletin.js'
import {
  findKept,
  isStillUnread,
  keepBulletin,
  noteEntered,
  type Outcome,
  readSource,
  settleBulletin,
  unreadYet,
  type Via,
} from './bulletin-store.js'
import { describeMessages } from './describe-message.js'
import type { ReadContext } from './dialect.js'
import { takeObservations } from './observations/take-observations.js'
import { ReaderStopped } from './reader.js'
import { allowOwnTest } from './self-test.js'
import { plainSource, type SourceSettings } from './source-settings.js'

/** What warnings/ makes of the messages of one bulletin, in the ingest's transaction. Handed in by wiring: feeds stand above warnings. */
export type TakeBulletin = (
  tx: Tx,
  bulletin: {
    bulletinId: string
    feedId: string | null
    place: string
    standing: Standing
    messages: ParsedMessage[]
    /** Found at the first poll of a feed: how things stand, not news. */
    baseline: boolean
  },
) => Promise<TakenMessage[]>

export interface TakenMessage {
  outcome: 'accepted' | 'duplicate' | 'refused'
  warningIds: string[]
  problems: BulletinProblem[]
  refusal: Refusal | null
}

interface Entered {
  source: string
  heardAt: string
  issuer: string
  /** The bulletin whose text it was. */
  from: string | null
}

export interface IngestInput {
  dialect: string
  raw: Buffer
  contentType: string | null
  via: Via
  feedId: string | null
  place: string
  standing: Standing
  actor: Actor
  /** The first poll of a feed: what is in force is how things stand, not news. */
  baseline?: boolean
  /** Typed in: from whom it was heard, how and when. Who signs is the actor. */
  entered?: Entered
}
export interface IngestResult {
  bulletinId: string
  outcome: 'accepted' | 'duplicate' | 'refused' | 'unreadable'
  warningIds: string[]
  problems: BulletinProblem[]
  /** In plain words what the bulletin says, where it can be read. */
  summary: string | null
  reason?: string
  hint?: string
}
export interface Ingest {
  ingest(input: IngestInput): Promise<IngestResult>
  /** Reads what was kept but not read because a process ended: at the start all of it, later what nobody can be reading any more. */
  resume(olderThanSeconds?: number): Promise<number>
}

type HowToRead = Pick<ReadContext, 'settings' | 'receivedAt'>

interface Source {
  id: string
  place: string
  feedId: string | null
  dialect: string
  standing: Standing
  via: Via
  receivedAt: Date
  baseline?: boolean
  entered?: Entered
}

/** The raw bytes are stored first; then they are read; then what they say is taken. A crash in between loses nothing. */
export function createIngest(deps: {
  store: Store
  /** Large bodies are read in a thread of their own (reader.ts). */
  dialects: { read(dialect: string, raw: Buffer, source: HowToRead): Reading | Promise<Reading> }
  takeBulletin: TakeBulletin
  log: Log
  /** For what is handed in without a feed. */
  posted?: SourceSettings
}): Ingest {
  const { store, dialects, log, posted = plainSource } = deps
  const howToRead = (tx: Tx, bulletinId: string) => readSource(tx, bulletinId, posted)

  const read = async (dialect: string, raw: Buffer, id: string, source: HowToRead): Promise<Reading> => {
    try {
      return await dialects.read(dialect, raw, source)
    } catch (e) {
      if (e instanceof ReaderStopped) throw e
      log.error({ bulletin: id, reason: messageOf(e), stack: e instanceof Error ? e.stack : undefined }, 'a bulletin made the reader fail')
      return new Unreadable(
        'internal',
        '读这份报文时程序出错,报文已原样保存',
        'the reader failed',
        '请联系维护人员,并打电话向发布单位核实预警内容',
      ).reading()
    }
  }

  const settle = async (tx: Tx, reading: Reading, source: Source, before: Outcome = 'received'): Promise<IngestResult> => {
    const result = await apply(tx, source.via === 'test' ? allowOwnTest(reading) : reading, source, deps.takeBulletin)
    const { outcome, reason, hint, summary, problems, warningIds } = result
    await settleBulletin(tx, source.id, { outcome, reason: reason ?? null, hint: hint ?? null, summary, problems, warningIds })
    if (source.entered?.from && (outcome === 'accepted' || outcome === 'duplicate')) await noteEntered(tx, source.entered.from, warningIds)
    // A feed that stays broken is told once, not at every poll.
    if (outcome === before) return result
    await record(tx, {
      event: eventOf(outcome),
      place: source.place,
      thing: { type: 'bulletin', id: source.id },
      data: { bulletinId: source.id, feedId: source.feedId, warningIds },
    })
    return result
  }

  return {
    async ingest(input) {
      const actor = wide(input.actor)
      const sha256 = createHash('sha256').update(input.raw).digest()
      const kept = await store.act(actor, async (tx) => {
        const known = await findKept(tx, { ...input, sha256 })
        const isSame = known && (known.outcome === 'accepted' || known.outcome === 'duplicate') && known.standing === input.standing
        if (isSame && input.via !== 'feed') {
          await record(tx, {
            event: 'bulletin.repeated',
            place: input.place,
            thing: { type: 'bulletin', id: known.id },
            data: { bulletinId: known.id },
          })
        }
        // A conflict or an unreadable one is read again: tables and readers improve.
        if (known && (isSame || known.standing === input.standing)) {
          return {
            id: known.id,
            repeated: isSame ? known : null,
            before: input.via === 'feed' ? known.outcome : undefined,
            ...(await howToRead(tx, known.id)),
          }
        }
        const id = newId()
        await keepBulletin(tx, { ...input, id, sha256 })
        if (input.entered)
          await record(tx, {
            event: 'bulletin.entered',
            place: input.place,
            thing: { type: 'bulletin', id },
            data: { bulletinId: id, ...input.entered },
          })
        return { id, repeated: null, before: undefined, ...(await howToRead(tx, id)) }
      })
      if (kept.repeated) {
        return { bulletinId: kept.id, outcome: 'duplicate', warningIds: kept.repeated.warningIds, problems: [], summary: null }
      }
      const reading = await read(input.dialect, input.raw, kept.id, kept)
      return store.act(actor, (tx) => settle(tx, reading, { ...input, id: kept.id, receivedAt: kept.receivedAt }, kept.before))
    },

    async resume(olderThanSeconds = 0) {
      const waiting = await store.system((tx) => unreadYet(tx, posted, olderThanSeconds))
      for (const bulletin of waiting) {
        const reading = await read(bulletin.dialect, bulletin.raw, bulletin.id, bulletin)
        await store.system(async (tx) => {
          if (await isStillUnread(tx, bulletin.id)) await settle(tx, reading, bulletin)
        })
      }
      return waiting.length
    },
  }
}

/** What was said concerns everybody: it is compared with everything known, in the name of who brought it. */
const wide = (actor: Actor): Actor => ({ ...actor, scope: '' })

function eventOf(outcome: Outcome): string {
  if (outcome === 'duplicate') return 'bulletin.repeated'
  return outcome === 'refused' || outcome === 'unreadable' ? `bulletin.${outcome}` : 'bulletin.received'
}

async function apply(tx: Tx, reading: Reading, source: Source, take: TakeBulletin): Promise<IngestResult> {
  const base = { bulletinId: source.id, warningIds: [] as string[], problems: reading.problems, summary: null }
  switch (reading.kind) {
    case 'unreadable':
      return { ...base, outcome: 'unreadable', reason: reading.reason, hint: reading.hint }
    case 'refused':
      return { ...base, outcome: 'refused', reason: reading.refusal.reason, hint: reading.refusal.hint }
    case 'observations':
      await takeObservations(tx, { ...source, bulletinId: source.id }, reading.observations)
      return { ...base, outcome: 'accepted', summary: reading.summary }
    case 'messages':
      return takeMessages(tx, reading, source, take)
  }
}

async function takeMessages(
  tx: Tx,
  reading: Extract<Reading, { kind: 'messages' }>,
  source: Source,
  take: TakeBulletin,
): Promise<IngestResult> {
  const { id: bulletinId, feedId, place, standing, baseline = false } = source
  const taken = await take(tx, { bulletinId, feedId, place, standing, messages: reading.messages, baseline })
  const has = (outcome: TakenMessage['outcome']) => taken.some((t) => t.outcome === outcome)
  // An empty list is a good answer: nothing is in force there.
  const outcome = taken.length === 0 || has('accepted') ? 'accepted' : has('duplicate') ? 'duplicate' : 'refused'
  const refusals = taken.flatMap((t) => (t.refusal ? [t.refusal] : []))
  const refused: BulletinProblem[] = refusals.map((r) => ({
    code: r.code,
    severity: 'error',
    message: r.reason,
    ...(r.reasonEn ? { messageEn: r.reasonEn } : {}),
  }))
  const refusal = refusals[0]
  return {
    bulletinId,
    outcome,
    warningIds: [...new Set(taken.flatMap((t) => t.warningIds))],
    problems: [...reading.problems, ...refused, ...reading.messages.flatMap((m) => m.problems), ...taken.flatMap((t) => t.problems)].slice(
      0,
      500,
    ),
    summary: describeMessages(reading.messages),
    ...(refusal ? { reason: refusal.reason, hint: refusal.hint } : {}),
  }
}
