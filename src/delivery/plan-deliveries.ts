import { sql } from 'kysely'
import type { FrozenWords, Purpose } from '../alerts/alert.js'
import type { Doorbell } from '../base/doorbell.js'
import { afterCommit, type Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import { goOn, type TimerHandler } from '../journal/todo.js'
import type { Audience } from '../matching/audience.js'
import { channelCode, channelOfCode, type Language } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { laneOfNumber, purposeCode, rowsPerChunk, turnOf } from './delivery.js'
import { countChunks, insertChunks, insertDeliveries, takeIds } from './delivery-store.js'
import { noteLastAccepted } from './note-accepted.js'
import { cutIntoChunks, type Met, meet, nobodyMet, type PlannedChunk, rowsOfAudience, type Wanted } from './plan.js'
import { type WordsDeps, writeMessages } from './write-messages.js'

export interface PlanDeps extends WordsDeps {
  /** matching/choose-audience over the register's snapshot and the risk policy. */
  chooseAudience: (ask: AudienceAsk) => Audience
  /** Of those told by the alert that a part-wise all-clear belongs to: who is warned by something in force now. */
  isStillWarned: (tx: Tx, alertId: string) => Promise<(told: Told) => boolean>
  doorbell: Pick<Doorbell, 'ring'>
  chunkSize: number
  rowsAtOnce: number
}

export type AudienceAsk = Pick<FrozenWords, 'audience' | 'event' | 'level' | 'origin' | 'grids' | 'named'> & { exercise: boolean }

export interface Told {
  contactId: number
  place: string
  relation: Relation
}

export const planTimer = 'delivery.plan'

/** What is left to plan of one revision, kept between the transactions of this process only. */
interface Plan {
  chunks: Iterator<PlannedChunk>
  /** The one that is planned next; undefined: all are. */
  next: PlannedChunk | undefined
  written: number
  messageIds: Map<string, number>
  /** Everybody met so far, which in the end is everybody planned. */
  met: Met
  people: number
  unreachable: number
  /** Some rows were there already: the plan was begun before, by us or by another process. */
  again: boolean
}

interface Revision {
  id: number
  place: string
  revision: number
  purpose: Purpose
  words: FrozenWords
  planDone: boolean
  alert: { id: string; seriesId: string; place: string; revision: number; level: string | null }
}

/**
 * alert.issued, alert.revised, alert.called-off, alert.all-cleared: every delivery becomes a row before it happens. A big plan
 * is cut into several transactions, each setting a timer for the next: the first chunk is on its way while the rest is planned.
 */
export function createPlanner(deps: PlanDeps): { planDeliveries: Reaction; planOn: TimerHandler } {
  const begun = new Map<number, Plan>()

  const slice = async (tx: Tx, revisionId: number, written: number) => {
    const revision = await readRevision(tx, revisionId)
    if (!revision) return
    const known = begun.get(revisionId)
    // Taken out and put back after the commit only: if this transaction fails, what the rows say is read again.
    begun.delete(revisionId)
    const replaced = revision.alert.revision !== revision.revision
    // Another process may have gone on with it meanwhile.
    const plan = replaced ? nothing : known?.written === written ? known : await makePlan(tx, deps, revision)
    await writeSlice(tx, deps, revision, plan)
    if (plan.next) {
      afterCommit(tx, () => begun.set(revisionId, plan))
      await goOn(tx, planTimer, String(revisionId), { written: plan.written })
    } else await finish(tx, revision, plan, replaced)
  }

  return {
    async planDeliveries(tx, entry) {
      const { revisionId } = entry.data as { revisionId: number }
      await slice(tx, revisionId, 0)
    },
    planOn: (tx, subject, { written }) => slice(tx, Number(subject), Number(written ?? 0)),
  }
}

const nothing: Plan = {
  chunks: [].values(),
  next: undefined,
  written: 0,
  messageIds: new Map(),
  met: nobodyMet([]),
  people: 0,
  unreachable: 0,
  again: false,
}

async function readRevision(tx: Tx, revisionId: number): Promise<Revision | null> {
  const r = await tx
    .selectFrom('alert_revision as r')
    .innerJoin('alert as a', 'a.id', 'r.alert_id')
    .select(['r.id', 'r.place', 'r.revision', 'r.purpose', 'r.words', 'r.plan_done', 'a.id as alert_id', 'a.series_id', 'a.level'])
    .select(['a.place as alert_place', 'a.revision as current'])
    .where('r.id', '=', revisionId)
    .executeTakeFirst()
  if (!r) return null
  return {
    id: r.id,
    place: r.place,
    revision: r.revision,
    purpose: r.purpose as Purpose,
    words: r.words as unknown as FrozenWords,
    planDone: r.plan_done,
    alert: { id: r.alert_id, seriesId: r.series_id, place: r.alert_place, revision: r.current, level: r.level },
  }
}

async function makePlan(tx: Tx, deps: PlanDeps, revision: Revision): Promise<Plan> {
  const { words, purpose } = revision
  const told = purpose === 'warn' ? null : await rowsOfThoseTold(tx, deps, revision)
  const audience = told ? nobody : deps.chooseAudience({ ...words, exercise: words.kind === 'exercise' })
  const met = nobodyMet(told ? told.map(({ row }) => row) : audience.recipients)
  for (const { row } of told ?? []) meet(met, row.contactId, row.channel)
  const wanted = told ?? rowsOfAudience(audience, met)
  const there = await readPlanned(tx, revision.id)
  const rows = there.size === 0 ? wanted : without(wanted, there)
  const chunks = cutIntoChunks(rows, revision.alert.level, deps.chunkSize)
  return {
    chunks,
    next: nextOf(chunks),
    written: 0,
    messageIds: new Map(),
    met,
    people: audience.people,
    unreachable: audience.unreachable.reduce((sum, u) => sum + u.people, 0),
    again: there.size > 0,
  }
}

const nobody: Pick<Audience, 'audience' | 'recipients' | 'move' | 'people' | 'unreachable'> = {
  ...{ audience: 'residents', recipients: [], move: [], people: 0, unreachable: [] },
}

const nextOf = (chunks: Iterator<PlannedChunk>): PlannedChunk | undefined => {
  const step = chunks.next()
  return step.done ? undefined : step.value
}

function* without(rows: Iterable<Wanted>, there: Set<number>): Generator<Wanted> {
  for (const wanted of rows) if (!there.has(keyOf(wanted.row.contactId, channelCode[wanted.row.channel]))) yield wanted
}

const keyOf = (contactId: number, channel: number) => contactId * 10 + channel

async function readPlanned(tx: Tx, revisionId: number): Promise<Set<number>> {
  const rows = await tx.selectFrom('delivery').select(['contact_id', 'channel']).where('revision_id', '=', revisionId).execute()
  return new Set(rows.map((r) => keyOf(r.contact_id, r.channel)))
}

/**
 * A correction and an all-clear go to exactly those who were told, or may have been, on the same channels; an all-clear not to whom
 * a part-wise one has told so since. A part-wise one goes to those of them whom nothing in force warns any more.
 */
async function rowsOfThoseTold(tx: Tx, deps: PlanDeps, revision: Revision): Promise<Wanted[]> {
  const { partOf } = revision.words
  const alertId = partOf ?? revision.alert.id
  const upTo = partOf ? sql`` : sql`and r.revision < ${revision.revision}`
  const { rows } = await sql<{ contact_id: number; channel: number; place: string; relation: Relation; language: Language }>`
    with part as materialized (
      select r.id from alert_revision r join alert a on a.id = r.alert_id
      where a.series_id = ${revision.alert.seriesId} and r.words ->> 'partOf' = ${alertId} and r.id <> ${revision.id}
        and ${revision.purpose} = 'all-clear'
    )
    select d.contact_id, d.channel, d.place, m.relation, m.language
    from delivery d join alert_revision r on r.id = d.revision_id join message m on m.id = d.message_id
    where r.alert_id = ${alertId} ${upTo} and r.purpose = 'warn' and d.state in (1, 3)
      and not exists (select 1 from part join delivery o on o.revision_id = part.id
        where o.contact_id = d.contact_id and o.channel = d.channel and o.state in (0, 1) and o.id > d.id)
    order by d.contact_id, d.channel, d.id`.execute(tx)
  const told = rows.map((r) => ({
    ...{ contactId: r.contact_id, channel: channelOfCode(r.channel), place: r.place, relation: r.relation },
    language: r.language === 'en' ? r.language : undefined,
  }))
  const isWarned = partOf ? await deps.isStillWarned(tx, revision.alert.id) : () => false
  const warned = new Set(told.filter(isWarned).map((row) => row.contactId))
  const first = new Map(told.map((row) => [keyOf(row.contactId, channelCode[row.channel]), row] as const).reverse())
  return [...first.values()]
    .filter((row) => !warned.has(row.contactId))
    .reverse()
    .map((row) => ({ row: { ...row, shelterId: null, helperId: null }, urgent: true, risk: 0 }))
}

/** Writes the next chunks: a single one to begin with, then as many as rowsAtOnce allows. */
async function writeSlice(tx: Tx, deps: PlanDeps, revision: Revision, plan: Plan): Promise<void> {
  const most = plan.written === 0 ? 1 : deps.rowsAtOnce
  const chunks: PlannedChunk[] = []
  for (let rows = 0; plan.next && (rows === 0 || rows + plan.next.rows.length <= most); plan.next = nextOf(plan.chunks)) {
    chunks.push(plan.next)
    rows += plan.next.rows.length
  }
  if (chunks.length === 0) return
  plan.written += chunks.length
  const planned = chunks.flatMap((c) => c.rows)
  const messageIds = await writeMessages(tx, deps, revision, plan.messageIds, planned)
  const ids = await takeIds(tx, 'delivery_chunk', chunks.length)
  const repeat = revision.purpose === 'warn' && revision.revision > 1
  await insertChunks(
    tx,
    chunks.map((chunk, i) => ({
      id: ids[i]!,
      place: revision.alert.place,
      revisionId: revision.id,
      alertId: revision.alert.id,
      revision: revision.revision,
      channel: channelCode[chunk.channel],
      lane: chunk.lane,
      turn: turnOf(repeat, chunk.risk),
      size: chunk.rows.length,
    })),
  )
  const rowIds = chunks.flatMap((chunk, i) => chunk.rows.map((_, n) => ids[i]! * rowsPerChunk + n))
  const rows = planned.map(({ contactId, channel, place }, i) => {
    return { id: rowIds[i]!, contactId, messageId: messageIds[i]!, channel: channelCode[channel], place }
  })
  const added = await insertDeliveries(tx, revision.id, purposeCode[revision.purpose], rows)
  if (added < rows.length) await countChunks(tx, ids)
  ringAfterCommit(tx, deps, chunks)
}

function ringAfterCommit(tx: Tx, deps: PlanDeps, chunks: PlannedChunk[]): void {
  const lanes = new Set(chunks.map((c) => laneOfNumber(c.lane)))
  afterCommit(tx, () => {
    for (const lane of lanes) deps.doorbell.ring(lane)
  })
}

async function finish(tx: Tx, revision: Revision, plan: Plan, replaced: boolean): Promise<void> {
  const planned = sql<number>`(select count(distinct contact_id)::int from delivery where revision_id = ${revision.id})`
  await tx
    .updateTable('alert_revision')
    .set(
      replaced
        ? { plan_done: true, planned }
        : // Late outcomes of an earlier wording may add people to a correction: what is there is counted.
          { plan_done: true, planned: plan.again ? planned : plan.met.people, people: plan.people, unreachable: plan.unreachable },
    )
    .where('id', '=', revision.id)
    .execute()
  if (replaced) return
  if (!revision.planDone) {
    const { id, place, seriesId } = revision.alert
    const { people, unreachable } = plan
    await record(tx, {
      event: 'deliveries.planned',
      place,
      thing: { type: 'alert', id },
      series: seriesId,
      data: {
        revisionId: revision.id,
        revision: revision.revision,
        purpose: revision.purpose,
        planned: plan.met.people,
        people,
        unreachable,
      },
    })
  }
  await noteLastAccepted(tx, revision.id)
}
