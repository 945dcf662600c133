import type { Alert, AudienceWidth } from '../alerts/alert.js'
import { wasIssued } from '../alerts/alert-state.js'
import { type IssuePolicy, silenceMs } from '../alerts/issue-policy.js'
import { isAskedFor } from '../alerts/part-clear.js'
import { standingOf } from '../alerts/press-alert.js'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import type { ShownEvacuation } from '../evacuations/evacuation-routes.js'
import type { Task } from '../fieldwork/task.js'
import { severityOf, type Warning } from '../warnings/warning.js'
import { needOfBulletins, type OpenBulletins } from './bulletin-needs.js'
import type { Need } from './desk-routes.js'
import type { OpenCall } from './outward-store.js'
import { needsOfReplies, type OpenReplies } from './reply-needs.js'
import { type SilentStation, stationNeeds } from './station-needs.js'

export interface NeedQuestion {
  now: Date
  live: Alert[]
  warnings: Warning[]
  verdicts: { warningId: string; data: Record<string, unknown>; at: Date }[]
  help: Task[]
  evacuation: ShownEvacuation | null
  /** Telephone approvals that the reader may countersign. */
  calls: OpenCall[]
  silentStations: SilentStation[]
  carriers: Need[]
  feedNames: Map<string, string>
  bulletins: OpenBulletins[]
  replies: OpenReplies
  policy: IssuePolicy
}

const blank = {
  alertId: null,
  warningId: null,
  taskId: null,
  evacuationId: null,
  revision: null,
  level: null,
  people: null,
  dueAt: null,
  place: null,
}
/** What people cry for comes first, then what sends itself if nobody looks and what told nobody yet, the highest colour before the others; then what waits. */
const order: Need['kind'][] = [
  'help',
  'downgrade',
  'auto-issue',
  'unplaced',
  'unreadable',
  'text',
  'carrier',
  'feed',
  'station',
  'decide',
  'approve',
  'all-clear',
  'named-elsewhere',
  'return',
  'reply',
  'countersign',
]

/** 待我处理: one line and one primary action each. */
export function collectNeeds(ask: NeedQuestion): Need[] {
  const needs = [
    ...ask.help.map(needOfHelp),
    ...ask.live.filter((alert) => !waitsForStaff(alert, ask.live)).flatMap((alert) => needOfAlert(alert, ask.policy)),
    ...oncePerSeries(ask.live.filter((a) => a.summary.allClear && wasIssued(standingOf(a)))).map(needOfAllClear),
    ...oncePerSeries(ask.live.filter(isAskedFor)).map(needOfDropped),
    ...oncePerSeries(ask.live.filter((a) => a.summary.update?.unconfirmed)).map(needOfDowngrade),
    ...needsOfCalm(ask),
    ...ask.verdicts.flatMap((v) => needOfVerdict(v, ask.warnings)),
    ...needOfMove(ask),
    ...needOfReturn(ask),
    ...ask.calls.map(needOfCall),
    ...ask.bulletins.map(needOfBulletins),
    ...needsOfReplies(ask.replies),
    ...ask.carriers,
    ...stationNeeds(ask.live, ask.silentStations),
  ]
  return needs.sort((a, b) => rankOf(a) - rankOf(b) || colourOf(b) - colourOf(a) || ((a.dueAt ?? '9') < (b.dueAt ?? '9') ? -1 : 1))
}
const asUrgent: Partial<Record<Need['kind'], Need['kind']>> = { flood: 'auto-issue', 'too-wide': 'auto-issue', 'reply-help': 'help' }
const rankOf = (need: Need) => order.indexOf(asUrgent[need.kind] ?? need.kind)
const byColour = new Set<Need['kind']>(['auto-issue', 'flood', 'too-wide', 'decide'])
const colourOf = (need: Need) => (byColour.has(need.kind) ? severityOf[(need.level as Warning['level'] | null) ?? 'unknown'] : 0)

const needOfHelp = (task: Task): Need => ({
  ...blank,
  kind: 'help',
  title: `求助:${task.title}`,
  titleEn: `Help asked for: ${task.data.label ?? task.title}`,
  taskId: task.id,
  place: task.place,
  dueAt: chinaTimeOrNull(task.dueAt),
})

const ofAlert = (alert: Alert) => ({
  ...blank,
  alertId: alert.id,
  warningId: alert.warningId,
  revision: alert.revision,
  level: alert.level,
  people: alert.summary.audience.people,
  place: alert.place,
})
const prefix = (alert: Alert) => (alert.kind === 'exercise' ? '【演练】' : '')

