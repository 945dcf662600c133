import type { FrozenWords } from '../alerts/alert.js'
import type { Clock } from '../base/clock.js'
import type { Doorbell } from '../base/doorbell.js'
import type { Tx } from '../base/store/store.js'
import { type JournalEntry, type Reaction, record } from '../journal/journal.js'
import { clearTimer, setTimer, type TimerHandler } from '../journal/todo.js'
import type { Audience } from '../matching/audience.js'
import type { Register } from '../register/snapshot.js'
import { callAgain } from './call-again.js'
import type { Escalation } from './escalation.js'
import { actionOf, type LadderState, meaningOf, rungsFor, skipCalls } from './ladder.js'
import { peopleToCall } from './ladder-people.js'
import {
  insertLadder,
  type Ladder,
  listCalls,
  lockLadder,
  lockLaddersOf,
  noteCall,
  type Said,
  sharersOf,
  writeAnswer,
  writeCallAnswer,
  writeState,
  writeStep,
} from './ladder-store.js'
import type { AudienceAsk } from './plan-deliveries.js'

export interface LadderDeps {
  clock: Clock
  doorbell: Pick<Doorbell, 'ring'>
  escalation: Escalation
  chooseAudience: (ask: AudienceAsk) => Audience
  register: Pick<Register, 'snapshot'>
}

export const ladderTimer = 'ladder.step'

const entryOf = ({ place, staffId, alert }: Ladder) => ({ place, thing: { type: 'staff', id: staffId }, series: alert.seriesId })

/**
 * 叫应: a ladder for every responsible person who is told, by whatever means. alert.issued opens it, an answer ends it, and the timer
 * takes the next rung; the rows with their due times are the truth.
 */
export function createLadders(deps: LadderDeps): { openLadders: Reaction; answerLadder: Reaction; climb: TimerHandler } {
  const setNext = async (tx: Tx, id: number, level: string | null, taken: number) => {
    const next = rungsFor(deps.escalation, level)[taken]
    if (next) await setTimer(tx, ladderTimer, String(id), new Date(deps.clock.now().getTime() + next.after_minutes * 60_000))
  }

  const takeRung = async (tx: Tx, ladder: Ladder) => {
    const rung = rungsFor(deps.escalation, ladder.alert.level)[ladder.step]
    if (!rung) return
    const taken = ladder.step + 1
    const told = { alertId: ladder.alertId, staffId: ladder.staffId, step: taken, action: actionOf(rung), name: rung.name }
    await writeStep(tx, ladder.id, taken)
    if (rung.call === null) {
      await writeState(tx, ladder.id, 'not-answered')
      await record(tx, { ...entryOf(ladder), event: 'ladder.exhausted', data: told })
      return
    }
    const awake = new Set((await listCalls(tx, ladder.id)).filter((call) => call.answered).map((call) => call.staffId))
    const called: string[] = []
    for (const id of peopleToCall(deps.register.snapshot(), rung.call, ladder.staffId, deps.clock.now())) {
      if (awake.has(id)) continue
      if (id !== ladder.staffId) await noteCall(tx, ladder, id, taken, rung.every_one)
      if (await callAgain(tx, deps.doorbell, ladder, id, taken)) called.push(id)
    }
    await record(tx, { ...entryOf(ladder), event: 'ladder.climbed', data: { ...told, called: called.length > 0, people: called } })
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
      if (row?.audience !== 'staff' || rungsFor(deps.escalation, row.level).length === 0) return
      const words = row.words as unknown as FrozenWords
      const { recipients } = deps.chooseAudience({ ...words, exercise: words.kind === 'exercise' })
      // Who has a subscription only cannot be called, and is not left alone either: the deputy is, and somebody knocks.
      for (const { staffId, place } of recipients) {
        const opened = staffId ? await insertLadder(tx, { place, alertId: row.id, staffId }) : null
        if (opened !== null) await setNext(tx, opened, row.level, 0)
      }
    },

    async answerLadder(tx, entry) {
      const { contactId, staffId, grade, value } = entry.data as { contactId: number; staffId?: string; grade: string; value: string }
      const meaning = meaningOf(grade, value)
      if (!staffId || meaning === 'nothing') return
      const ids = await sharersOf(tx, contactId)
      for (const ladder of await lockLaddersOf(tx, entry.series, ids)) {
        const own = ids.includes(ladder.staffId)
        if (meaning === 'answered') await takeAnswer(tx, ladder, own ? null : ids, { answer: value, grade, at: entry.at })
        else if (ladder.state === 'waiting' && own)
          await takeRung(tx, { ...ladder, step: skipCalls(rungsFor(deps.escalation, ladder.alert.level), ladder.step) })
        else if (ladder.state === 'waiting' && (await isLastAsked(tx, ladder, ids))) await takeRung(tx, ladder)
      }
    },

    async climb(tx, subject) {
      const ladder = await lockLadder(tx, Number(subject))
      if (ladder?.state !== 'waiting') return
      if (ladder.alert.state === 'held') return setNext(tx, ladder.id, ladder.alert.level, ladder.step)
      if (ladder.alert.state === 'issued') return takeRung(tx, ladder)
      await writeState(tx, ladder.id, 'stopped')
    },
  }
}

/** Nobody else was called on this rung: there is no answer left to wait for. */
async function isLastAsked(tx: Tx, ladder: Ladder, ids: string[]): Promise<boolean> {
  const asked = (await listCalls(tx, ladder.id)).filter((call) => call.step === ladder.step)
  return asked.length > 0 && asked.every((call) => ids.includes(call.staffId))
}

/** others: who answered in the place of the sleeper; null: the sleeper did. A step that needs every one goes on calling the rest. */
async function takeAnswer(tx: Tx, ladder: Ladder, others: string[] | null, said: Said): Promise<void> {
  if (others) {
    const calls = await listCalls(tx, ladder.id)
    const theirs = calls.filter((call) => others.includes(call.staffId))
    await writeCallAnswer(
      tx,
      theirs.map((call) => call.id),
      said,
    )
    const steps = new Set(theirs.map((call) => call.step))
    if (calls.some((call) => call.everyOne && steps.has(call.step) && !call.answered && !theirs.includes(call))) return
  }
  await endLadder(tx, ladder, others ? 'deputy-answered' : 'answered', others ? 'deputy' : 'self', said)
}

async function endLadder(tx: Tx, ladder: Ladder, state: LadderState, by: 'self' | 'deputy' | 'knock', said: Said): Promise<void> {
  await writeAnswer(tx, ladder.id, state, said)
  await clearTimer(tx, ladderTimer, String(ladder.id))
  const { alertId, staffId, step } = ladder
  await record(tx, { ...entryOf(ladder), event: 'ladder.answered', data: { alertId, staffId, step, by } })
}

/** Somebody stood at the door and woke the person: that is an answer too, and it says how it was had. */
export async function wakeAtDoor(tx: Tx, entry: Pick<JournalEntry, 'series' | 'at'>, staffId: string): Promise<void> {
  for (const ladder of await lockLaddersOf(tx, entry.series, [staffId]))
    if (ladder.staffId === staffId) await endLadder(tx, ladder, 'answered', 'knock', { answer: '上门叫醒', grade: 'stated', at: entry.at })
}
