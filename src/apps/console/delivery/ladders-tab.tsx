import { Segmented, Table } from 'antd'
import { useState } from 'react'
import type { LadderAnswer } from '../../../delivery/progress-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { type Say, useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { clockTime, countdown, millis, minuteTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import type { Knocks } from './use-knocks.js'

type Ladder = LadderAnswer
const awake = (ladder: Ladder) => ladder.state === 'answered' || ladder.state === 'deputy-answered'

/** 叫应: one line per responsible person. What was tried, what comes next and when, who answered what. */
export function LaddersTab({ alertId, knocks }: { alertId: string; knocks: Knocks }) {
  const say = useSay()
  const ladders = useResource<Listing<Ladder>>(`/api/alerts/${alertId}/ladders`, { watch: /^(ladder|answer|alert)/ })
  const [which, setWhich] = useState<'asleep' | 'all'>('all')
  const rows = (ladders.data?.items ?? []).filter((one) => which === 'all' || !awake(one))
  const head = [say('责任人', 'Person'), say('网格', 'Grid'), say('状态', 'State'), say('叫应经过', 'Steps'), say('答复', 'Answer')]
  return (
    <Panel
      title={say('叫应(每个责任人)', 'The ladder of every responsible person')}
      count={rows.length}
      extra={
        <span className="chips">
          <ExportButton
            name={say('叫应', 'ladders')}
            head={head}
            rows={() =>
              rows.map((l) => [`${l.post} ${l.name}`, l.placeName, stateWords(l, say).words, stepsWords(l, say), answerWords(l, say)])
            }
          />
          <Segmented
            size="small"
            value={which}
            onChange={setWhich}
            options={[
              { value: 'all', label: say('全部', 'All') },
              { value: 'asleep', label: say('还没应答', 'Not answered') },
            ]}
          />
        </span>
      }
    >
      <Loaded from={ladders}>
        {() => (
          <Table<Ladder>
            size="small"
            virtual
            scroll={{ y: 380, x: 900 }}
            rowKey="id"
            dataSource={rows}
            pagination={false}
            locale={{
              emptyText: (
                <Empty
                  title={
                    which === 'asleep' && ladders.data?.items.length
                      ? say('都应答了', 'Everybody has answered')
                      : say('没有叫应', 'Nobody is called')
                  }
                >
                  {say(
                    '红色、橙色预警发给责任人时,每人一条叫应:呼叫、再呼叫、代理人、上门。',
                    'A red or orange alert to staff opens a ladder for each: call, call again, deputy, knock.',
                  )}
                </Empty>
              ),
            }}
            columns={[
              {
                title: head[0],
                width: 170,
                render: (_, l) => (
                  <>
                    <b>{l.name}</b> <span className="muted">{l.post}</span>
                  </>
                ),
              },
              { title: head[1], width: 160, render: (_, l) => l.placeName },
              {
                title: head[2],
                width: 150,
                render: (_, l) => <span className={`state state-${stateWords(l, say).tone}`}>{stateWords(l, say).words}</span>,
              },
              { title: head[3], render: (_, l) => <Steps ladder={l} door={knocks.tasks?.find((task) => task.staffId === l.staffId)} /> },
              { title: head[4], width: 230, className: 'ys-tabular', render: (_, l) => answerWords(l, say) },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function Steps({ ladder, door }: { ladder: Ladder; door: { assigneeName: string | null; doneAt: string | null } | undefined }) {
  const say = useSay()
  const now = useServiceNow(1000)
  const next = millis(ladder.nextAt)
  return (
    <span className="steps">
      <i className="step is-taken">{say('呼叫', 'call')}</i>
      {ladder.rungs.map((rung, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step may stand in the ladder twice
        <i key={index} className={`step${index < ladder.step ? ' is-taken' : index === ladder.step && next !== null ? ' is-next' : ''}`}>
          {rungWord(rung, say)}
          {index === ladder.step && next !== null && <b className="ys-tabular"> {countdown(Math.max(0, next - now))}</b>}
        </i>
      ))}
      {door && (
        <small className={door.doneAt ? 'muted' : 'tone-warn'}>
          {door.assigneeName ?? say('待指派', 'nobody')} {door.doneAt ? say('已上门', 'has knocked') : say('在去敲门', 'goes there')}
        </small>
      )}
    </span>
  )
}

/** The policy names its steps in the words of the place; a reader of English reads what they do. */
const rungWord = (rung: Ladder['rungs'][number], say: Say): string =>
  say(
    rung.name,
    { knock: 'knock', 'call-again': 'call again', 'call-deputy': 'call the deputy', 'call-others': 'call others' }[rung.action],
  )

const stateWords = (l: Ladder, say: Say): { tone: string; words: string } =>
  ({
    waiting: { tone: 'warn', words: say('等待应答', 'waiting') },
    answered: { tone: 'good', words: say('已应答', 'answered') },
    'deputy-answered': { tone: 'good', words: say('他人代答', 'answered for them') },
    'not-answered': { tone: 'bad', words: say('未叫醒,已派上门', 'not woken: a knock') },
    stopped: { tone: 'muted', words: say('预警结束,不再呼叫', 'the alert ended') },
  })[l.state]

const stepsWords = (l: Ladder, say: Say): string =>
  [say('呼叫', 'call'), ...l.rungs.slice(0, l.step).map((rung) => rungWord(rung, say))].join(' → ')

/** Staff keys: 1 收到,立即到岗 · 2 请求支援 · 3 无法到岗. */
const keyWords = (answer: string | null, say: Say): string =>
  ({ '1': say('收到,立即到岗', 'coming at once'), '2': say('请求支援', 'asks for support'), '3': say('无法到岗', 'cannot come') })[
    answer ?? ''
  ] ??
  answer ??
  ''

function answerWords(l: Ladder, say: Say): string {
  const stands = l.calls
    .filter((c) => c.answeredAt)
    .map((c) => `${c.post} ${c.name} ${minuteTime(c.answeredAt)} ${keyWords(c.answer, say)}`)
  if (l.state === 'deputy-answered') return stands.join(say(';', '; '))
  const called = l.calls
    .filter((c) => !c.answeredAt)
    .map((c) => say(`已叫 ${c.name} ${minuteTime(c.calledAt)}`, `${c.name} called ${minuteTime(c.calledAt)}`))
  if (l.answeredAt) return `${clockTime(l.answeredAt)} ${keyWords(l.answer, say) || say('已应答', 'answered')}`
  return [...stands, ...called].join(say(';', '; ')) || '—'
}
