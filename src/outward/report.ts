import type { JournalEntry } from '../journal/journal.js'
import { sayClock, sayDuration, sayTime } from './say-time.js'

/** The five grades of an answer, lowest first; each contact counts once, under its highest. */
const grades = ['listened', 'pressed', 'stated'] as const
type Grade = (typeof grades)[number]

export interface Figure {
  households: number
  people: number
}
export interface AudienceReport {
  title: string
  issuedAt: Date | null
  /** null: by the machine, by rule. */
  issuedBy: string | null
  planned: number
  people: number
  unreachable: number
  firstAcceptedAt: Date | null
  lastAcceptedAt: Date | null
  /** Persons or households that answered; of staff who were called: those for whom somebody answered. */
  answered: number
  /** Of them: called persons for whom only the deputy answered. */
  byDeputy: number
  byGrade: Record<Grade, number>
  askedForHelp: number
  /** Of the contacts, as last counted: with a carrier, not, and nobody knows; null before the first count. */
  reach: { told: number; notTold: number; unknown: number; at: Date } | null
}

/** One page about one series of alerts: from the journal only, so that it says what happened and not what a table holds by now. */
export interface Report {
  seriesId: string
  exercise: boolean
  title: string
  level: string | null
  warnedAt: Date | null
  staff: AudienceReport | null
  residents: AudienceReport | null
  notWoken: number
  knocks: { opened: number; done: number }
  evacuation: {
    orderedAt: Date | null
    orderedBy: string | null
    planned: Figure
    plannedArrived: Figure
    moved: Figure
    told: Figure
    left: Figure
    arrived: Figure
    unverified: Figure
    refused: number
    talkedRound: number
    added: Figure
    corrected: number
    allInAt: Date | null
    returned: Figure
  } | null
  points: { watched: number; looks: number }
  groups: { total: number; posted: number }
  help: { asked: number; answered: number }
  safe: number
  /** Authority's end, our all-clear. */
  liftedAt: Date | null
  allClearAt: Date | null
  calledOffAt: Date | null
  phase: 'first' | 'further' | 'final'
}

const number = (value: unknown): number => (typeof value === 'number' ? value : Number(value) || 0)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Entries of the series and of its warnings, oldest first. */
export function makeReport(seriesId: string, entries: JournalEntry[]): Report {
  const alerts = new Map<string, { audience: string; origin: string }>()
  for (const e of entries)
    if (e.event === 'alert.drafted') alerts.set(e.thing.id, { audience: text(e.data.audience), origin: text(e.data.origin) })
  const about = (audience: string) =>
    new Set([...alerts].filter(([, a]) => a.audience === audience && a.origin !== 'order').map(([id]) => id))
  const lastTitle = entries.filter((e) => text(e.data.title) && e.thing.type === 'alert' && e.data.origin !== 'order').at(-1)
  const first = (...events: string[]) => entries.find((e) => events.includes(e.event))?.at ?? null
  const count = (event: string, kind?: string) =>
    entries
      .filter((e) => e.event === event && (kind === undefined || e.data.kind === kind) && e.data.result !== 'withdrawn')
      .reduce((sum, e) => sum + (e.data.tasks === undefined ? 1 : number(e.data.tasks)), 0)
  const looks = entries.filter((e) => e.event === 'point.watched')
  const ended = first('alert.all-cleared', 'alert.called-off')
  const issued = entries.filter((e) => e.event === 'alert.issued')
  return {
    seriesId,
    exercise: entries.some((e) => e.data.kind === 'exercise'),
    title: text(lastTitle?.data.title),
    level: text(lastTitle?.data.level) || null,
    warnedAt: first('warning.opened') ?? first('alert.drafted'),
    staff: audienceReport(entries, about('staff')),
    residents: audienceReport(entries, about('residents')),
    notWoken: notWoken(entries),
    knocks: { opened: count('task.opened', 'knock'), done: count('task.done', 'knock') },
    evacuation: evacuationReport(entries),
    points: { watched: new Set(looks.map((e) => text(e.data.pointId) || e.thing.id)).size, looks: looks.length },
    groups: groupReport(entries),
    help: { asked: count('task.opened', 'help'), answered: count('task.done', 'help') },
    safe: count('resident.said-safe'),
    liftedAt: first('warning.lifted', 'warning.cancelled'),
    allClearAt: first('alert.all-cleared'),
    calledOffAt: first('alert.called-off'),
    phase: ended ? 'final' : issued.length > 0 && entries.some((e) => e.event === 'evacuation.ordered') ? 'further' : 'first',
  }
}

/** Responsible people whose ladder ended at a knock, and for whom nobody answered after all. */
function notWoken(entries: JournalEntry[]): number {
  const asleep = new Set<string>()
  for (const e of entries) {
    if (e.event === 'ladder.exhausted') asleep.add(e.thing.id)
    if (e.event === 'ladder.answered') asleep.delete(e.thing.id)
  }
  return asleep.size
}

