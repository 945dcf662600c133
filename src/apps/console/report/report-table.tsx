import type { Say } from '../../shared/language.js'
import { useLanguage } from '../../shared/language.js'
import { count, dayTime } from '../../shared/times.js'

interface Pair {
  households: number
  people: number
}
interface AudienceReport {
  title: string
  issuedAt: string | null
  issuedByName: string | null
  planned: number
  people: number
  unreachable: number
  firstAcceptedAt: string | null
  lastAcceptedAt: string | null
  answered: number
  byDeputy: number
  askedForHelp: number
}
/** The one-page report as the service makes it from the journal. */
export interface SeriesReport {
  title?: string
  station?: string
  sentAt?: string | null
  warnedAt?: string | null
  staff?: AudienceReport | null
  residents?: AudienceReport | null
  notWoken?: number
  knocks?: { opened: number; done: number }
  evacuation?: {
    orderedAt: string | null
    orderedByName: string | null
    planned: Pair
    plannedArrived: Pair
    moved: Pair
    told: Pair
    left: Pair
    arrived: Pair
    unverified: Pair
    refused: number
    talkedRound: number
    added: Pair
    allInAt: string | null
    returned: Pair
  } | null
  points?: { watched: number; looks: number }
  groups?: { total: number; posted: number }
  help?: { asked: number; answered: number }
  liftedAt?: string | null
  allClearAt?: string | null
  phaseName?: string
  aloud?: string[]
}
type Row = [string, string]

export function ReportTable({ report }: { report: SeriesReport }) {
  const { say, language } = useLanguage()
  const at = (when: string | null | undefined) => dayTime(when, language)
  return (
    <table className="report-rows">
      <tbody>
        {rowsOf(report, say, at).map(([label, value]) => (
          <tr key={label}>
            <th>{label}</th>
            <td className="ys-tabular">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function rowsOf(report: SeriesReport, say: Say, at: (when: string | null | undefined) => string): Row[] {
  const both = (pair: Pair) => say(`${pair.households} 户 ${pair.people} 人`, `${pair.households} households, ${pair.people} people`)
  const rows: Row[] = [
    [say('台站发布', 'Issued by'), `${report.station ?? '—'} ${at(report.sentAt)}`],
    [say('我方收到', 'Received'), at(report.warnedAt)],
  ]
  const audience = (name: string, one: AudienceReport | null | undefined) => {
    if (!one?.issuedAt) return rows.push([name, say('未发出', 'not sent')])
    rows.push(
      [
        name,
        say(
          `${at(one.issuedAt)} ${one.issuedByName ?? ''} 发出,${count(one.people)} 人`,
          `${at(one.issuedAt)} by ${one.issuedByName ?? ''}, ${count(one.people)} people`,
        ),
      ],
      [`${name} · ${say('送出', 'sent')}`, `${at(one.firstAcceptedAt)} → ${at(one.lastAcceptedAt)}`],
      [
        `${name} · ${say('回应', 'answered')}`,
        say(
          `${count(one.answered)}${one.byDeputy > 0 ? `(其中副手代答 ${one.byDeputy})` : ''},求助 ${one.askedForHelp}`,
          `${count(one.answered)}${one.byDeputy > 0 ? ` (${one.byDeputy} by a deputy)` : ''}, ${one.askedForHelp} asked for help`,
        ),
      ],
    )
  }
  audience(say('责任人', 'Staff'), report.staff)
  audience(say('居民', 'Residents'), report.residents)
  if (report.knocks)
    rows.push([
      say('上门', 'Knocks'),
      say(`派出 ${report.knocks.opened},完成 ${report.knocks.done}`, `${report.knocks.done} of ${report.knocks.opened} done`),
    ])
  if (report.groups) rows.push([say('居民群', 'Groups'), `${report.groups.posted}/${report.groups.total}`])
  const move = report.evacuation
  if (move)
    rows.push(
      [say('转移命令', 'Order to move'), `${at(move.orderedAt)} ${move.orderedByName ?? ''}`],
      [say('应转', 'To move'), both(move.planned)],
      [say('其中已到达', 'of them arrived'), both(move.plannedArrived)],
      [say('实际转移', 'Really moved'), both(move.moved)],
      [say('名单外增加', 'Not on the list'), both(move.added)],
      [say('待核实', 'Unverified'), both(move.unverified)],
      [
        say('拒不转移', 'Refused'),
        say(`${move.refused} 户,劝导后转移 ${move.talkedRound} 户`, `${move.refused}, ${move.talkedRound} talked round`),
      ],
      [say('全部到达', 'All in'), at(move.allInAt)],
      [say('已返回', 'Returned'), both(move.returned)],
    )
  if (report.points)
    rows.push([
      say('重点部位', 'Points'),
      say(`${report.points.watched} 处,查看 ${report.points.looks} 次`, `${report.points.watched} watched, ${report.points.looks} looks`),
    ])
  if (report.help)
    rows.push([
      say('求助', 'Help'),
      say(`${report.help.asked} 件,已答复 ${report.help.answered} 件`, `${report.help.answered} of ${report.help.asked} answered`),
    ])
  rows.push([
    say('解除', 'All clear'),
    `${say('台站 ', 'station ')}${at(report.liftedAt)} · ${say('转发 ', 'relayed ')}${at(report.allClearAt)}`,
  ])
  return rows
}
