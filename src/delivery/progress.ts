import { sql } from 'kysely'
import { notFound } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { type Channel, channelOfCode } from '../messages/channel.js'
import { grouped } from '../register/duty/plan-roster.js'
import { type Count, countContacts, type Tally } from './count-contacts.js'
import { gradeCode, type State, stateCode } from './delivery.js'

/** One count per state, plus who has got how far. The states add up to planned by construction: every row is in exactly one. */
export interface Counts {
  planned: number
  waiting: number
  accepted: number
  delivered: number
  answered: number
  failed: number
  unknown: number
  expired: number
  calledOff: number
}

export interface Progress extends Counts {
  revision: number
  purpose: string
  unreachable: number
  people: number
  /** By the highest grade a contact reached, so that they add up to delivered. */
  grades: { delivered: number; opened: number; listened: number; pressed: number; stated: number }
  /** By delivery, not by contact. */
  byChannel: Partial<Record<Channel, Counts & Pick<Progress, 'grades'>>>
  firstAcceptedAt: Date | null
  lastAcceptedAt: Date | null
  /** Households of which somebody at home pressed or replied; an absent relative's answer is not among them. */
  householdsAnswered: number
  /** A count of very many rows is not made anew for every question. */
  countedAt: Date | null
  /** The ladders of a staff alert, and who has none because there is nothing to call; null for residents. */
  called: { total: number; answered: number; byDeputy: number; waiting: number; notAnswered: number; unreachable: number } | null
}

/** One grid, by contact: best state over its channels. */
export interface GridProgress extends Counts {
  place: string
  grades: Progress['grades']
}

function sumUp(tallies: Tally[]): Counts & Pick<Progress, 'grades'> {
  const sum = (pick: (t: Tally) => boolean) => tallies.reduce((n, t) => (pick(t) ? n + t.count : n), 0)
  const inState = (state: State) => sum((t) => t.state === stateCode[state])
  const accepted = (pick: (t: Tally) => boolean) => sum((t) => t.state === stateCode.accepted && pick(t))
  const reached = (grade: keyof Progress['grades']) => accepted((t) => t.grade === gradeCode[grade])
  return {
    planned: sum(() => true),
    waiting: inState('waiting'),
    accepted: inState('accepted'),
    delivered: accepted((t) => t.grade >= gradeCode.delivered),
    answered: accepted((t) => t.grade >= gradeCode.pressed),
    failed: inState('failed'),
    unknown: inState('unknown'),
    expired: inState('expired'),
    calledOff: inState('called-off'),
    grades: {
      delivered: reached('delivered'),
      opened: reached('opened'),
      listened: reached('listened'),
      pressed: reached('pressed'),
      stated: reached('stated'),
    },
  }
}

/** The revision a question is about: the one asked for, else the latest that warned (corrections are asked for by number; a part-wise all-clear warned nobody). */
export async function findRevision(tx: Tx, alertId: string, revision?: number) {
  const row = await tx
    .selectFrom('alert_revision as r')
    .innerJoin('alert as a', 'a.id', 'r.alert_id')
    .select(['r.id', 'r.revision', 'r.purpose', 'r.unreachable', 'r.people', 'a.audience'])
    .where('r.alert_id', '=', alertId)
    .$if(revision !== undefined, (q) => q.where('r.revision', '=', revision!))
    .orderBy(sql`r.purpose = 'warn'`, 'desc')
    .orderBy('r.revision', 'desc')
    .executeTakeFirst()
  return row
}

/** A contact told on several channels counts once, with the best of its states. */
export async function readProgress(tx: Tx, alertId: string, revision?: number): Promise<Progress> {
  const of = await findRevision(tx, alertId, revision)
  if (!of) return noProgress(tx, alertId)
  // Before the counts: rows that go on moving meanwhile must not be counted short of a last one that is told already.
  const times = await readAcceptedTimes(tx, alertId, of.id)
  const { contacts, channels, householdsAnswered, countedAt } = await countContacts(tx, of.id, alertId)
  const byChannel: Progress['byChannel'] = {}
  for (const [code, tallies] of grouped(channels, (c) => c.channel)) byChannel[channelOfCode(code)] = sumUp(tallies)
  return {
    ...sumUp(contacts),
    revision: of.revision,
    purpose: of.purpose,
    unreachable: of.unreachable ?? 0,
    people: of.people ?? 0,
    byChannel,
    ...times,
    householdsAnswered,
    countedAt,
    called: of.audience === 'staff' ? await countCalled(tx, alertId, of.unreachable ?? 0) : null,
  }
}

