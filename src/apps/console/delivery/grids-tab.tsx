import { Input, Table } from 'antd'
import { useMemo, useState } from 'react'
import type { ReachAnswer } from '../../../delivery/progress-routes.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { sharesOf } from '../alert/ladder-panel.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Panel, SumBar } from '../layout/parts.js'
import { Link } from '../router.js'

type Grid = ReachAnswer['items'][number]

/** Grid by grid, those first where most are missing; a press shows the deliveries of that grid. */
export function GridsTab({ alertId, reach, open }: { alertId: string; reach: ReachAnswer | undefined; open: (place: string) => void }) {
  const say = useSay()
  const [query, setQuery] = useState('')
  const shown = useMemo(() => (reach?.items ?? []).filter((grid) => grid.placeName.includes(query.trim())), [reach, query])
  const numbers: [keyof Grid & string, string][] = [
    ['planned', say('应通知', 'Planned')],
    ['accepted', say('已送出', 'Sent')],
    ['delivered', say('有回执', 'Receipt')],
    ['answered', say('有回应', 'Answered')],
    ['waiting', say('等待', 'Waiting')],
    ['failed', say('未送达', 'Failed')],
    ['unknown', say('待查', 'Unknown')],
  ]
  return (
    <Panel
      title={say('按网格', 'By grid')}
      count={shown.length}
      extra={
        <span className="chips">
          <Link to={`/map?alert=${alertId}&look=reach`}>{say('在地图上看', 'On the map')} ›</Link>
          <ExportButton
            name={say('按网格', 'by-grid')}
            head={[say('网格', 'Grid'), ...numbers.map(([, word]) => word)]}
            rows={() => shown.map((grid) => [grid.placeName, ...numbers.map(([key]) => grid[key] as number)])}
          />
          <Input
            allowClear
            size="small"
            className="w-160"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder={say('找网格', 'find a grid')}
          />
        </span>
      }
    >
      <Table<Grid>
        size="small"
        virtual
        scroll={{ y: 380, x: 900 }}
        rowKey="place"
        loading={reach === undefined}
        dataSource={shown}
        pagination={false}
        locale={{
          emptyText: (
            <Empty title={say('没有这样的网格', 'No such grid')}>
              {say('发出后,每个网格到了多少、差多少,显示在这里。', 'After an issue each grid shows here, with what is missing.')}
            </Empty>
          ),
        }}
        columns={[
          {
            title: say('网格', 'Grid'),
            width: 190,
            render: (_, grid) => (
              <button type="button" className="plain-button" onClick={() => open(grid.place)}>
                {grid.placeName}
              </button>
            ),
          },
          { title: say('进度', 'Progress'), render: (_, grid) => <SumBar total={grid.planned} parts={sharesOf(grid, say)} /> },
          ...numbers.map(([key, title]) => ({
            title,
            width: 84,
            align: 'right' as const,
            className: 'ys-tabular',
            sorter: (a: Grid, b: Grid) => (a[key] as number) - (b[key] as number),
            render: (_: unknown, grid: Grid) => <span className={toneOf(key, grid[key] as number)}>{count(grid[key] as number)}</span>,
          })),
        ]}
      />
    </Panel>
  )
}

const toneOf = (key: string, value: number): string =>
  value === 0 ? 'muted' : key === 'failed' ? 'tone-bad' : key === 'unknown' ? 'tone-warn' : ''
