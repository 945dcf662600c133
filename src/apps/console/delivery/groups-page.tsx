import { Input, Segmented, Table } from 'antd'
import { useState } from 'react'
import type { Listing } from '../../shared/api-types.js'
import type { FieldBoard, GroupPost } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { useDesk, useFieldBoard } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { groupSums } from '../desk/told.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Figure, Page, Panel, SumBar } from '../layout/parts.js'

const rowsOf = (board: FieldBoard | undefined): GroupPost[] => {
  const groups = board?.groups
  return Array.isArray(groups) ? groups : (groups?.items ?? [])
}

/** Groups are posted to by people: how many have, and who has not. */
export function GroupsPage() {
  const say = useSay()
  const desk = useDesk()
  const board = useFieldBoard()
  const groups = useResource<Listing<GroupPost>>('/api/field/groups', { watch: /^(group|task|alert)/ })
  const [query, setQuery] = useState('')
  const [which, setWhich] = useState<'waiting' | 'posted' | 'all'>('waiting')
  const rows = groups.data?.items ?? rowsOf(board.data)
  // The board counts the groups whose robot was sent to as well; the list is of those that people post to.
  const sums = groupSums(desk.data, board.data)
  const byRobot = board.data?.groups && !Array.isArray(board.data.groups) ? board.data.groups.byRobot : undefined
  const shown = rows.filter(
    (row) =>
      (which === 'all' || row.posted === (which === 'posted')) &&
      `${row.name}${row.ownerName ?? ''}${row.placeName ?? ''}`.includes(query.trim()),
  )
  return (
    <Page
      title={say('居民群', 'Resident groups')}
      sub={say(
        '群消息由群主本人发:文字和图片送到群主手机上,发完按一下“已发”。有机器人的群自动发。',
        'Groups are posted to by their owners; those with a robot are sent by machine.',
      )}
    >
      <Panel title={say('进度', 'Progress')}>
        <div className="figures">
          <Figure size="large" label={say('已发', 'posted')} value={sums?.posted} of={sums?.total} tone="good" />
          <Figure
            size="large"
            label={say('未发', 'not yet')}
            value={sums ? sums.total - sums.posted : undefined}
            tone={sums && sums.total > sums.posted ? 'warn' : 'muted'}
          />
          {byRobot !== undefined && <Figure size="large" label={say('其中机器人已发', 'of them by robot')} value={byRobot} />}
        </div>
        {sums && (
          <SumBar
            total={sums.total}
            parts={[
              { value: sums.posted, tone: 'good', label: say('已发', 'posted') },
              { value: sums.total - sums.posted, tone: 'muted', label: say('未发', 'not yet') },
            ]}
          />
        )}
      </Panel>
      <Panel
        title={say('哪些群', 'Which groups')}
        count={shown.length}
        extra={
          <span className="chips">
            <ExportButton
              name={say('居民群', 'groups')}
              head={[say('群', 'group'), say('网格', 'grid'), say('群主', 'owner'), say('人数', 'members'), say('已发', 'posted')]}
              rows={() =>
                shown.map((row) => [
                  row.name,
                  row.placeName ?? row.place,
                  row.ownerName,
                  row.members,
                  row.posted ? minuteTime(row.postedAt) : '',
                ])
              }
            />
            <Segmented
              size="small"
              value={which}
              onChange={setWhich}
              options={[
                { value: 'waiting', label: say('还没发', 'Not yet') },
                { value: 'posted', label: say('已发', 'Posted') },
                { value: 'all', label: say('全部', 'All') },
              ]}
            />
            <Input
              allowClear
              size="small"
              className="w-160"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              placeholder={say('找群、群主', 'find a group')}
            />
          </span>
        }
      >
        <Table<GroupPost>
          size="small"
          rowKey={(row) => row.id ?? row.groupId ?? row.name}
          dataSource={shown}
          loading={groups.loading && board.loading}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          locale={{
            emptyText: (
              <Empty
                title={
                  which === 'waiting' && sums && sums.posted > 0
                    ? say('全部发完了', 'All posted')
                    : say('现在没有要发的群', 'Nothing to post now')
                }
              >
                {say('预警转发居民后,每个群主的手机上都会出现要发的文字。', 'After a relay each owner’s phone shows the text to post.')}
              </Empty>
            ),
          }}
          columns={[
            { title: say('群', 'Group'), render: (_, row) => <b>{row.name}</b> },
            { title: say('网格', 'Grid'), render: (_, row) => row.placeName ?? row.place },
            { title: say('群主', 'Owner'), render: (_, row) => (row.robot ? say('机器人', 'robot') : (row.ownerName ?? '—')) },
            { title: say('人数', 'Members'), align: 'right', className: 'ys-tabular', render: (_, row) => row.members ?? '—' },
            {
              title: say('状态', 'State'),
              render: (_, row) => (
                <span className={`state state-${row.posted ? 'good' : 'warn'}`}>
                  {row.posted ? say(`已发 ${minuteTime(row.postedAt)}`, `posted ${minuteTime(row.postedAt)}`) : say('未发', 'not yet')}
                </span>
              ),
            },
          ]}
        />
      </Panel>
    </Page>
  )
}