function needOfAlert(alert: Alert, policy: IssuePolicy): Need[] {
  const { people, contacts } = alert.summary.audience
  const to = alert.audience === 'staff' ? `${contacts} 名责任人` : `居民 ${people.toLocaleString('en')} 人`
  const toEn = alert.audience === 'staff' ? `${contacts} responsible people` : `${people.toLocaleString('en')} residents`
  if (alert.summary.allClear || alert.summary.update?.unconfirmed) return []
  if (alert.issueAt !== null && alert.state !== 'held') {
    const verb = alert.state === 'issued' ? '更新' : '转发'
    const title = `${prefix(alert)}到时自动${verb}${alert.title}给${to}`
    return [
      {
        ...ofAlert(alert),
        kind: 'auto-issue',
        title,
        titleEn: `Goes by itself to ${toEn}: ${alert.title}`,
        dueAt: chinaTime(alert.issueAt),
      },
    ]
  }
  if (alert.state === 'submitted' && alert.summary.approval) {
    const { asked, since } = alert.summary.approval
    const due = asked === 'author' ? null : chinaTime(new Date(new Date(since).getTime() + silenceMs(policy, alert.level)))
    const who = { approver: '请批准', deputy: '转请带班领导批准', author: '审批无人应答,可写明理由发出' }[asked]
    return [
      {
        ...ofAlert(alert),
        kind: 'approve',
        title: `${prefix(alert)}${who}:${alert.title}(${to})`,
        titleEn: `Approval (${asked}): ${alert.title}`,
        dueAt: due,
      },
    ]
  }
  if (alert.state === 'issued' && alert.summary.update)
    return [
      {
        ...ofAlert(alert),
        kind: 'decide',
        title: `${prefix(alert)}预警已更新,是否更新给${to}`,
        titleEn: `A newer warning waits for ${toEn}`,
      },
    ]
  if (alert.state === 'held') {
    const reason = alert.holdReason ? `(${alert.holdReason})` : ''
    return [{ ...ofAlert(alert), kind: 'decide', title: `${prefix(alert)}已暂缓${reason}:${alert.title}`, titleEn: `Held: ${alert.title}` }]
  }
  if (alert.state === 'draft' && alert.summary.width) return [needOfWidth(alert, alert.summary.width)]
  if (alert.state === 'draft' || alert.state === 'approved') {
    const verb = alert.origin === 'relay' ? '转发' : '发出'
    return [
      {
        ...ofAlert(alert),
        kind: 'decide',
        title: `${prefix(alert)}是否${verb}${alert.title}给${to}`,
        titleEn: `Send to ${toEn}? ${alert.title}`,
      },
    ]
  }
  return []
}

/** It does not go out by itself any more: without a person nobody is told. */
function needOfWidth(alert: Alert, { audience, warned, outside }: AudienceWidth): Need {
  const [all, inside] = [audience.toLocaleString('en'), warned.toLocaleString('en')]
  const beyond = outside.length > 0 ? `,范围外 ${outside.length} 个网格` : ''
  const beyondEn = outside.length > 0 ? `, ${outside.length} grids outside` : ''
  return {
    ...ofAlert(alert),
    kind: 'too-wide',
    title: `${prefix(alert)}${alert.title}要通知 ${all} 人,预警范围内 ${inside} 人${beyond}:不会自动发出,请核对`,
    titleEn: `${all} people, ${inside} inside the warning${beyondEn}: never sends itself, confirm the numbers (${alert.title})`,
  }
}

const colour = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '等级不明' } as const

/** Lowered while people are being moved: nothing is told before a person has looked at both. */
const needOfDowngrade = (alert: Alert): Need => {
  const to = alert.summary.update!.level
  return {
    ...ofAlert(alert),
    kind: 'downgrade',
    title: `${prefix(alert)}转移未结束,预警降为${colour[to]}:请确认后再告知(转移照原要求进行)`,
    titleEn: `Lowered to ${to}, people still moving: confirm first`,
  }
}

/** Drafted without calling anybody: one line per feed, the drafts themselves wait below it. */
function needsOfCalm({ live, feedNames }: NeedQuestion): Need[] {
  const calm = live.filter((a) => a.summary.calm && !wasIssued(standingOf(a)))
  return [...new Set(calm.map((a) => `${a.summary.calm!.why}\n${a.summary.calm!.feedId ?? ''}`))].map((key) => {
    const own = calm.filter((a) => `${a.summary.calm!.why}\n${a.summary.calm!.feedId ?? ''}` === key)
    const first = [...own].sort((a, b) => severityOf[b.level ?? 'blue'] - severityOf[a.level ?? 'blue'])[0]!
    const series = new Set(own.map((a) => a.seriesId)).size
    const { why, feedId } = first.summary.calm!
    const name = feedId === null ? '人工录入' : (feedNames.get(feedId) ?? feedId)
    const what = why === 'flood' ? `一下子来了 ${series} 条预警` : `刚接入,已有 ${series} 条预警生效`
    return {
      ...ofAlert(first),
      kind: 'flood' as const,
      title: `${prefix(first)}“${name}”${what}(最高${colour[first.level ?? 'unknown']}),请逐条研判`,
      titleEn: `“${name}”: ${why === 'flood' ? `${series} warnings at once` : `first read, ${series} in force already`} (highest ${first.level ?? 'unknown'}), decide on each`,
    }
  })
}