function audienceReport(entries: JournalEntry[], ids: Set<string>): AudienceReport | null {
  const mine = entries.filter((e) => e.thing.type === 'alert' && ids.has(e.thing.id))
  const issued = mine.find((e) => e.event === 'alert.issued')
  if (mine.length === 0) return null
  const warns = mine.filter((e) => e.event === 'deliveries.planned' && (e.data.purpose ?? 'warn') === 'warn')
  const plan = warns.at(-1)
  const timeOf = (e: JournalEntry | undefined) => (e ? (text(e.data.at) ? new Date(text(e.data.at)) : e.at) : null)
  const warned = (event: string) => mine.filter((e) => e.event === event && (e.data.purpose ?? 'warn') === 'warn')
  const best = new Map<string, Grade>()
  const help = new Set<string>()
  for (const e of mine.filter((m) => m.event === 'answer.received')) {
    // Staff count by person, residents by household: two phones of one home are one answer.
    const who = text(e.data.staffId) || text(e.data.householdId) || String(e.data.contactId)
    const grade = text(e.data.grade) as Grade
    // One number of several homes answers for each of them; it cries for one.
    for (const one of (e.data.householdIds as string[] | undefined) ?? [who]) {
      const known = best.get(one)
      if (grades.includes(grade) && (!known || grades.indexOf(grade) > grades.indexOf(known))) best.set(one, grade)
    }
    if (e.data.help === true) help.add(who)
  }
  const called = new Map(
    entries.filter((e) => e.event === 'ladder.answered' && ids.has(text(e.data.alertId))).map((e) => [e.thing.id, text(e.data.by)]),
  )
  const of = (grade: Grade) => [...best.values()].filter((g) => g === grade).length
  return {
    title: text((issued ?? mine[0])!.data.title),
    issuedAt: issued?.at ?? null,
    issuedBy: issued && issued.data.automatic !== true ? issued.person : null,
    planned: number(plan?.data.planned),
    people: number(plan?.data.people ?? issued?.data.people),
    unreachable: number(plan?.data.unreachable),
    firstAcceptedAt: timeOf(warned('delivery.first-accepted')[0]),
    lastAcceptedAt: timeOf(warned('delivery.last-accepted').at(-1)),
    answered: called.size > 0 ? called.size : of('pressed') + of('stated'),
    byDeputy: [...called.values()].filter((by) => by === 'deputy').length,
    byGrade: { listened: of('listened'), pressed: of('pressed'), stated: of('stated') },
    askedForHelp: help.size,
    reach: reachOf(warned('delivery.counted').at(-1)),
  }
}

const reachOf = (e: JournalEntry | undefined): AudienceReport['reach'] =>
  e ? { told: number(e.data.told), notTold: number(e.data.notTold), unknown: number(e.data.unknown), at: e.at } : null

/** One door, as the journal left it. */
interface Home {
  /** Heads the list said; null: it was added on the spot. */
  planned: number | null
  people: number
  told: boolean
  left: boolean
  leftPeople: number
  arrived: boolean
  arrivedPeople: number
  refused: boolean
  returned: boolean
  everRefused: boolean
  corrected: boolean
}

/** Every entry about a door carries the door as it was afterwards, so that what was taken back does not count. */
function readHomes(entries: JournalEntry[]): Home[] {
  const homes = new Map<string, Home>()
  for (const e of entries) {
    if (!e.event.startsWith('household.')) continue
    const known = homes.get(e.thing.id) ?? newHome(e)
    const now = e.data.now as Partial<Home> | undefined
    const next = now ? { ...known, ...now } : { ...known, ...(e.event === 'household.returned' ? { returned: true } : {}) }
    next.everRefused ||= next.refused
    next.corrected ||= e.event === 'household.corrected'
    homes.set(e.thing.id, next)
  }
  return [...homes.values()]
}

const newHome = (e: JournalEntry): Home => ({
  ...{ planned: e.event === 'household.added' ? null : number(e.data.people), people: number(e.data.people) },
  ...{ told: false, left: false, leftPeople: 0, arrived: false, arrivedPeople: 0, refused: false, returned: false },
  ...{ everRefused: false, corrected: false },
})

