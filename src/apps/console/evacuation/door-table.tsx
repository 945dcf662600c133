import { Input, Table } from 'antd'
import { useMemo, useState } from 'react'
import type { Door } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { Age, Empty } from '../layout/parts.js'
import { doorRank, doorStates, doorStateWord, doorTone } from './door-words.js'

/** Every door with its state; those who need somebody stand first. */
export function DoorTable({ doors }: { doors: Door[] | undefined }) {
  const say = useSay()
  const [query, setQuery] = useState('')
  const [state, setState] = useState<string | null>(null)
  const counts = useMemo(() => countStates(doors ?? []), [doors])
  const shown = useMemo(
    () =>
      (doors ?? [])
        .filter(
          (door) =>
            (state === null || door.state === state) &&
            `${door.label}${door.head ?? ''}${door.placeName}${door.helperName ?? ''}`.includes(query.trim()),
        )
        .sort((a, b) => doorRank(a) - doorRank(b)),
    [doors, query, state],
  )
  return (
    <section className="panel">
      <header className="panel-head">
        <h2>
          {say('逐户', 'Door by door')} <span className="panel-count ys-tabular">{doors?.length ?? '—'}</span>
        </h2>
        <div className="panel-extra chips">
          {doorStates
            .filter((one) => counts[one])
            .map((one) => (
              <button
                key={one}
                type="button"
                className={`chip-button chip-tone-${doorTone(one)}${state === one ? ' is-on' : ''}`}
                onClick={() => setState(state === one ? null : one)}
              >
                {doorStateWord(one, say)} <b className="ys-tabular">{counts[one]}</b>
              </button>
            ))}
          <Input
            allowClear
            size="small"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder={say('找门牌、户主', 'find a door')}
            className="w-160"
          />
        </div>
      </header>
      <Table<Door>
        size="small"
        rowKey="id"
        loading={doors === undefined}
        dataSource={shown}
        pagination={{ pageSize: 100, hideOnSinglePage: true }}
        rowClassName={(door) => `door-${doorTone(door.state)}`}
        locale={{
          emptyText: (
            <Empty title={say('没有这样的户', 'No such household')}>{say('清掉上面的筛选再看。', 'Clear the filter above.')}</Empty>
          ),
        }}
        columns={[
          {
            title: say('状态', 'State'),
            width: 128,
            render: (_, door) => <span className={`state state-${doorTone(door.state)}`}>{doorStateWord(door.state, say)}</span>,
          },
          {
            title: say('门牌', 'Door'),
            render: (_, door) => (
              <>
                <b>{door.label}</b>
                {!door.planned && <span className="chip chip-warn">{say('名单外', 'not listed')}</span>}
                {door.conflict && (
                  <span className="chip chip-bad" title={door.conflict}>
                    {say('两机说法不一', 'phones disagree')}
                  </span>
                )}
                <div className="muted small">
                  {door.placeName}
                  {door.because && ` · ${door.because}`}
                </div>
              </>
            ),
          },
          {
            title: say('户主', 'Head'),
            width: 110,
            render: (_, door) => (
              <>
                {door.head ?? '—'}
                <div className="muted small ys-tabular">{door.phone}</div>
              </>
            ),
          },
          { title: say('人数', 'People'), width: 70, align: 'right', className: 'ys-tabular', render: (_, door) => <People door={door} /> },
          {
            title: say('承办 → 安置点', 'With → shelter'),
            width: 170,
            render: (_, door) => (
              <>
                {door.helperName ?? say('未指派', 'nobody')}
                <div className="muted small">→ {door.shelterName ?? say('未定', 'not set')}</div>
              </>
            ),
          },
          {
            title: say('通知 · 离家 · 到达', 'Told · left · arrived'),
            width: 184,
            className: 'ys-tabular',
            render: (_, door) => (
              <>
                {minuteTime(door.toldAt)} · {minuteTime(door.leftAt)} · {minuteTime(door.arrivedAt)}
                {door.note && (
                  <div className="muted small clamp" title={door.note}>
                    {door.note}
                  </div>
                )}
                {door.returnApproved && (
                  <div className="small tone-good">{door.returnedAt ? say('已返回', 'returned') : say('已批准返回', 'may return')}</div>
                )}
              </>
            ),
          },
          { title: say('最近', 'Last'), width: 90, render: (_, door) => (door.at ? <Age at={door.at} /> : '—') },
        ]}
      />
    </section>
  )
}

function People({ door }: { door: Door }) {
  const changed = door.peoplePlanned !== undefined && door.planned && door.peoplePlanned !== door.people
  return (
    <>
      {door.people}
      {changed && (
        <div className="tone-warn small">
          {door.peoplePlanned}→{door.people}
        </div>
      )}
    </>
  )
}
function countStates(doors: Door[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const door of doors) counts[door.state] = (counts[door.state] ?? 0) + 1
  return counts
}
