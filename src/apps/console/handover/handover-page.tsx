import { Button } from 'antd'
import type { Listing } from '../../shared/api-types.js'
import type { Door, Evacuation } from '../../shared/field-types.js'
import { useLanguage } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { ageWords, dayTime, minuteTime } from '../../shared/times.js'
import { useAlerts, useDesk, useFieldBoard } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { stateWord } from '../data/words.js'
import { FourNumbers } from '../desk/focus.js'
import { alertTitle, stationOf, warningTitle } from '../desk/warning-words.js'
import { doorStateWord } from '../evacuation/door-words.js'
import { Loaded, Page } from '../layout/parts.js'

const unsettled = new Set(['need-help', 'refused', 'absent'])

/** 交接班: one page to print and sign. What is in force, what is open, who was not woken, who refuses, which feeds are late. */
export function HandoverPage() {
  const { say, language } = useLanguage()
  const desk = useDesk()
  const board = useFieldBoard()
  const alerts = useAlerts()
  const evacuation: Evacuation | null = board.data?.evacuation ?? desk.data?.evacuation ?? null
  const doors = useResource<Listing<Door>>(evacuation ? `/api/evacuations/${evacuation.id}/checklist` : null, { watch: /^household/ })
  const now = useServiceNow(30_000)
  return (
    <Page
      className="handover"
      title={say('交接班', 'Hand-over')}
      sub={say('打印一页,交班人、接班人签字。', 'Print one page; both officers sign.')}
      extra={
        <Button type="primary" className="no-print" onClick={() => window.print()}>
          {say('打印', 'Print')}
        </Button>
      }
    >
      <Loaded from={desk}>
        {(data) => (
          <article className="sheet">
            <header>
              <h2>
                {data.placeName ?? data.place} {say('本班处置记录', 'record of this shift')}
              </h2>
              <p className="ys-tabular">
                {dayTime(now, language)} · {say('带班领导 ', 'commander ')}
                {data.onDuty?.commander ?? '—'} · {say('值班员 ', 'officer ')}
                {data.onDuty?.officer ?? '—'}
              </p>
            </header>
            <Part title={say('一、生效中的预警', '1. Warnings in force')} none={data.warnings.length === 0}>
              {data.warnings.map((warning) => (
                <li key={warning.id}>
                  {warningTitle(warning, say)} · {stationOf(warning, language)} {dayTime(warning.sent, language)}
                </li>
              ))}
            </Part>
            <Part title={say('二、未结的处置', '2. Open alerts')} none={(alerts.data?.items ?? []).every((one) => one.state === 'closed')}>
              {(alerts.data?.items ?? [])
                .filter((one) => one.state !== 'closed')
                .map((one) => (
                  <li key={one.id}>
                    {alertTitle(one, say)}({one.audience === 'staff' ? say('责任人', 'staff') : say('居民', 'residents')}) ·{' '}
                    {stateWord(one.state, say)} {minuteTime(one.issuedAt)}
                    {one.holdReason && ` · ${one.holdReason}`}
                  </li>
                ))}
            </Part>
            <Part title={say('三、待办', '3. To do')} none={data.needs.length === 0}>
              {data.needs.map((need) => (
                <li key={`${need.kind}${need.alertId}${need.taskId}`}>
                  {need.title} {need.dueAt && say(`(限 ${minuteTime(need.dueAt)})`, `(by ${minuteTime(need.dueAt)})`)}
                </li>
              ))}
            </Part>
            <Part title={say('四、叫应', '4. Staff')} none={!data.staffCalled}>
              {data.staffCalled && (
                <li>
                  {say(
                    `共 ${data.staffCalled.total} 人,应答 ${data.staffCalled.answered},未应答 ${data.staffCalled.notAnswered},叫不到 ${data.staffCalled.unreachable ?? 0}`,
                    `${data.staffCalled.answered} of ${data.staffCalled.total} answered, ${data.staffCalled.notAnswered} did not, ${data.staffCalled.unreachable ?? 0} without contact`,
                  )}
                </li>
              )}
            </Part>
            <h3>{say('五、转移', '5. Moving people')}</h3>
            {evacuation ? <FourNumbers evacuation={evacuation} /> : <p className="muted">{say('无', 'none')}</p>}
            <ul>
              {(doors.data?.items ?? [])
                .filter((door) => unsettled.has(door.state))
                .map((door) => (
                  <li key={door.id}>
                    {door.label} · {doorStateWord(door.state, say)} · {say(`${door.people} 人`, `${door.people} people`)} {door.note}
                  </li>
                ))}
            </ul>
            <Part
              title={say('六、超时或未看的部位', '6. Points overdue')}
              none={!(board.data?.points ?? data.points ?? []).some((point) => point.overdue)}
            >
              {(board.data?.points ?? data.points ?? [])
                .filter((point) => point.overdue)
                .map((point) => (
                  <li key={point.id}>
                    {point.name} · {ageWords(point.lastLookedAt, now, say)}
                  </li>
                ))}
            </Part>
            <Part
              title={say('七、中断的预警来源', '7. Feeds that are late')}
              none={!(data.feeds ?? []).some((feed) => feed.state !== 'good')}
            >
              {(data.feeds ?? [])
                .filter((feed) => feed.state !== 'good')
                .map((feed) => (
                  <li key={feed.id}>
                    {feed.name} · {say('上次正常 ', 'last good ')}
                    {dayTime(feed.lastGoodAt, language)}
                  </li>
                ))}
            </Part>
            <footer className="sheet-sign">
              <span>{say('交班人:', 'Handed over by:')}</span>
              <span>{say('接班人:', 'Taken over by:')}</span>
              <span>{say('时间:', 'Time:')}</span>
            </footer>
          </article>
        )}
      </Loaded>
    </Page>
  )
}

function Part({ title, none, children }: { title: string; none: boolean; children: React.ReactNode }) {
  const { say } = useLanguage()
  return (
    <>
      <h3>{title}</h3>
      {none ? <p className="muted">{say('无', 'none')}</p> : <ul>{children}</ul>}
    </>
  )
}
