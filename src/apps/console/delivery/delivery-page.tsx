import { Select } from 'antd'
import type { Alert, Channel, Listing, Progress } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { sharesOf } from '../alert/ladder-panel.js'
import { currentSeries, useAlerts, useDesk } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { channelWord, stateWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Empty, Figure, Loaded, Page, Panel, SumBar } from '../layout/parts.js'
import { go } from '../router.js'
import { Deliveries } from './deliveries.js'

const events = /^(alert|deliver|answer|ladder)/
const order: Channel[] = ['sms', 'voice', 'push', 'group']

/** Progress of one alert by contact and by channel, why some were not reached, and each delivery. */
export function DeliveryPage({ alertId }: { alertId: string | null }) {
  const say = useSay()
  const desk = useDesk()
  const alerts = useAlerts()
  const items = alerts.data?.items ?? []
  const series = currentSeries(items, desk.data)
  const alert = alertId ? items.find((one) => one.id === alertId) : (series.residents ?? series.staff ?? items[0])
  useExerciseFrame(alert?.kind === 'exercise')
  return (
    <Page
      title={say('通知到了吗', 'Were they reached?')}
      sub={say(
        '每一个联系方式都有下落:已送出、未送达、结果待查,三者加等待等于全部。“已送出”不等于人已知道。',
        'Every contact is accounted for. “Handed over” does not mean that the person knows.',
      )}
      extra={
        alert && (
          <Select
            className="w-280"
            value={alert.id}
            onChange={(id) => go(`/alerts/${id}/delivery`)}
            options={items.map((one) => ({ value: one.id, label: labelOf(one, say) }))}
            aria-label={say('哪一条', 'which alert')}
          />
        )
      }
    >
      <Loaded from={alerts}>
        {() =>
          alert ? (
            <OneAlert key={alert.id} alert={alert} />
          ) : (
            <Empty title={say('还没有发出过', 'Nothing was sent yet')}>
              {say('发出后,这里按通道显示送达情况。', 'After an issue, the progress by channel shows here.')}
            </Empty>
          )
        }
      </Loaded>
    </Page>
  )
}
const labelOf = (alert: Alert, say: (zh: string, en: string) => string) =>
  `${alertTitle(alert, say)} · ${alert.audience === 'staff' ? say('责任人', 'staff') : say('居民', 'residents')} · ${stateWord(alert.state, say)}`

function OneAlert({ alert }: { alert: Alert }) {
  const say = useSay()
  const progress = useResource<Progress>(`/api/alerts/${alert.id}/progress`, { watch: events, everyMs: 10_000 })
  return (
    <Loaded from={progress}>
      {(data) => (
        <div className="delivery-grid">
          <Panel title={say('按人(最好的一路)', 'By contact (its best channel)')}>
            <ProgressFigures progress={data} />
          </Panel>
          <Panel title={say('按通道', 'By channel')}>
            <ChannelRows progress={data} />
          </Panel>
          <Reasons alertId={alert.id} />
          <Deliveries alertId={alert.id} />
        </div>
      )}
    </Loaded>
  )
}

export function ProgressFigures({ progress }: { progress: Progress }) {
  const say = useSay()
  const parts = sharesOf(progress, say)
  return (
    <>
      <div className="figures">
        <Figure
          label={say('应通知', 'planned')}
          value={progress.planned}
          note={say(`${count(progress.people)} 人`, `${count(progress.people)} people`)}
        />
        <Figure label={say('已送出', 'sent')} value={progress.accepted} tone="good" />
        <Figure label={say('其中有回执', 'with receipt')} value={progress.delivered} />
        <Figure label={say('其中有回应', 'answered')} value={progress.answered} />
        <Figure label={say('等待', 'waiting')} value={progress.waiting} tone="muted" />
        <Figure label={say('未送达', 'failed')} value={progress.failed} tone={progress.failed > 0 ? 'bad' : 'muted'} />
        <Figure label={say('结果待查', 'unknown')} value={progress.unknown} tone={progress.unknown > 0 ? 'warn' : 'muted'} />
        <Figure label={say('无联系方式', 'no contact')} value={progress.unreachable} tone={progress.unreachable > 0 ? 'bad' : 'muted'} />
      </div>
      <SumBar total={Math.max(1, progress.planned)} parts={parts} />
      <p className="small muted ys-tabular">
        {say('第一条送出 ', 'first handed over ')}
        {clockTime(progress.firstAcceptedAt)} · {say('最后一条 ', 'last ')}
        {clockTime(progress.lastAcceptedAt)}
      </p>
    </>
  )
}

function ChannelRows({ progress }: { progress: Progress }) {
  const say = useSay()
  return (
    <ul className="channel-rows">
      {order.map((channel) => {
        const one = progress.byChannel?.[channel]
        if (!one?.planned) return null
        return (
          <li key={channel}>
            <b>{channelWord(channel, say)}</b>
            <SumBar total={one.planned} parts={sharesOf(one, say)} />
            <span className="ys-tabular">
              {count(one.accepted)}/{count(one.planned)}
              <small className="muted">
                {' '}
                {channel === 'group' || channel === 'push'
                  ? say('已发出,无送达回执', 'sent, gives no receipt')
                  : say(
                      `回执 ${count(one.delivered)} · 回应 ${count(one.answered)}`,
                      `receipts ${count(one.delivered)} · answers ${count(one.answered)}`,
                    )}
                {(one.failed ?? 0) > 0 && <b className="tone-bad"> {say(`未送达 ${count(one.failed)}`, `failed ${count(one.failed)}`)}</b>}
              </small>
            </span>
          </li>
        )
      })}
      {Object.keys(progress.byChannel ?? {}).length === 0 && <li className="muted">{say('还没有发出', 'not sent yet')}</li>}
    </ul>
  )
}

interface ReasonRow {
  channel: Channel
  state: string
  reason: string
  text: string
  textEn?: string
  count: number
}
function Reasons({ alertId }: { alertId: string }) {
  const say = useSay()
  const reasons = useResource<Listing<ReasonRow>>(`/api/alerts/${alertId}/delivery-reasons`, { watch: events })
  return (
    <Panel title={say('为什么没有送到', 'Why not')} className="delivery-reasons">
      <Loaded from={reasons} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('没有失败', 'No failures')}>
              {say('有失败时,按原因归并在这里,并说明怎么补救。', 'Failures are gathered here by reason.')}
            </Empty>
          ) : (
            <ul className="plain-list">
              {items.map((row) => (
                <li key={`${row.channel}${row.state}${row.reason}`}>
                  <b className="ys-tabular">{count(row.count)}</b>
                  <span>{channelWord(row.channel, say)}</span>
                  <span>{say(row.text, row.textEn ?? row.text)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}