function evacuationReport(entries: JournalEntry[]): Report['evacuation'] {
  const orders = entries.filter((e) => e.event === 'evacuation.ordered')
  if (orders.length === 0) return null
  const homes = readHomes(entries)
  const figure = (test: (h: Home) => boolean, heads: (h: Home) => number): Figure => ({
    households: homes.filter(test).length,
    people: homes.reduce((sum, h) => sum + heads(h), 0),
  })
  const planned = orders.reduce(
    (sum, e) => ({ households: sum.households + number(e.data.households), people: sum.people + number(e.data.people) }),
    { households: 0, people: 0 },
  )
  const onList = homes.filter((h) => h.planned !== null && h.arrived)
  const arrived = figure(
    (h) => h.arrived,
    (h) => h.arrivedPeople,
  )
  const left = figure(
    (h) => h.left,
    (h) => h.leftPeople,
  )
  const allIn = onList.length >= planned.households && homes.every((h) => h.planned !== null || h.arrived)
  return {
    orderedAt: orders[0]!.at,
    orderedBy: orders[0]!.person,
    planned,
    plannedArrived: { households: onList.length, people: onList.reduce((sum, h) => sum + (h.planned ?? 0), 0) },
    moved: left,
    told: figure(
      (h) => h.told,
      (h) => (h.told ? h.people : 0),
    ),
    left,
    arrived,
    unverified: { households: left.households - arrived.households, people: left.people - arrived.people },
    refused: homes.filter((h) => h.everRefused).length,
    talkedRound: homes.filter((h) => h.everRefused && h.left).length,
    added: figure(
      (h) => h.planned === null,
      (h) => (h.planned === null ? h.people : 0),
    ),
    corrected: homes.filter((h) => h.corrected).length,
    allInAt: allIn ? (entries.filter((e) => e.event === 'household.arrived').at(-1)?.at ?? null) : null,
    returned: figure(
      (h) => h.returned,
      (h) => (h.returned ? h.people : 0),
    ),
  }
}

function groupReport(entries: JournalEntry[]): Report['groups'] {
  const asked = entries.filter((e) => e.event === 'task.opened' && e.data.kind === 'group-post' && (e.data.purpose ?? 'warn') === 'warn')
  const posted = new Set(entries.filter((e) => e.event === 'group.posted').map((e) => text(e.data.groupId) || e.thing.id))
  const total = asked.length > 0 ? Math.max(...asked.map((e) => number(e.data.tasks) || 1)) : 0
  return { total: Math.max(total, posted.size), posted: posted.size }
}

export interface ReportContext {
  placeName: string
  station: string
  sentAt: Date | null
  now: Date
}

const sayReach = (reach: AudienceReport['reach']): string =>
  reach
    ? `(${sayClock(reach.at)}清点${reach.told + reach.notTold + reach.unknown}个号码:已送出${reach.told},未送到${reach.notTold},结果待查${reach.unknown})`
    : ''

const phaseName = { first: '初报', further: '续报', final: '终报' } as const
export const nameOfPhase = (phase: Report['phase']): string => phaseName[phase]

/** Five lines to read aloud on the telephone; each number with its time. What nobody reported is called so, never zero. */
export function readAloud(report: Report, context: ReportContext): string[] {
  const { staff, residents, evacuation: e } = report
  const head = report.exercise ? '【演练】' : ''
  const at = (time: Date | null) => (time ? sayClock(time) : '')
  const warned = `${context.station}${context.sentAt ? sayClock(context.sentAt) : ''}发布${report.title},我街道${at(report.warnedAt)}收到`
  const took =
    report.warnedAt && staff?.firstAcceptedAt
      ? `,${sayDuration(staff.firstAcceptedAt.getTime() - report.warnedAt.getTime())}后开始叫应`
      : ''
  const moved = e
    ? `应转${e.planned.households}户${e.planned.people}人:已通知${e.told.households}户${e.told.people}人,已离家${e.left.households}户${e.left.people}人,已到达${e.arrived.households}户${e.arrived.people}人,待核实${e.unverified.households}户${e.unverified.people}人`
    : '目前未下达转移'
  const end = report.allClearAt
    ? `${at(report.allClearAt)}已转发解除并告知等待通知再返回,已返回${e?.returned.households ?? 0}户`
    : '预警仍在生效,值守继续'
  return [
    `${head}${context.placeName}${phaseName[report.phase]},${sayTime(context.now)}:${warned}${took}。`,
    staff
      ? `责任人:应叫${staff.planned}人,应答${staff.answered}人(其中副手代答${staff.byDeputy}人),未叫醒${report.notWoken}人,无联系方式${staff.unreachable}人,上门已完成${report.knocks.done}件。`
      : '责任人:尚未通知。',
    residents?.issuedAt
      ? `居民:${at(residents.issuedAt)}起通知${residents.people}人${sayReach(residents.reach)},回应${residents.answered}户,无联系方式${residents.unreachable}人,群内已转发${report.groups.posted}/${report.groups.total}个。`
      : '居民:尚未转发。',
    `转移:${moved}${e && e.refused > 0 ? `;拒转${e.refused}户,已劝离${e.talkedRound}户` : ''}${e && e.added.households > 0 ? `;名单外增加${e.added.households}户${e.added.people}人` : ''}。`,
    `险情:收到求助${report.help.asked}起,已处置${report.help.answered}起;查看隐患点${report.points.watched}处${report.points.looks}次;伤亡情况以现场报告为准,本系统未登记。${end}。`,
  ]
}
