import { useMemo } from 'react'
import type { AlertAudience, AlertDetail, Channel, Progress } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count, minuteTime } from '../../shared/times.js'
import { useMay } from '../data/session.js'
import { channelWord } from '../data/words.js'
import { useTimeline } from '../desk/live.js'
import { gatherLines, lineWords, mergeTimelines, toneOfEvent } from '../desk/live-lines.js'
import { Empty, Figure, Panel, SumBar } from '../layout/parts.js'
import { Link } from '../router.js'

interface LadderProps {
  alert: AlertDetail
  progress: Progress | undefined
  standIns: AlertAudience['standIns'] | undefined
}
/** Right column: how far it got by channel and step, who approved, and the story so far. */
export function LadderPanel({ alert, progress, standIns }: LadderProps) {
  const say = useSay()
  const may = useMay()
  const timeline = useTimeline(alert.id)
  const entries = useMemo(() => gatherLines(mergeTimelines(timeline.data)), [timeline.data])
  return (
    <Panel
      className="alert-ladder"
      title={say('进展与记录', 'Progress and record')}
      extra={may('register.see-sealed') && <Link to={`/alerts/${alert.id}/call-list`}>{say('人工呼叫清单', 'Call list')} ›</Link>}
    >
      <Approvals alert={alert} />
      {progress && progress.planned > 0 ? (
        <Reached progress={progress} staff={alert.audience === 'staff'} />
      ) : (
        <Ladder staff={alert.audience === 'staff'} notice={alert.origin === 'notice'} />
      )}
      {standIns && standIns.length > 0 && <StandIns rows={standIns} />}
      <ol className="live">
        {entries.map((entry) => (
          <li key={entry.position} className={`live-${toneOfEvent(entry.event)}`}>
            <time className="ys-tabular">{clockTime(entry.at)}</time>
            <span>
              {lineWords(entry, say)}
              {entry.person && entry.person !== 'system' && entry.person !== '寅时' && <small className="muted"> {entry.person}</small>}
            </span>
          </li>
        ))}
      </ol>
      {entries.length === 0 && <Empty title={say('还没有记录', 'Nothing recorded yet')} />}
    </Panel>
  )
}

/** Who is called in whose place: an unknown name on the list of answers is explained before somebody asks. */
function StandIns({ rows }: { rows: AlertAudience['standIns'] }) {
  const say = useSay()
  return (
    <ul className="approvals">
      {rows.map((one) => (
        <li key={one.insteadOf}>
          {one.post} {one.insteadOf} <b>{say(`由 ${one.name} 替班`, `stood in for by ${one.name}`)}</b>
        </li>
      ))}
    </ul>
  )
}

function Approvals({ alert }: { alert: AlertDetail }) {
  const say = useSay()
  const approvals = alert.approval?.approvals ?? []
  if (approvals.length === 0 && !alert.approval?.needed) return null
  return (
    <ul className="approvals">
      {approvals.map((one) => (
        <li key={`${one.whom}${one.at}`}>
          <i aria-hidden="true">✓</i> <b className="ys-tabular">{minuteTime(one.at)}</b>{' '}
          {one.by === 'phone'
            ? say(`电话请示 ${one.whom},同意`, `telephone approval: ${one.whom}`)
            : say(`${one.whom} 同意`, `approved by ${one.whom}`)}
          {one.note && <small className="muted"> {one.note}</small>}
          {one.by === 'phone' && (
            <small className={one.countersignedAt ? 'muted' : 'tone-warn'}>
              {' '}
              {one.countersignedAt ? say('已补签', 'countersigned') : say('待补签', 'to be countersigned')}
            </small>
          )}
        </li>
      ))}
      {alert.approval?.needed && approvals.length === 0 && (
        <li className="tone-warn">
          {alert.state === 'submitted'
            ? say('已提交,等带班领导同意', 'submitted: waits for the commander')
            : alert.origin === 'order'
              ? say('按规定要先请示同意', 'has to be approved first')
              : say('尚未请示', 'not yet approved')}
        </li>
      )}
    </ul>
  )
}

/** Before anything is sent: the steps it will take until a person answers or somebody knocks. */
function Ladder({ staff, notice }: { staff: boolean; notice: boolean }) {
  const say = useSay()
  const steps = notice
    ? [say('群消息(群主一键转发,机器人群自动发)', 'groups (posted by their owners, robots by machine)'), say('网页推送', 'web push')]
    : staff
      ? [
          say('语音电话 + 推送', 'voice call + push'),
          say('短信', 'SMS'),
          say('副手', 'deputy'),
          say('有名有姓的人上门', 'a named person knocks'),
        ]
      : [
          say('短信 + 推送', 'SMS + push'),
          say('群消息(群主一键转发)', 'groups (posted by their owners)'),
          say('重点户语音电话', 'voice for those at risk'),
          say('无联系方式:上门', 'no contact: a knock'),
        ]
  return (
    <ol className="ladder">
      {steps.map((step, index) => (
        <li key={step}>
          <i>{index + 1}</i>
          {step}
        </li>
      ))}
    </ol>
  )
}

const order: Channel[] = ['sms', 'voice', 'push', 'group']
function Reached({ progress, staff }: { progress: Progress; staff: boolean }) {
  const say = useSay()
  return (
    <div className="reached">
      <div className="figures">
        <Figure label={say('已送出', 'sent')} value={progress.accepted} of={progress.planned} tone="good" />
        <Figure label={say('有回应', 'answered')} value={progress.answered} />
        <Figure label={say('结果待查', 'unknown')} value={progress.unknown} tone={progress.unknown > 0 ? 'warn' : 'muted'} />
        <Figure label={say('未送达', 'failed')} value={progress.failed} tone={progress.failed > 0 ? 'bad' : 'muted'} />
      </div>
      {staff && progress.called && (
        <p className="small">
          {say(
            `叫应 ${progress.called.answered}/${progress.called.total},未应答 ${progress.called.notAnswered},叫不到 ${progress.called.unreachable ?? 0}`,
            `answered ${progress.called.answered}/${progress.called.total}, no answer ${progress.called.notAnswered}, no contact ${progress.called.unreachable ?? 0}`,
          )}
        </p>
      )}
      <ul className="by-channel">
        {order.map((channel) => {
          const one = progress.byChannel?.[channel]
          if (!one?.planned) return null
          return (
            <li key={channel}>
              <span>{channelWord(channel, say)}</span>
              <SumBar total={one.planned} parts={sharesOf(one, say)} />
              <b className="ys-tabular">
                {count(one.accepted)}/{count(one.planned)}
              </b>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
export function sharesOf(one: Partial<Progress>, say: (zh: string, en: string) => string) {
  const accepted = one.accepted ?? 0
  const answered = Math.min(one.answered ?? 0, accepted)
  return [
    { value: answered, tone: 'good', label: say('有回应', 'answered') },
    { value: accepted - answered, tone: 'accent', label: say('已送出', 'sent') },
    { value: one.waiting ?? 0, tone: 'muted', label: say('等待', 'waiting') },
    { value: one.unknown ?? 0, tone: 'unknown', label: say('结果待查', 'unknown') },
    { value: (one.failed ?? 0) + (one.expired ?? 0) + (one.calledOff ?? 0), tone: 'bad', label: say('未送达', 'failed') },
  ]
}