/** In a flood one line per warning is enough: whether residents hear it is asked once the staff have been told. */
const waitsForStaff = (alert: Alert, live: Alert[]): boolean =>
  alert.audience === 'residents' &&
  alert.state === 'draft' &&
  alert.issueAt === null &&
  alert.summary.calm !== undefined &&
  live.some(
    (other) => other.seriesId === alert.seriesId && other.audience === 'staff' && other.summary.calm && !wasIssued(standingOf(other)),
  )

/** One press of 解除 ends the whole series. */
function oncePerSeries(alerts: Alert[]): Alert[] {
  const first = new Map<string, Alert>()
  for (const alert of alerts) if (!first.has(alert.seriesId) || alert.audience === 'residents') first.set(alert.seriesId, alert)
  return [...first.values()]
}

const basisZh = { lifted: '已解除', cancelled: '已取消', expired: '已到期', 'no-longer-ours': '不再涉及本辖区' }
const needOfAllClear = (alert: Alert): Need => ({
  ...ofAlert(alert),
  kind: 'all-clear',
  title: alert.summary.allClear!.assumed
    ? `${prefix(alert)}${alert.title}没有写有效期,按惯例应已到期:先向发布单位核实,再转发解除`
    : `${prefix(alert)}${alert.title}${basisZh[alert.summary.allClear!.basis]}:向收到过的人转发解除`,
  titleEn: alert.summary.allClear!.assumed
    ? `It named no end and the usual one is over: ask the station, then pass the all-clear on (${alert.title})`
    : `The warning is over: pass the all-clear on (${alert.title})`,
})

/** The area has become smaller: who was told and stands outside is never left to guess. */
const needOfDropped = (alert: Alert): Need => {
  const { households, people } = alert.summary.dropped!
  const isStaff = alert.audience === 'staff'
  const whom = isStaff ? '责任人尚未收到解除:向责任人转发' : '尚未收到解除:向他们转发'
  return {
    ...ofAlert(alert),
    kind: 'all-clear',
    people,
    title: `${prefix(alert)}${households} 户 ${people} 人已不在${alert.event}预警范围,${whom},其余继续预警`,
    titleEn: `${households} homes, ${people} people are outside the warning now; ${isStaff ? 'the staff there have' : 'they have'} not heard so: pass the all-clear on`,
  }
}

function needOfVerdict({ warningId, data, at }: NeedQuestion['verdicts'][number], warnings: Warning[]): Need[] {
  const warning = warnings.find((w) => w.id === warningId)
  const what = { ...blank, warningId, level: warning?.level ?? null, place: warning?.place ?? null, dueAt: chinaTime(at) }
  const towns = Array.isArray(data.namedTowns) ? data.namedTowns.length : 0
  if (!warning) return []
  if (data.verdict === 'unplaced')
    return [
      { ...what, kind: 'unplaced', title: `范围无法识别,请研判:${warning.headline}`, titleEn: `Area cannot be read: ${warning.headline}` },
    ]
  if (data.verdict === 'named-elsewhere')
    return [
      {
        ...what,
        kind: 'named-elsewhere',
        title: `全区预警,点名 ${towns} 个镇街,未点名本街道:${warning.headline}`,
        titleEn: `District-wide, but names ${towns} other towns: ${warning.headline}`,
      },
    ]
  return []
}

/** The policy names households and nobody has decided about the move yet. */
function needOfMove({ live, evacuation }: NeedQuestion): Need[] {
  if (evacuation) return []
  const relay = live.find(
    (a) => a.audience === 'residents' && a.origin === 'relay' && !a.summary.allClear && a.summary.audience.move.households > 0,
  )
  if (!relay) return []
  const { households, people } = relay.summary.audience.move
  const title = `${prefix(relay)}请研判:组织转移 ${households} 户 ${people} 人`
  return [{ ...ofAlert(relay), kind: 'decide', title, titleEn: `Decide: move ${households} households, ${people} people`, people }]
}

/** All clear, and people are still away: their return is to be approved. */
function needOfReturn({ live, evacuation }: NeedQuestion): Need[] {
  if (!evacuation || evacuation.households.arrived === 0) return []
  const open = live.some((a) => a.seriesId === evacuation.seriesId && a.origin === 'relay')
  const waiting = evacuation.households.arrived - evacuation.returned.approved
  if (open || waiting <= 0) return []
  const title = `请评估并批准返回:${waiting} 户`
  return [
    {
      ...blank,
      kind: 'return',
      title,
      titleEn: `Approve the return of ${waiting} households`,
      evacuationId: evacuation.id,
      place: evacuation.place,
    },
  ]
}

/** 补签: an approval given on the telephone stands in the record, its giver has not confirmed it yet. */
function needOfCall({ alertId, revision, title, whom, at }: OpenCall): Need {
  const minute = chinaTime(at).slice(11, 16)
  return {
    ...blank,
    kind: 'countersign',
    title: `请补签:${minute} 电话请示${whom},同意「${title}」`,
    titleEn: `Countersign: ${minute}, ${whom} agreed by telephone to “${title}”`,
    alertId,
    revision,
  }
}
