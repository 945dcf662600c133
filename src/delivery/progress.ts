import { sql } from 'kysely'
import { notFound } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { type Channel, channelOfCode } from '../messages/channel.js'
import { gradeCode, rankOfState, type State, stateCode } from './delivery.js'

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
  byChannel: Partial<Record<Channel, Counts>>
  firstAcceptedAt: Date | null
  lastAcceptedAt: Date | null
  /** Households of which somebody at home pressed or replied; an absent relative's answer is not among them. */
  householdsAnswered: number
  /** The ladders of a staff alert, and who has none because there is nothing to call; null for residents. */
  called: { total: number; answered: number; byDeputy: number; waiting: number; notAnswered: number; unreachable: number } | null
}

interface Group {
  state: number
  grade: number
  count: number
}

function count(groups: Group[]): Counts & Pick<Progress, 'grades'> {
  const sum = (pick: (g: Group) => boolean) => groups.filter(pick).reduce((n, g) => n + g.count, 0)
  const inState = (state: State) => sum((g) => g.state === stateCode[state])
  const accepted = (pick: (g: Group) => boolean) => sum((g) => g.state === stateCode.accepted && pick(g))
  const reached = (grade: keyof Progress['grades']) => accepted((g) => g.grade === gradeCode[grade])
  return {
    planned: sum(() => true),
    waiting: inState('waiting'),
    accepted: inState('accepted'),
    delivered: accepted((g) => g.grade >= gradeCode.delivered),
    answered: accepted((g) => g.grade >= gradeCode.pressed),
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
  const rankOf = sql`(${rankOfState}::smallint[])[state + 1]`
  const { rows: contacts } = await sql<{ rank: number; grade: number; count: number }>`
    select rank, grade, count(*)::int as count
    from (select contact_id, min(${rankOf}) as rank, max(grade) as grade from delivery where revision_id = ${of.id} group by contact_id) c
    group by rank, grade`.execute(tx)
  const { rows: channels } = await sql<Group & { channel: number }>`
    select channel, state, grade, count(*)::int as count from delivery where revision_id = ${of.id} group by channel, state, grade`.execute(
    tx,
  )
  const counted = count(contacts.map((c) => ({ ...c, state: rankOfState.indexOf(c.rank) })))
  const byChannel: Progress['byChannel'] = {}
  for (const code of new Set(channels.map((c) => c.channel))) {
    const { grades: _, ...counts } = count(channels.filter((c) => c.channel === code))
    byChannel[channelOfCode(code)] = counts
  }
  return {
    ...counted,
    revision: of.revision,
    purpose: of.purpose,
    unreachable: of.unreachable ?? 0,
    people: of.people ?? 0,
    byChannel,
    ...times,
    householdsAnswered: await countHouseholdsAnswered(tx, of.id),
    called: of.audience === 'staff' ? await countCalled(tx, alertId, of.unreachable ?? 0) : null,
  }
}

async function noProgress(tx: Tx, alertId: string): Promise<Progress> {
  const alert = await tx.selectFrom('alert').select(['revision', 'audience']).where('id', '=', alertId).executeTakeFirst()
  if (!alert) throw notFound('告警', alertId)
  const called = alert.audience === 'staff' ? { total: 0, answered: 0, byDeputy: 0, waiting: 0, notAnswered: 0, unreachable: 0 } : null
  const times = { firstAcceptedAt: null, lastAcceptedAt: null }
  return {
    ...count([]),
    revision: alert.revision,
    purpose: 'warn',
    unreachable: 0,
    people: 0,
    byChannel: {},
    ...times,
    householdsAnswered: 0,
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

async function countHouseholdsAnswered(tx: Tx, revisionId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct h.household_id)::int as count
    from delivery d join household_contact h on h.contact_id = d.contact_id and h.relation = 'self'
    where d.revision_id = ${revisionId} and d.grade >= ${gradeCode.pressed}`.execute(tx)
  return rows[0]?.count ?? 0
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
