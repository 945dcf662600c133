import { Input, Table } from 'antd'
import { useState } from 'react'
import type { GroupAnswer } from '../../../register/edit/thing-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { useGrids, usePlaceNames } from '../map/map-data.js'
import { Link } from '../router.js'
import { ThingTable } from './thing-table.js'

/** What each grid holds, and the chats that reach it. */
export function GroupsTab() {
  return (
    <>
      <Grids />
      <Groups />
    </>
  )
}

function Grids() {
  const say = useSay()
  const grids = useGrids()
  const groups = useResource<Listing<GroupAnswer>>('/api/register/groups', { everyMs: 0 })
  const [words, setWords] = useState('')
  const wanted = words.trim()
  const items = (grids.data?.features ?? []).map((f) => f.properties).filter((g) => g.name.includes(wanted))
  const own = (place: string) =>
    groups.data?.items.filter((g) => (g.grids.length > 0 ? g.grids.includes(place) : place.startsWith(g.place))).length
  return (
    <Panel
      title={say('网格', 'Grids')}
      count={grids.data ? items.length : undefined}
      extra={
        <Input
          size="small"
          allowClear
          className="w-160"
          value={words}
          placeholder={say('查找', 'Find')}
          aria-label={say('在网格里查找', 'Find a grid')}
          onChange={(event) => setWords(event.target.value)}
        />
      }
    >
      <Loaded from={grids}>
        {() => (
          <Table
            size="small"
            rowKey="place"
            dataSource={items}
            pagination={items.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
            locale={{
              emptyText: (
                <Empty title={say('没有网格', 'No grids')}>
                  {say('在“导入导出”里放一份网格边界。', 'Import outlines of grids first.')}
                </Empty>
              ),
            }}
            columns={[
              { title: say('网格', 'Grid'), dataIndex: 'name' },
              { title: say('代码', 'Code'), dataIndex: 'place', className: 'ys-tabular' },
              { title: say('户', 'Households'), dataIndex: 'households', className: 'ys-tabular' },
              { title: say('人', 'People'), dataIndex: 'people', className: 'ys-tabular' },
              {
                title: say('居民群', 'Groups'),
                render: (_, g) => (own(g.place) === 0 ? <span className="tone-bad">{say('没有群', 'none')}</span> : own(g.place)),
              },
              { title: '', render: (_, g) => <Link to={`/map?grid=${g.place}`}>{say('看地图', 'Map')}</Link> },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

/** The chats of residents, each with the grid it speaks to and the person who posts. */
function Groups() {
  const say = useSay()
  const names = usePlaceNames()
  const groups = useResource<Listing<GroupAnswer>>('/api/register/groups', { watch: /^(group|staff|register)\./, everyMs: 0 })
  const platform = (p: string) => (p === 'wecom' ? say('企业微信', 'WeCom') : say('微信', 'WeChat'))
  const nobody = say('没有群主', 'nobody')
  return (
    <ThingTable
      title={say('居民群', 'Residents’ groups')}
      add={say('新登记一个群', 'Add a group')}
      from={groups}
      path="/api/register/groups"
      teach={say('登记每个网格的居民群和群主,预警时群主一分钟内收到要转的文字。', 'The owner gets the words to post within a minute.')}
      columns={[
        { heading: say('群名', 'Group'), words: (g) => g.name },
        {
          heading: say('网格或社区', 'Grid or community'),
          words: (g) => (g.grids.length > 0 ? g.grids : [g.place]).map((place) => names.get(place) ?? place).join(say('、', ', ')),
        },
        { heading: say('平台', 'Platform'), words: (g) => platform(g.platform) },
        { heading: say('怎么发', 'Posted by'), words: (g) => (g.robot ? say('机器人', 'robot') : say('群主转发', 'its owner')) },
        {
          heading: say('群主', 'Owner'),
          words: (g) => g.owner?.name ?? nobody,
          show: (g) => g.owner?.name ?? <span className="tone-bad">{nobody}</span>,
        },
        { heading: say('人数', 'Members'), words: (g) => String(g.members) },
      ]}
      fields={[
        { name: 'name', label: say('群名', 'Group'), as: 'text' },
        {
          name: 'platform',
          label: say('平台', 'Platform'),
          as: 'choice',
          options: ['wechat', 'wecom'].map((value) => ({ value, label: platform(value) })),
        },
        { name: 'ownerId', label: say('群主', 'Owner'), as: 'staff' },
        { name: 'grids', label: say('发给哪些网格', 'Grids it speaks to'), as: 'grids' },
        { name: 'members', label: say('人数', 'Members'), as: 'number' },
      ]}
      toForm={(g) => ({ ownerId: g.owner?.id ?? null })}
    />
  )
}
