import { Button, Select } from 'antd'
import { useMemo } from 'react'
import type { Desk, Progress, Warning } from '../../shared/api-types.js'
import type { Evacuation } from '../../shared/field-types.js'
import { useLanguage } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { clockTime, count, minuteTime } from '../../shared/times.js'
import { currentSeries, useAlerts, useDesk, useFieldBoard } from '../data/desk.js'
import { type UseResource, useResource } from '../data/resources.js'
import { useTimeline } from '../desk/live.js'
import { gatherLines, lineWords, mergeTimelines } from '../desk/live-lines.js'
import { groupSums } from '../desk/told.js'
import { alertTitle, isExercise, stationOf, warningTitle } from '../desk/warning-words.js'
import { Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { go } from '../router.js'
import { ReportTable, type SeriesReport } from './report-table.js'

/** 报送稿: a few lines to read aloud when the district rings, each number with its time; then the one-page report from the journal. */
export function ReportPage({ alertId }: { alertId: string | null }) {
  const { say } = useLanguage()
  const desk = useDesk()
  const board = useFieldBoard()
  const alerts = useAlerts()
  const items = alerts.data?.items ?? []
  const series = currentSeries(items, desk.data)
  const id = alertId ?? series.residents?.id ?? series.staff?.id ?? null
  const report = useResource<SeriesReport>(id ? `/api/alerts/${id}/report` : null, {
    watch: /^(alert|evacuation|household|answer|deliver|task|group)/,
  })
  return (
    <Page
      className="report"
      title={say('报送稿', 'Report')}
      sub={say(
        '区里来电话:照着念。每个数都带时间;不知道的写“待核实”。',
        'When the district rings: read it aloud. Every figure has its time.',
      )}
      extra={
        <span className="no-print page-extra">
          {items.length > 1 && id && (
            <Select
              className="w-280"
              value={id}
              onChange={(next) => go(`/alerts/${next}/report`)}
              options={items.map((one) => ({
                value: one.id,
                label: `${alertTitle(one, say)} · ${one.audience === 'staff' ? say('责任人', 'staff') : say('居民', 'residents')}`,
              }))}
            />
          )}
          {id && (
            <Button href={`/api/alerts/${id}/report`} target="_blank">
              {say('打印版一页纸', 'Printable page')}
            </Button>
          )}
          <Button type="primary" onClick={() => window.print()}>
            {say('打印', 'Print')}
          </Button>
        </span>
      }
    >
      <Loaded from={desk}>
        {(data) => (
          <div className="report-grid">
            <ReadAloud
              desk={data}
              evacuation={board.data?.evacuation ?? data.evacuation ?? null}
              progress={data.residents ?? null}
              groups={groupSums(data, board.data)}
              fromService={report.data}
            />
            {id ? (
              <FromJournal id={id} report={report} />
            ) : (
              <Panel title={say('一页纸', 'One page')}>
                <Empty title={say('还没有处置过的预警', 'No alert yet')} />
              </Panel>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  )
}

interface AloudProps {
  desk: Desk
  evacuation: Evacuation | null
  progress: Progress | null
  groups: { total: number; posted: number } | null
  fromService?: SeriesReport | undefined
}
function ReadAloud({ desk, evacuation, progress, groups, fromService }: AloudProps) {
  const { say, language } = useLanguage()
  const now = useServiceNow(10_000)
  const lines = useMemo(
    () => (language === 'zh' && fromService?.aloud ? fromService.aloud : reportLines({ desk, evacuation, progress, groups }, say)),
    [desk, evacuation, progress, groups, say, language, fromService],
  )
  const warning: Warning | undefined = desk.warnings[0]
  const drill = desk.register === 'sample' || (warning && isExercise(warning))
  return (
    <Panel
      className="aloud"
      title={say('照着念', 'Read aloud')}
      extra={
        <Button size="small" onClick={() => void navigator.clipboard?.writeText(lines.join('\n'))}>
          {say('复制', 'Copy')}
        </Button>
      }
    >
      <p className="aloud-head ys-tabular">
        {drill && <b className="exercise-word">{say('【演练】', 'EXERCISE ')}</b>}
        {desk.placeName ?? desk.place} · {say(`截至 ${minuteTime(now)}`, `as of ${minuteTime(now)}`)}{' '}
        {fromService?.phaseName && say(fromService.phaseName, '')}
      </p>
      <ol>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </Panel>
  )
}

function reportLines({ desk, evacuation, progress, groups }: AloudProps, say: (zh: string, en: string) => string): string[] {
  const warning = desk.warnings[0]
  const called = desk.staffCalled
  const lines = [
    warning
      ? say(
          `${stationOf(warning, 'zh')} ${minuteTime(warning.sent)} 发布${warningTitle(warning, say)},我街道 ${minuteTime(warning.receivedAt)} 收到。`,
          `${stationOf(warning, 'en')} issued “${warningTitle(warning, say)}” at ${minuteTime(warning.sent)}; received ${minuteTime(warning.receivedAt)}.`,
        )
      : say('目前没有生效的预警。', 'No warning is in force.'),
    called
      ? say(
          `责任人 ${called.total} 人,已应答 ${called.answered} 人,未应答 ${called.notAnswered} 人,叫不到 ${called.unreachable ?? 0} 人,正在上门。`,
          `Staff: ${called.answered} of ${called.total} answered, ${called.notAnswered} did not, ${called.unreachable ?? 0} have no contact.`,
        )
      : say('责任人叫应:未开始。', 'Staff: not called yet.'),
    progress && progress.planned > 0
      ? say(
          `居民 ${count(progress.people)} 人,已送出 ${count(progress.accepted)},未送达 ${count(progress.failed)},结果待查 ${count(progress.unknown)},无联系方式 ${count(progress.unreachable)} 人转上门。`,
          `Residents: ${count(progress.accepted)} of ${count(progress.planned)} contacts handed over, ${count(progress.failed)} failed, ${count(progress.unknown)} unknown, ${count(progress.unreachable)} without contact.`,
        )
      : say('居民通知:未发出。', 'Residents: not told yet.'),
  ]
  if (groups && groups.total > 0)
    lines.push(say(`居民群已发 ${groups.posted}/${groups.total} 个。`, `Groups posted: ${groups.posted} of ${groups.total}.`))
  lines.push(
    evacuation
      ? say(
          `转移:应转 ${evacuation.households.planned} 户 ${evacuation.people.planned} 人,已离家 ${evacuation.people.left} 人,已到达(核验)${evacuation.people.arrived} 人,待核实 ${evacuation.people.left - evacuation.people.arrived} 人;拒不转移 ${evacuation.households.refused} 户。`,
          `Moving: ${evacuation.people.planned} people to move, ${evacuation.people.left} left, ${evacuation.people.arrived} arrived (verified), ${evacuation.people.left - evacuation.people.arrived} unverified; ${evacuation.households.refused} households refuse.`,
        )
      : say('转移:未下达。', 'Moving: not ordered.'),
  )
  const overdue = (desk.points ?? []).filter((point) => point.overdue).length
  const help = (desk.helpTasks ?? []).filter((task) => task.state !== 'done').length
  lines.push(
    say(
      `重点部位 ${desk.points?.length ?? 0} 处在查看,超时 ${overdue} 处;求助未了 ${help} 件;险情伤亡:待核实。`,
      `${desk.points?.length ?? 0} points watched, ${overdue} overdue; ${help} cries for help open; casualties: to be verified.`,
    ),
  )
  return lines
}

/** The report of the service, made from the journal. */
function FromJournal({ id, report }: { id: string; report: UseResource<SeriesReport> }) {
  const { say } = useLanguage()
  const timeline = useTimeline(id)
  const entries = useMemo(() => gatherLines(mergeTimelines(timeline.data).reverse()), [timeline.data])
  return (
    <Panel title={say('一页纸(来自处置记录)', 'One page (from the journal)')} className="journal-report">
      <Loaded from={report} rows={6}>
        {(data) => <ReportTable report={data} />}
      </Loaded>
      <h3>{say('经过', 'What happened')}</h3>
      <ol className="live live-print">
        {entries.map((entry) => (
          <li key={entry.position}>
            <time className="ys-tabular">{clockTime(entry.at)}</time>
            <span>{lineWords(entry, say)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
