import { Segmented, Table } from 'antd'
import { useState } from 'react'
import type { ShownTask } from '../../../fieldwork/show-task.js'
import { type Say, useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import type { Knocks } from './use-knocks.js'

const resultWord = (result: string | null, say: Say): string =>
  ({
    told: say('已告知', 'told'),
    moved: say('已转移', 'moved'),
    nobody: say('无人应门', 'nobody opened'),
    'needs-help': say('需协助', 'needs help'),
    done: say('已上门', 'done'),
  })[result ?? ''] ??
  result ??
  ''

/** The doors somebody goes to because no message got there, in the order one walks. */
export function KnocksTab({ knocks }: { knocks: Knocks }) {
  const say = useSay()
  const [which, setWhich] = useState<'open' | 'all'>('open')
  const shown = (knocks.tasks ?? []).filter((task) => which === 'all' || !task.doneAt)
  const stateOf = (task: ShownTask) =>
    task.doneAt
      ? { tone: task.result === 'nobody' ? 'bad' : 'good', words: `${resultWord(task.result, say)} ${minuteTime(task.doneAt)}` }
      : task.overdue
        ? { tone: 'bad', words: say(`超时,应于 ${minuteTime(task.dueAt)}`, `late, due ${minuteTime(task.dueAt)}`) }
        : task.takenBy
          ? { tone: 'accent', words: say(`${task.takenBy} 在去`, `${task.takenBy} is going`) }
          : { tone: 'warn', words: say(`待上门,${minuteTime(task.dueAt)} 前`, `open, by ${minuteTime(task.dueAt)}`) }
  const head = [say('网格', 'Grid'), say('门牌或人', 'Door or person'), say('为什么', 'Why'), say('谁去', 'Who goes'), say('状态', 'State')]
  return (
    <Panel
      title={say('上门名单(按走的顺序)', 'Doors, in walking order')}
      count={shown.length}
      extra={
        <span className="chips">
          <ExportButton
            name={say('上门名单', 'knocks')}
            head={head}
            rows={() => shown.map((task) => [task.placeName, task.label ?? task.title, task.note, task.assigneeName, stateOf(task).words])}
          />
          <Segmented
            size="small"
            value={which}
            onChange={setWhich}
            options={[
              { value: 'open', label: say('还没上门', 'Open') },
              { value: 'all', label: say('全部', 'All') },
            ]}
          />
        </span>
      }
    >
      <Loaded from={knocks.resource}>
        {() => (
          <Table<ShownTask>
            size="small"
            virtual
            scroll={{ y: 380, x: 800 }}
            rowKey="id"
            dataSource={shown}
            pagination={false}
            locale={{
              emptyText: (
                <Empty
                  title={knocks.tasks?.length ? say('都上过门了', 'Every door was knocked at') : say('没有要上门的', 'No door to knock at')}
                >
                  {say(
                    '没有联系方式的、叫不醒的,会自动出现在这里;按“派人上门”也会加进来。',
                    'Who has no contact or does not wake appears here by itself; “Send somebody” adds more.',
                  )}
                </Empty>
              ),
            }}
            columns={[
              { title: head[0], width: 170, render: (_, task) => task.placeName },
              {
                title: head[1],
                width: 240,
                render: (_, task) => (
                  <>
                    <b>{task.label ?? task.title}</b>
                    {(task.people ?? 0) > 1 && <small className="muted nowrap"> {say(`${task.people} 人`, `${task.people} people`)}</small>}
                  </>
                ),
              },
              { title: head[2], render: (_, task) => task.note },
              {
                title: head[3],
                width: 110,
                render: (_, task) => task.assigneeName ?? <b className="tone-bad">{say('待指派', 'nobody')}</b>,
              },
              {
                title: head[4],
                width: 160,
                className: 'ys-tabular',
                render: (_, task) => <span className={`state state-${stateOf(task).tone}`}>{stateOf(task).words}</span>,
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