async function noProgress(tx: Tx, alertId: string): Promise<Progress> {
  const alert = await tx.selectFrom('alert').select(['revision', 'audience']).where('id', '=', alertId).executeTakeFirst()
  if (!alert) throw notFound('告警', alertId)
  const called = alert.audience === 'staff' ? { total: 0, answered: 0, byDeputy: 0, waiting: 0, notAnswered: 0, unreachable: 0 } : null
  const times = { firstAcceptedAt: null, lastAcceptedAt: null }
  return {
    ...sumUp([]),
    revision: alert.revision,
    purpose: 'warn',
    unreachable: 0,
    people: 0,
    byChannel: {},
    ...times,
    householdsAnswered: 0,
    countedAt: null,
    called,
  }
}

/** The journal keeps both moments, so a poll does not look through the rows. */
async function readAcceptedTimes(tx: Tx, alertId: string, revisionId: number) {
  const { rows } = await sql<{ event: string; at: string }>`
    select event, data->>'at' as at from journal
    where thing_type = 'alert' and thing_id = ${alertId} and event in ('delivery.first-accepted', 'delivery.last-accepted')
      and (data->>'revisionId')::bigint = ${revisionId}`.execute(tx)
  const of = (event: string) => {
    const at = rows.find((r) => r.event === event)?.at
    return at ? new Date(at) : null
  }
  return { firstAcceptedAt: of('delivery.first-accepted'), lastAcceptedAt: of('delivery.last-accepted') }
}

/** The ladders alone: no delivery is counted for them. Null for residents. */
export async function readCalled(tx: Tx, alertId: string): Promise<Progress['called']> {
  const of = await findRevision(tx, alertId)
  if (!of) return (await noProgress(tx, alertId)).called
  return of.audience === 'staff' ? countCalled(tx, alertId, of.unreachable ?? 0) : null
}

/** Why messages did not get through, as it was said. */
export async function readReasons(tx: Tx, alertId: string, revision?: number): Promise<Count['reasons']> {
  const of = await findRevision(tx, alertId, revision)
  return of ? (await countContacts(tx, of.id, alertId)).reasons : []
}

/** Grid by grid, those first where most have not been reached. */
export async function readGridProgress(
  tx: Tx,
  alertId: string,
  revision?: number,
): Promise<{ items: GridProgress[]; countedAt: Date | null }> {
  const of = await findRevision(tx, alertId, revision)
  if (!of) return { items: [], countedAt: null }
  const { contacts, countedAt } = await countContacts(tx, of.id, alertId)
  const items = [...grouped(contacts, (c) => c.place)].map(([place, tallies]) => ({ place, ...sumUp(tallies) }))
  const missing = (g: GridProgress) => g.planned - g.accepted
  return { items: items.sort((a, b) => missing(b) - missing(a) || (a.place < b.place ? -1 : 1)), countedAt }
}

async function countCalled(tx: Tx, alertId: string, unreachable: number): Promise<NonNullable<Progress['called']>> {
  const rows = await tx
    .selectFrom('escalation')
    .select(['state', sql<number>`count(*)::int`.as('count')])
    .where('alert_id', '=', alertId)
    .groupBy('state')
    .execute()
  const of = (...wanted: string[]) => rows.filter((r) => wanted.includes(r.state)).reduce((n, r) => n + r.count, 0)
  return {
    total: rows.reduce((n, r) => n + r.count, unreachable),
    unreachable,
    answered: of('answered', 'deputy-answered'),
    byDeputy: of('deputy-answered'),
    // The alert ended before they answered: nobody will call again, and they have not answered.
    notAnswered: of('not-answered', 'stopped'),
    waiting: of('waiting'),
  }
}
