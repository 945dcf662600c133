import { Button, Input, Select, Table } from 'antd'
import { useState } from 'react'
import type { DeliveryAnswer } from '../../../delivery/delivery-routes.js'
import type { Channel } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { channelWord } from '../data/words.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, ErrorBox, Panel } from '../layout/parts.js'
import { usePlaceNames } from '../map/map-data.js'
import { DeliveryDrawer } from './delivery-drawer.js'
import { deliveryStates, deliveryStateWord, deliveryTone, gradeWord, wayWord } from './delivery-words.js'
import { type DeliveryFilter, useDeliveries } from './use-deliveries.js'

const order: Channel[] = ['sms', 'voice', 'push', 'group']

interface DeliveriesProps {
  alertId: string
  filter: DeliveryFilter
  /** What the reason of the filter says, in words. */
  reasonText: string | undefined
  change: (filter: DeliveryFilter) => void
}

/** One by one: found by channel, state, grid, reason, door, name or the end of a number. Enter or a click opens one. */
export function Deliveries({ alertId, filter, reasonText, change }: DeliveriesProps) {
  const say = useSay()
  const [words, setWords] = useState('')
  const [open, setOpen] = useState<number | null>(null)
  const names = usePlaceNames()
  const { rows, error, loading, more, again } = useDeliveries(alertId, { ...filter, ...(words ? { words } : {}) })
  const filtered = Boolean(filter.channel ?? filter.state ?? filter.place ?? filter.reason) || words !== ''
  return (
    <Panel
      className="delivery-table"
      title={say('逐条', 'One by one')}
      extra={
        <span className="chips">
          <Input.Search
            allowClear
            size="small"
            className="w-200"
            placeholder={say('门牌、姓名、号码后四位', 'door, name, end of a number')}
            aria-label={say('找人', 'find somebody')}
            onSearch={(text) => setWords(text.trim())}
          />
          <Select
            allowClear
            size="small"
            className="w-120"
            placeholder={say('通道', 'channel')}
            value={filter.channel}
            onChange={(channel) => change({ ...filter, channel })}
            options={order.map((one) => ({ value: one, label: channelWord(one, say) }))}
          />
          <Select
            allowClear
            size="small"
            className="w-120"
            placeholder={say('状态', 'state')}
            value={filter.state}
            onChange={(state) => change({ ...filter, state })}
            options={deliveryStates.map((one) => ({
              value: one.state,
              label: say(one.zh, one.en),
              title: say(one.meansZh, one.meansEn),
            }))}
          />
          <Select
            allowClear
            size="small"
            className="w-160"
            placeholder={say('网格、社区', 'grid or community')}
            value={filter.place}
            onChange={(place) => change({ ...filter, place })}
            showSearch={{ optionFilterProp: 'label' }}
            options={[...names].map(([value, label]) => ({ value, label }))}
          />
          <ExportDeliveries rows={rows} names={names} />
        </span>
      }
    >
      {filter.reason && (
        <p className="note">
          {say('只看:', 'Only: ')}
          <b>{reasonText ?? filter.reason}</b>{' '}
          <button type="button" className="plain-button note-button" onClick={() => change({})}>
            {say('看全部', 'show all')}
          </button>
        </p>
      )}
      {error && <ErrorBox error={error} again={again} compact />}
      <Table<DeliveryAnswer>
        size="small"
        virtual
        scroll={{ y: 360, x: 900 }}
        rowKey="id"
        loading={loading}
        dataSource={rows}
        pagination={false}
        rowClassName="row-link"
        onRow={(row) => ({
          tabIndex: 0,
          onClick: () => setOpen(row.id),
          onKeyDown: (event) => {
            if (event.key === 'Enter') setOpen(row.id)
          },
        })}
        locale={{
          emptyText: (
            <Empty title={filtered ? say('没有这样的记录', 'No such delivery') : say('还没有发出', 'Nothing was sent yet')}>
              {filtered
                ? say('去掉一个条件再看。', 'Take one condition away.')
                : say('发出后,每个人每个通道一行,直到有下落。', 'After an issue there is a row per person and channel.')}
            </Empty>
          ),
        }}
        columns={[
          {
            title: say('发给', 'To'),
            width: 230,
            render: (_, row) => row.who ?? <span className="muted">{say('名册不可见', 'not for your post')}</span>,
          },
          { title: say('号码', 'Number'), width: 120, className: 'ys-tabular', render: (_, row) => (/\d/.test(row.to) ? row.to : '—') },
          { title: say('网格', 'Grid'), width: 150, render: (_, row) => names.get(row.place) ?? row.place },
          {
            title: say('通道', 'Channel'),
            width: 130,
            render: (_, row) => wayWord(row, say),
          },
          {
            title: say('状态', 'State'),
            width: 100,
            render: (_, row) => (
              <span className={`state state-${deliveryTone(row.state)}`} title={say(row.stateText, row.stateTextEn)}>
                {deliveryStateWord(row.state, say)}
              </span>
            ),
          },
          {
            title: say('知道到哪一步,或为什么没有', 'How far, or why not'),
            render: (_, row) => say(row.reasonText ?? '', row.reasonTextEn ?? '') || gradeWord(row.grade, say),
          },
          { title: say('时间', 'At'), width: 90, className: 'ys-tabular', render: (_, row) => clockTime(row.at) },
        ]}
      />
      <footer className="table-foot">
        <span className="muted ys-tabular">
          {more
            ? say(`先读 ${count(rows.length)} 条,下面还有`, `${count(rows.length)} read, there are more`)
            : say(`共 ${count(rows.length)} 条`, `${count(rows.length)} in all`)}
        </span>
        {more && (
          <Button size="small" loading={loading} onClick={more}>
            {say('再读 500 条', 'Read 500 more')}
          </Button>
        )}
      </footer>
      <DeliveryDrawer alertId={alertId} id={open} open={setOpen} close={() => setOpen(null)} />
    </Panel>
  )
}

function ExportDeliveries({ rows, names }: { rows: DeliveryAnswer[]; names: Map<string, string> }) {
  const say = useSay()
  return (
    <ExportButton
      name={say('逐条送达', 'deliveries')}
      head={[
        ...[say('发给', 'to'), say('号码', 'number'), say('网格', 'grid'), say('通道', 'channel')],
        ...[say('状态', 'state'), say('知道到哪一步', 'grade'), say('说明', 'note'), say('时间', 'at')],
      ]}
      rows={() =>
        rows.map((row) => [
          ...[row.who, row.to, names.get(row.place) ?? row.place, wayWord(row, say)],
          ...[deliveryStateWord(row.state, say), gradeWord(row.grade, say), say(row.reasonText ?? '', row.reasonTextEn ?? ''), row.at],
        ])
      }
    />
  )
}
