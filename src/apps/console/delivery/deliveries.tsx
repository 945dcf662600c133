import { Button, Select, Table } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { ApiError, read } from '../../shared/api.js'
import type { Channel, Delivery, Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { channelWord } from '../data/words.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, ErrorBox, Panel } from '../layout/parts.js'
import { usePlaceNames } from '../map/map-data.js'

const order: Channel[] = ['sms', 'voice', 'push', 'group']

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

export function Deliveries({ alertId }: { alertId: string }) {
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
          <ExportButton
            name={say('逐条送达', 'deliveries')}
            head={[
              say('通道', 'channel'),
              say('发给', 'to'),
              say('网格', 'grid'),
              say('状态', 'state'),
              say('说明', 'note'),
              say('时间', 'at'),
            ]}
            rows={() =>
              rows.map((row) => [
                channelWord(row.channel, say),
                row.to,
                names.get(row.place) ?? row.place,
                deliveryStateWord(row.state, say),
                row.reasonText,
                row.at,
              ])
            }
          />
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
