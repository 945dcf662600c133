import { sql } from 'kysely'
import type { FrozenWords } from '../alerts/alert.js'
import type { Clock } from '../base/clock.js'
import type { Doorbell } from '../base/doorbell.js'
import { newOutId } from '../base/ids.js'
import { afterCommit, type Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import { clearTimer, setTimer, type TimerHandler } from '../journal/todo.js'
import type { Audience } from '../matching/audience.js'
import { channelCode } from '../messages/channel.js'
import { callAgainCode, laneNumber, laneOfNumber } from './delivery.js'
import type { Escalation } from './delivery-config.js'
import { insertChunks, insertDeliveries, takeIds } from './delivery-store.js'
import { type LadderState, meaningOf, skipCalls, stepsFor } from './ladder.js'
import type { AudienceAsk } from './plan-deliveries.js'

export interface LadderDeps {
  clock: Clock
  doorbell: Pick<Doorbell, 'ring'>
  escalation: Escalation
  chooseAudience: (ask: AudienceAsk) => Audience
  deputyOf: (staffId: string) => string | null
}

export const ladderTimer = 'ladder.step'

interface Ladder {
  id: number
  place: string
  alertId: string
  staffId: string
  /** The deputy that was called. */
  deputyId: string | null
  /** Steps taken so far. */
  step: number
  state: LadderState
  alert: { place: string; seriesId: string; state: string; level: string | null; revision: number }
}

const ladders = (tx: Tx) =>
  tx
    .selectFrom('escalation as e')
    .innerJoin('alert as a', 'a.id', 'e.alert_id')
    .select(['e.id', 'e.place', 'e.alert_id', 'e.staff_id', 'e.step', 'e.state', 'e.deputy_id'])
    .select(['a.place as alert_place', 'a.series_id', 'a.state as alert_state', 'a.level', 'a.revision'])

type LadderRow = Awaited<ReturnType<ReturnType<typeof ladders>['execute']>>[number]
const toLadder = (r: LadderRow): Ladder => ({
  id: r.id,
  place: r.place,
  alertId: r.alert_id,
  staffId: r.staff_id,
  deputyId: r.deputy_id,
  step: r.step,
  state: r.state as LadderState,
  alert: { place: r.alert_place, seriesId: r.series_id, state: r.alert_state, level: r.level, revision: r.revision },
})

/**
 * 叫应: a ladder for every responsible person who is told, by whatever means. alert.issued opens it, an answer ends it, and the timer
 * takes the next step; the rows with their due times are the truth.
 */
export function createLadders(deps: LadderDeps): { openLadders: Reaction; answerLadder: Reaction; climb: TimerHandler } {
  const stepsOf = (ladder: Ladder) => stepsFor(deps.escalation, ladder.alert.level)
  const minutesOn = (minutes: number) => new Date(deps.clock.now().getTime() + minutes * 60_000)

  const setNext = async (tx: Tx, id: number, level: string | null, taken: number) => {
    const next = stepsFor(deps.escalation, level)[taken]
    if (next) await setTimer(tx, ladderTimer, String(id), minutesOn(next.after_minutes))
  }

  const takeStep = async (tx: Tx, ladder: Ladder) => {
    const step = stepsOf(ladder)[ladder.step]
    if (!step) return
    const taken = ladder.step + 1
    const told = { alertId: ladder.alertId, staffId: ladder.staffId, step: taken, action: step.do }
    const entry = { place: ladder.place, thing: { type: 'staff', id: ladder.staffId }, series: ladder.alert.seriesId }
    const deputyId = step.do === 'call-deputy' ? deps.deputyOf(ladder.staffId) : ladder.deputyId
    await tx.updateTable('escalation').set({ step: taken, deputy_id: deputyId }).where('id', '=', ladder.id).execute()
    if (step.do === 'knock') {
      await tx
        .updateTable('escalation')
        .set({ state: 'not-answered' satisfies LadderState })
        .where('id', '=', ladder.id)
        .execute()
      await record(tx, { ...entry, event: 'ladder.exhausted', data: told })
      return
    }
    const called = await callOnce(tx, deps, ladder, step.do === 'call-deputy' ? deputyId : ladder.staffId, taken)
    await record(tx, { ...entry, event: 'ladder.climbed', data: { ...told, called } })
    await setNext(tx, ladder.id, ladder.alert.level, taken)
  }

  return {
    async openLadders(tx, entry) {
      const { revisionId } = entry.data as { revisionId: number }
      const row = await tx
        .selectFrom('alert_revision as r')
        .innerJoin('alert as a', 'a.id', 'r.alert_id')
        .select(['r.words', 'a.id', 'a.audience', 'a.level'])
        .where('r.id', '=', revisionId)
        .executeTakeFirst()
      if (row?.audience !== 'staff' || stepsFor(deps.escalation, row.level).length === 0) return
      const words = row.words as unknown as FrozenWords
      const { recipients } = deps.chooseAudience({ ...words, exercise: words.kind === 'exercise' })
      // Who has a subscription only cannot be called, and is not left alone either: the deputy is, and somebody knocks.
      const responsible = recipients.filter((r) => r.staffId)
      for (const { staffId, place } of responsible) {
        const opened = await tx
          .insertInto('escalation')
          .values({ place, alert_id: row.id, staff_id: staffId!, state: 'waiting' satisfies LadderState })
          .onConflict((c) => c.columns(['alert_id', 'staff_id']).doNothing())
          .returning('id')
          .executeTakeFirst()
        if (opened) await setNext(tx, opened.id, row.level, 0)
      }
    },

    async answerLadder(tx, entry) {
      const { contactId, staffId, grade, value } = entry.data as { contactId: number; staffId?: string; grade: string; value: string }
      const meaning = meaningOf(grade, value)
      if (!staffId || meaning === 'nothing') return
      // One phone may be named for several posts: it answers for all of them.
      const phone = await tx.selectFrom('staff').select('id').where('contact_id', '=', contactId).execute()
      const ids = phone.map((s) => s.id)
      const rows = await ladders(tx)
        .where('a.series_id', '=', entry.series)
        .where((w) => w.or([w('e.staff_id', 'in', ids), w('e.deputy_id', 'in', ids)]))
        .where('e.state', 'in', ['waiting', 'not-answered'] satisfies LadderState[])
        .forUpdate('e')
        .execute()
      for (const ladder of rows.map(toLadder)) {
        // A deputy who was called only for a post of their own is not in this row: it says nothing about this one.
        const own = ids.includes(ladder.staffId)
        if (meaning === 'cannot-come') {
          if (own && ladder.state === 'waiting') await takeStep(tx, { ...ladder, step: skipCalls(stepsOf(ladder), ladder.step) })
          continue
        }
        const state: LadderState = own ? 'answered' : 'deputy-answered'
        await tx.updateTable('escalation').set({ state, answer: value, grade, answered_at: entry.at }).where('id', '=', ladder.id).execute()
        await clearTimer(tx, ladderTimer, String(ladder.id))
        await record(tx, {
          event: 'ladder.answered',
          place: ladder.place,
          thing: { type: 'staff', id: ladder.staffId },
          series: ladder.alert.seriesId,
          data: { alertId: ladder.alertId, staffId: ladder.staffId, step: ladder.step, by: own ? 'self' : 'deputy' },
        })
      }
    },

    async climb(tx, subject) {
      const row = await ladders(tx).where('e.id', '=', Number(subject)).forUpdate('e').executeTakeFirst()
      const ladder = row && toLadder(row)
      if (ladder?.state !== 'waiting') return
      if (ladder.alert.state === 'held') return setNext(tx, ladder.id, ladder.alert.level, ladder.step)
      if (ladder.alert.state === 'issued') return takeStep(tx, ladder)
      await tx
        .updateTable('escalation')
        .set({ state: 'stopped' satisfies LadderState })
        .where('id', '=', ladder.id)
        .execute()
    },
  }
}

/**
 * One more call of the wording in force, as a delivery of its own in a chunk of its own: the same gate, the same lanes. The
 * purpose 10 + n keeps it apart from the first call. Answers whether there was a phone to call.
 */
async function callOnce(tx: Tx, deps: LadderDeps, ladder: Ladder, staffId: string | null, step: number): Promise<boolean> {
  if (!staffId) return false
  // The words of their own call; for who had none, those of the nearest colleague who is called.
  const { rows } = await sql<{ contact_id: number; place: string; revision_id: number; message_id: number }>`
    select s.contact_id, s.place, r.id as revision_id, m.message_id
    from alert_revision r join staff s on s.id = ${staffId} join contact called on called.id = s.contact_id and called.kind = 'phone'
      join staff own on own.id = ${ladder.staffId}
      join lateral (
        select d.message_id from delivery d
        where d.revision_id = r.id and d.channel = ${channelCode.voice} and d.purpose = 1
        order by d.contact_id is not distinct from own.contact_id desc, d.place = own.place desc, d.id limit 1) m on true
    where r.alert_id = ${ladder.alertId} and r.revision = ${ladder.alert.revision}`.execute(tx)
  const call = rows[0]
  if (!call) return false
  const [chunkId] = await takeIds(tx, 'delivery_chunk', 1)
  const lane = laneNumber('voice', ladder.alert.level, true)
  await insertChunks(tx, [
    {
      id: chunkId!,
      place: ladder.alert.place,
      revisionId: call.revision_id,
      alertId: ladder.alertId,
      revision: ladder.alert.revision,
      channel: channelCode.voice,
      lane,
      size: 1,
    },
  ])
  const row = {
    chunkId: chunkId!,
    contactId: call.contact_id,
    messageId: call.message_id,
    channel: channelCode.voice,
    place: call.place,
    outId: newOutId(),
  }
  const added = await insertDeliveries(tx, call.revision_id, callAgainCode(step), [row])
  if (added === 0) await tx.deleteFrom('delivery_chunk').where('id', '=', chunkId!).execute()
  afterCommit(tx, () => deps.doorbell.ring(laneOfNumber(lane)))
  return added > 0
}
