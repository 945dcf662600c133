import { Tag } from 'antd'
import type { AlertAudience, AlertDetail, Progress } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { ageWords, dayTime, minuteTime } from '../../shared/times.js'
import { useAlert, useAlerts } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { originWord, stateWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Loaded } from '../layout/parts.js'
import { Link } from '../router.js'
import { ActionBar } from './action-bar.js'
import { AudiencePanel } from './audience-panel.js'
import { LadderPanel } from './ladder-panel.js'
import { PhoneFrames } from './phone-frames.js'

/** One alert on one screen: the words, whom they reach, what happened — and the one action at the bottom. */
export function AlertPage({ alertId }: { alertId: string }) {
  const alert = useAlert(alertId)
  const audience = useResource<AlertAudience>(`/api/alerts/${alertId}/audience`, { watch: /^(alert|warning|deliveries)/, everyMs: 60_000 })
  const progress = useResource<Progress>(`/api/alerts/${alertId}/progress`, {
    watch: /^(alert|deliver|answer|ladder|group)/,
    everyMs: 10_000,
  })
  useExerciseFrame(alert.data?.kind === 'exercise')
  return (
    <Loaded from={alert} rows={12}>
      {(data) => (
        <div className="alert">
          <AlertHead alert={data} />
          <div className="alert-grid">
            <PhoneFrames alert={data} />
            <AudiencePanel alert={data} audience={audience} />
            <LadderPanel alert={data} progress={progress.data} standIns={audience.data?.standIns} />
          </div>
          <ActionBar alert={data} audience={audience.data} />
        </div>
      )}
    </Loaded>
  )
}

/** What is over no longer glows in its colour. */
const ended = new Set(['all-clear', 'called-off', 'closed'])

function AlertHead({ alert }: { alert: AlertDetail }) {
  const { say, language } = useLanguage()
  const now = useServiceNow(1000)
  const warning = alert.warning
  return (
    <header className={`alert-head banner-${ended.has(alert.state) ? 'ended' : (alert.level ?? 'notice')}`}>
      {alert.level ? <LevelBadge level={alert.level} large /> : <Tag variant="filled">{say('通知', 'Notice')}</Tag>}
      <h1>
        {alert.kind === 'exercise' && <em className="exercise-word">{say('【演练】', 'EXERCISE ')}</em>}
        {alertTitle(alert, say)}
      </h1>
      <span className={`alert-state alert-state-${alert.state}`}>{stateWord(alert.state, say)}</span>
      <span className="muted">
        {originWord(alert.origin, say)} · {say(`第 ${alert.revision} 稿`, `revision ${alert.revision}`)}
      </span>
      {warning && (
        <span className="ys-tabular">
          {warning.station} {minuteTime(warning.sent)} <span className="muted">· {ageWords(warning.sent, now, say)}</span>
        </span>
      )}
      {alert.expiresAt && (
        <span className="muted ys-tabular">
          {warning?.assumedUntil
            ? say(`按惯例至 ${dayTime(warning.assumedUntil, language)}`, `usually until ${dayTime(warning.assumedUntil, language)}`)
            : say(`有效至 ${dayTime(alert.expiresAt, language)}`, `until ${dayTime(alert.expiresAt, language)}`)}
        </span>
      )}
      <SeriesSwitch alert={alert} />
    </header>
  )
}

/** Staff and residents are two alerts of one series; one press goes from one to the other. */
function SeriesSwitch({ alert }: { alert: AlertDetail }) {
  const { say } = useLanguage()
  const { data } = useAlerts()
  const series = (data?.items ?? []).filter((one) => one.seriesId === alert.seriesId)
  const nameOf = (one: (typeof series)[number]) =>
    one.origin === 'order' ? say('转移通知', 'Order to move') : one.audience === 'staff' ? say('责任人', 'Staff') : say('居民', 'Residents')
  return (
    <nav className="alert-series">
      {series.map((one) => (
        <Link key={one.id} to={`/alerts/${one.id}`} current={one.id === alert.id}>
          {nameOf(one)} <small>{stateWord(one.state, say)}</small>
        </Link>
      ))}
      <Link to={`/alerts/${alert.id}/delivery`}>{say('送达明细', 'Deliveries')} ›</Link>
      <Link to={`/alerts/${alert.id}/report`}>{say('报送稿', 'Report')} ›</Link>
    </nav>
  )
}
