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
        <button type="button" className="button" onClick={() => done(task, 'moved', '')}>
          {say('已转移', 'Moved')}
        </button>
        <button type="button" className="button" onClick={() => done(task, 'nobody', '')}>
          {say('无人应门', 'Nobody opens')}
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
            {say('一句话记下情况', 'One sentence for the record')}
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
            {say('记下并办结', 'Note and finish')}
          </button>
        </Sheet>
      )}
    </>
  )
}

const noNumber = ['no-number', 'declined', 'moved'] as const

/** The new number goes into the register; what is known instead of one is said in a word. Never into a note. */
function CorrectNumberActions({ task }: { task: Shown }) {
  const say = useSay()
  const { corrected, works, done } = useTaskActions()
  const [asking, setAsking] = useState<'number' | 'none' | null>(null)
  const close = () => setAsking(null)
  const words = {
    'no-number': say('空号,没有新号码', 'Dead, and there is no other'),
    declined: say('拒绝提供', 'Would not tell'),
    moved: say('已经搬走', 'Has moved away'),
  }
  return (
    <>
      <button type="button" className="button primary" onClick={() => setAsking('number')}>
        {say('问到了新号码', 'I have the new number')}
      </button>
      <div className="row">
        <button type="button" className="button" onClick={() => works(task)}>
          {say('原号码能用', 'The old one works')}
        </button>
        <button type="button" className="button" onClick={() => setAsking('none')}>
          {say('没有号码…', 'No number …')}
        </button>
      </div>
      {asking === 'number' && <NumberSheet task={task} save={(phone) => corrected(task, phone)} close={close} />}
      {asking === 'none' && (
        <Sheet title={say('没有新号码,因为', 'No new number, because')} onClose={close}>
          {noNumber.map((result) => (
            <button
              key={result}
              type="button"
              className="button"
              onClick={() => {
                done(task, result, '')
                close()
              }}
            >
              {words[result]}
            </button>
          ))}
          <p className="small quiet">
            {say('名册里不会删人:以后有预警,这一户由人上门通知。', 'Nobody is struck off: with the next warning somebody knocks here.')}
          </p>
        </Sheet>
      )}
    </>
  )
}

/** 162 0099 0001: in the groups numbers are spoken in. */
const spoken = (digits: string): string =>
  /^1\d{10}$/.test(digits) ? `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}` : digits

function NumberSheet({ task, save, close }: { task: Shown; save: (phone: string) => void; close: () => void }) {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const digits = typed.replace(/\D/g, '')
  // The service judges the number; here only what cannot be one is held back, so that it is caught at the door.
  const short = digits.startsWith('1') ? digits.length !== 11 : digits.length < 10 || digits.length > 12
  return (
    <Sheet title={task.label ?? task.title} onClose={close}>
      <label className="entry">
        {say('新号码', 'The new number')}
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          maxLength={20}
          placeholder={say('手机 11 位,座机带区号', '11 digits, or a landline with its area code')}
        />
      </label>
      <output className="spoken">{spoken(digits)}</output>
      <p className="small quiet">
        {digits !== '' && short
          ? say(
              `现在 ${digits.length} 位。手机 11 位;座机要带区号,如 023。`,
              `${digits.length} digits so far. A mobile has 11; a landline needs its area code.`,
            )
          : say('念一遍给对方听,再保存。', 'Read it back to them, then save.')}
      </p>
      <button
        type="button"
        className="button primary"
        disabled={short}
        onClick={() => {
          save(digits)
          close()
        }}
      >
        {say('核对无误,写进名册', 'Checked: write it into the register')}
      </button>
    </Sheet>
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
