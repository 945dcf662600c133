import { Button, Select, Table } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { ApiError, read } from '../../shared/api.js'
import type { Alert, Channel, Delivery, Listing, Progress } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { sharesOf } from '../alert/ladder-panel.js'
import { currentSeries, useAlerts, useDesk } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { channelWord, stateWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Empty, ErrorBox, Figure, Loaded, Page, Panel, SumBar } from '../layout/parts.js'
import { usePlaceNames } from '../map/map-data.js'
import { go } from '../router.js'

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
        <Figure label={say('已送出', 'handed over')} value={progress.accepted} tone="good" />
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

interface DeliveryRow extends Delivery {
  stateText?: string
  reasonText?: string | null
  attempts?: number
}
const states = ['waiting', 'accepted', 'delivered', 'answered', 'failed', 'unknown', 'expired', 'called-off']
export const deliveryStateWord = (state: string, say: (zh: string, en: string) => string): string =>
  ({
    waiting: say('等待', 'Waiting'),
    accepted: say('已送出', 'Handed over'),
    delivered: say('有回执', 'Receipt'),
    answered: say('有回应', 'Answered'),
    failed: say('未送达', 'Failed'),
    unknown: say('结果待查', 'Unknown'),
    expired: say('已过期', 'Expired'),
    'called-off': say('已撤回', 'Called off'),
    calledOff: say('已撤回', 'Called off'),
  })[state] ?? state
const toneOf = (state: string) =>
  /failed|expired/.test(state) ? 'bad' : /unknown/.test(state) ? 'warn' : /accepted|delivered|answered/.test(state) ? 'good' : 'muted'

function Deliveries({ alertId }: { alertId: string }) {
  const say = useSay()
  const [channel, setChannel] = useState<Channel | undefined>()
  const [state, setState] = useState<string | undefined>()
  const [place, setPlace] = useState('')
  const names = usePlaceNames()
  const { rows, error, loading, more, again } = useDeliveries(alertId, { channel, state, place })
  return (
    <Panel
      className="delivery-table"
      title={say('逐条', 'One by one')}
      extra={
        <span className="chips">
          <Select
            allowClear
            size="small"
            className="w-120"
            placeholder={say('通道', 'channel')}
            value={channel}
            onChange={setChannel}
            options={order.map((one) => ({ value: one, label: channelWord(one, say) }))}
          />
          <Select
            allowClear
            size="small"
            className="w-120"
            placeholder={say('状态', 'state')}
            value={state}
            onChange={setState}
            options={states.slice(0, 7).map((one) => ({ value: one, label: deliveryStateWord(one, say) }))}
          />
          <Select
            allowClear
            size="small"
            className="w-200"
            placeholder={say('网格、社区', 'grid or community')}
            value={place || undefined}
            onChange={(next) => setPlace(next ?? '')}
            showSearch={{ optionFilterProp: 'label' }}
            options={[...names].map(([value, label]) => ({ value, label }))}
          />
        </span>
      }
    >
      {error && <ErrorBox error={error} again={again} compact />}
      <Table<DeliveryRow>
        size="small"
        virtual
        scroll={{ y: 300, x: 800 }}
        rowKey="id"
        loading={loading}
        dataSource={rows}
        pagination={false}
        locale={{ emptyText: <Empty title={say('没有这样的记录', 'No such delivery')} /> }}
        columns={[
          { title: say('通道', 'Channel'), width: 100, render: (_, row) => channelWord(row.channel, say) },
          { title: say('发给', 'To'), width: 160, className: 'ys-tabular', render: (_, row) => row.name ?? row.to },
          {
            title: say('网格', 'Grid'),
            width: 160,
            className: 'ys-tabular',
            render: (_, row) => row.placeName ?? names.get(row.place) ?? row.place,
          },
          {
            title: say('状态', 'State'),
            width: 120,
            render: (_, row) => <span className={`state state-${toneOf(row.state)}`}>{deliveryStateWord(row.state, say)}</span>,
          },
          { title: say('说明', 'Note'), render: (_, row) => row.reasonText ?? row.reason ?? '' },
          { title: say('时间', 'At'), width: 100, className: 'ys-tabular', render: (_, row) => clockTime(row.at) },
        ]}
      />
      <footer className="table-foot">
        <span className="muted ys-tabular">{say(`已读 ${count(rows.length)} 条`, `${count(rows.length)} read`)}</span>
        {more && (
          <Button size="small" loading={loading} onClick={more}>
            {say('再读 500 条', 'Read 500 more')}
          </Button>
        )}
      </footer>
    </Panel>
  )
}

function useDeliveries(alertId: string, filter: { channel: string | undefined; state: string | undefined; place: string }) {
  const [rows, setRows] = useState<DeliveryRow[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [loading, setLoading] = useState(false)
  const { channel, state, place } = filter
  const load = useCallback(
    async (after: string | null) => {
      const query = new URLSearchParams({ limit: '500' })
      if (channel) query.set('channel', channel)
      if (state) query.set('state', state)
      if (place.length >= 6) query.set('place', place)
      if (after) query.set('cursor', after)
      setLoading(true)
      try {
        const page = await read<Listing<DeliveryRow>>(`/api/alerts/${alertId}/deliveries?${query}`)
        setRows((now) => (after ? [...now, ...page.items] : page.items))
        setCursor(page.nextCursor ?? null)
        setError(null)
      } catch (problem) {
        if (problem instanceof ApiError) setError(problem)
      }
      setLoading(false)
    },
    [alertId, channel, state, place],
  )
  useEffect(() => {
    void load(null)
  }, [load])
  return { rows, error, loading, again: () => void load(null), more: cursor ? () => void load(cursor) : null }
}
