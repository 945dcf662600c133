import { sql } from 'kysely'
import { timeOfId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'

/** How far a test of the line has come, stage by stage, from what the journal says. */
export interface TestStage {
  key: 'kept' | 'read' | 'opened' | 'matched' | 'issued' | 'planned' | 'accepted' | 'ended'
  state: 'done' | 'waiting' | 'failed'
  at: Date | null
  /** Milliseconds of real time since the test was begun. */
  afterMs: number | null
  note: string | null
  noteEn: string | null
}
export interface TestProgress {
  verdict: 'running' | 'good' | 'failed'
  startedAt: Date
  /** Real time until the carrier had it. */
  tookMs: number | null
  stages: TestStage[]
}

/** A stage that has not come after so long is not coming. */
const patienceMs = 60_000

interface Entry {
  event: string
  written_at: Date
  data: Record<string, unknown>
}

/** Null: no such test. Times are of the real clock, whatever a drill does to the other one. */
export async function readTestProgress(tx: Tx, bulletinId: string): Promise<TestProgress | null> {
  const bulletin = await tx
    .selectFrom('bulletin')
    .select(['outcome', 'reason', 'warning_ids'])
    .where('id', '=', bulletinId)
    .where('via', '=', 'test')
    .executeTakeFirst()
  if (!bulletin) return null
  const entries = await readEntries(tx, bulletinId, bulletin.warning_ids)
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx)
  return judge(bulletin, entries, timeOfId(bulletinId), rows[0]!.now)
}

async function readEntries(tx: Tx, bulletinId: string, warningIds: string[]): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    with drafted as (select series_id from journal where event = 'alert.drafted' and data->>'warningId' = any(${warningIds}::text[]) and series_id is not null)
    select event, written_at, data from journal
    where (thing_type = 'bulletin' and thing_id = ${bulletinId}) or (thing_type = 'warning' and thing_id = any(${warningIds}::text[]))
      or series_id in (select series_id from drafted)
    order by position`.execute(tx)
  return rows
}

const number = (value: unknown): number => Number(value ?? 0)

function judge(bulletin: { outcome: string; reason: string | null }, entries: Entry[], startedAt: Date, now: Date): TestProgress {
  const isLate = +now - +startedAt > patienceMs
  // The bytes were kept before anything else: that is when it began.
  const stages: TestStage[] = [{ key: 'kept', state: 'done', at: startedAt, afterMs: 0, note: null, noteEn: null }]
  const add = (
    key: TestStage['key'],
    event: string,
    check: (data: Record<string, unknown>) => [string, string] | null,
    why: [string, string],
  ) => {
    const entry = entries.find((e) => e.event === event)
    const before = stages.at(-1)
    const wrong = entry ? check(entry.data) : null
    const state = before?.state === 'failed' ? 'waiting' : entry ? (wrong ? 'failed' : 'done') : isLate ? 'failed' : 'waiting'
    const note = state === 'failed' ? (wrong ?? why) : null
    const afterMs = entry ? Math.max(0, +entry.written_at - +startedAt) : null
    stages.push({ key, state, at: entry?.written_at ?? null, afterMs, note: note?.[0] ?? null, noteEn: note?.[1] ?? null })
  }
  const fine = () => null
  const read = bulletin.outcome === 'accepted' ? 'bulletin.received' : `bulletin.${bulletin.outcome}`
  add('read', read, () => (bulletin.outcome === 'accepted' ? null : [bulletin.reason ?? '没有读懂', 'not read']), ['没有读懂', 'not read'])
  add('opened', 'warning.opened', fine, ['没有成为预警', 'it opened no warning'])
  add(
    'matched',
    'warning.matched',
    (data) => (data.verdict === 'matched' ? null : ['范围对不上本辖区:看名册里的网格', 'the area matches none of our grids']),
    ['没有研判:后台任务(worker)没有运行', 'not matched: the worker is not running'],
  )
  add('issued', 'alert.issued', fine, ['没有生成通知:看后台日志', 'no alert was issued: see the log'])
  add(
    'planned',
    'deliveries.planned',
    (data) =>
      number(data.planned) > 0
        ? null
        : ['演练名单里没有能收到的人:在名册里把值班手机列入演练名单', 'nobody of the staff is on the exercise allow-list'],
    ['没有排出名单', 'nothing was planned'],
  )
  add('accepted', 'delivery.first-accepted', fine, ['通道没有收下:看“通道”与发送记录', 'no carrier took it: look at the channels'])
  const failed = stages.some((s) => s.state === 'failed')
  const last = stages.at(-1)!
  const verdict = failed ? 'failed' : last.state === 'done' ? 'good' : 'running'
  const ended = entries.find((e) => e.event === 'alert.closed')
  stages.push({
    key: 'ended',
    state: ended ? 'done' : 'waiting',
    at: ended?.written_at ?? null,
    afterMs: ended ? +ended.written_at - +startedAt : null,
    note: null,
    noteEn: null,
  })
  return { verdict, startedAt, tookMs: last.state === 'done' ? last.afterMs : null, stages }
}
