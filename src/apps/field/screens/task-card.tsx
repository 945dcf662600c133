import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { countdown, minuteTime } from '../../shared/times.js'
import type { FieldTask } from '../model/field-copy.js'
import { CallButton } from '../parts/call-button.js'
import { Choice } from '../parts/choice.js'
import { Sheet } from '../parts/sheet.js'
import { useTaskActions } from '../state/use-actions.js'

type Shown = FieldTask & { pending: number }

/** Minutes left, or how long it is overdue: the clock of one task. */
function DueChip({ task, now }: { task: Shown; now: number }) {
  const say = useSay()
  if (task.dueAt === null) return null
  const left = Date.parse(task.dueAt) - now
  return left < 0 ? (
    <span className="chip grave">{say(`超时 ${countdown(-left)}`, `${countdown(-left)} late`)}</span>
  ) : (
    <span className={`chip ${left < 5 * 60_000 ? 'warn' : ''}`}>{say(`还有 ${countdown(left)}`, `${countdown(left)} left`)}</span>
  )
}

const kindWords: Record<FieldTask['kind'], readonly [string, string]> = {
  help: ['求助', 'Call for help'],
  knock: ['上门通知', 'Knock'],
  watch: ['查看隐患点', 'Watch'],
  incident: ['事件', 'Incident'],
  'group-post': ['群发', 'Group post'],
  'correct-number': ['更正号码', 'Correct a number'],
}

function WatchActions({ task }: { task: Shown }) {
  const say = useSay()
  const { looked } = useTaskActions()
  const [asking, setAsking] = useState(false)
  const [reading, setReading] = useState('')
  return (
    <>
      <button type="button" className="button primary" onClick={() => looked(task, 'good', '')}>
        {say('看过了,没有异常', 'Looked: all is well')}
      </button>
      <button type="button" className="button grave" onClick={() => setAsking(true)}>
        {say('有异常(积水、裂缝…)', 'Something is wrong (water, cracks …)')}
      </button>
      {asking && (
        <Sheet title={task.title} onClose={() => setAsking(false)}>
          <label className="entry">
            {say('看到什么(如:水深 20 厘米)', 'What you see (e.g. water 20 cm deep)')}
            <input value={reading} onChange={(event) => setReading(event.target.value)} maxLength={200} />
          </label>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              looked(task, 'bad', reading.trim())
              setAsking(false)
            }}
          >
            {say('报给值班台', 'Report to the desk')}
          </button>
        </Sheet>
      )}
    </>
  )
}

function KnockActions({ task }: { task: Shown }) {
  const say = useSay()
  const { done } = useTaskActions()
  return (
    <>
      <button type="button" className="button primary" onClick={() => done(task, 'told', '')}>
        {say('已当面通知', 'Told in person')}
      </button>
      <div className="row">
        <button type="button" className="button" onClick={() => done(task, 'nobody', '')}>
          {say('无人应门', 'No answer')}
        </button>
        <button type="button" className="button grave" onClick={() => done(task, 'needs-help', '')}>
          {say('需要帮助', 'Needs help')}
        </button>
      </div>
    </>
  )
}

function HelpActions({ task }: { task: Shown }) {
  const say = useSay()
  const { take, done } = useTaskActions()
  const [asking, setAsking] = useState(false)
  const [result, setResult] = useState<'helped' | 'passed-on' | 'nobody'>('helped')
  const [note, setNote] = useState('')
  return (
    <>
      {task.takenBy === null ? (
        <button type="button" className="button primary" onClick={() => take(task)}>
          {say('我去', 'I am going')}
        </button>
      ) : (
        <button type="button" className="button primary" onClick={() => setAsking(true)}>
          {say('回复办理结果', 'Answer what was done')}
        </button>
      )}
      {asking && (
        <Sheet title={say('办理结果', 'What was done')} onClose={() => setAsking(false)}>
          <Choice
            options={[
              { value: 'helped', words: say('已帮到', 'Helped') },
              { value: 'passed-on', words: say('转给别人', 'Passed on') },
              { value: 'nobody', words: say('没找到人', 'Nobody found') },
            ]}
            value={result}
            onChange={setResult}
          />
          <label className="entry">
            {say('一句话告诉求助的人', 'One sentence for who asked')}
            <input
              value={note}
              onChange={(event) => setNote(event.target.value)}
              maxLength={200}
              placeholder={say('如:已扶到二楼,邻居陪着', 'e.g. on the second floor now, a neighbour is there')}
            />
          </label>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              done(task, result, note.trim())
              setAsking(false)
            }}
          >
            {say('回复并办结', 'Answer and finish')}
          </button>
        </Sheet>
      )}
    </>
  )
}

/** The number itself is written on the register's page, never into a note: it closes the task by itself. */
function CorrectNumberActions({ task }: { task: Shown }) {
  const say = useSay()
  const { done } = useTaskActions()
  return (
    <>
      <p className="small">
        {say(
          '当面问清新号码,请社区在名册里改好,这一条就自动办结。',
          'Ask for the new number; once the community has written it into the register this ends by itself.',
        )}
      </p>
      <button type="button" className="button" onClick={() => done(task, 'no-number', '')}>
        {say('问过了,没有别的号码', 'Asked: there is no other number')}
      </button>
    </>
  )
}

export function TaskCard({ task, now }: { task: Shown; now: number }) {
  const say = useSay()
  const [zh, en] = kindWords[task.kind]
  return (
    <section className={`card task task-${task.kind}`}>
      <p className="card-title">
        <span>
          {say(zh, en)} · {task.placeName}
          {task.pending > 0 && <b className="quiet"> ⇅</b>}
        </span>
        <DueChip task={task} now={now} />
      </p>
      <h2 className="task-title">{task.title}</h2>
      {task.note !== null && <p className="small">{task.note}</p>}
      {task.kind === 'watch' && (
        <p className="small quiet">
          {task.lastDoneAt === null
            ? say('还没有人看过', 'nobody has looked yet')
            : say(`上次 ${minuteTime(task.lastDoneAt)}`, `last looked ${minuteTime(task.lastDoneAt)}`)}
          {task.reading !== null && ` · ${task.reading}`}
          {task.verdict === 'bad' && <b className="bad"> {say('有异常', 'not well')}</b>}
        </p>
      )}
      {task.phones.map((phone) => (
        <CallButton key={phone.number} phone={phone} householdId={task.householdId} />
      ))}
      {task.kind === 'watch' ? (
        <WatchActions task={task} />
      ) : task.kind === 'knock' ? (
        <KnockActions task={task} />
      ) : task.kind === 'correct-number' ? (
        <CorrectNumberActions task={task} />
      ) : (
        <HelpActions task={task} />
      )}
    </section>
  )
}
