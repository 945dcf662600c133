import type { FieldBoard, FieldTask } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, millis } from '../../shared/times.js'
import { relationWord } from '../data/words.js'
import { Empty, Panel } from '../layout/parts.js'
import { Link } from '../router.js'

export const openHelpTasks = (tasks: FieldTask[]) => tasks.filter((task) => task.state !== 'done' && !task.doneAt)

/** Every cry for help is a named task with a clock. */
export function HelpPanel({ board }: { board: FieldBoard | undefined }) {
  const say = useSay()
  const tasks = openHelpTasks(board?.helpTasks ?? [])
  return (
    <Panel title={say('求助', 'Help')} count={tasks.length}>
      {tasks.length === 0 && (
        <Empty title={say('没有未了的求助', 'No open cry for help')}>
          {say('居民按 2、网格员按“需协助”都会进到这里。', 'A resident pressing 2, or a worker pressing “needs help”, comes here.')}
        </Empty>
      )}
      <HelpList tasks={tasks} full />
      {tasks.length > 0 && (
        <p className="muted small">
          {say('承办人在手机上办结后,从这里消失。', 'It leaves this list when its owner closes it on the phone.')}
        </p>
      )}
    </Panel>
  )
}

/** How long they have waited, where, and whose it is; in full also how to call back and whether somebody is on the way. */
export function HelpList({ tasks, full }: { tasks: FieldTask[]; full?: boolean }) {
  const say = useSay()
  const now = useServiceNow(1000)
  return (
    <ul className={`help-tasks${full ? ' help-full' : ''}`}>
      {tasks.map((task) => {
        const opened = millis(task.openedAt)
        const line = (
          <>
            <b className="ys-tabular">{opened === null ? '—' : countdown(now - opened)}</b>
            <span>{task.label ?? task.title ?? task.placeName ?? task.place}</span>
            <small className={task.ownerName ? '' : 'tone-bad'}>{task.ownerName ?? say('未指派', 'nobody yet')}</small>
          </>
        )
        return (
          <li key={task.id} className={(millis(task.dueAt) ?? now) < now ? 'is-overdue' : ''}>
            {full ? <div>{line}</div> : <Link to="/evacuation?show=help">{line}</Link>}
            {full && <HelpFacts task={task} now={now} />}
          </li>
        )
      })}
    </ul>
  )
}

function HelpFacts({ task, now }: { task: FieldTask; now: number }) {
  const say = useSay()
  const due = millis(task.dueAt)
  const phone = task.phones?.[0]
  const left = due === null ? null : countdown(Math.abs(due - now))
  const facts = [
    left && (due! < now ? say(`已超时 ${left}`, `${left} overdue`) : say(`还剩 ${left}`, `${left} left`)),
    task.toldName && say(`已告知求助人:派${task.toldName}前来`, `who asked was told: ${task.toldName} was sent`),
    task.takenBy ? say(`${task.takenBy} 已接手`, `${task.takenBy} is on it`) : say('还没有人接手', 'nobody is on it yet'),
    task.placeName,
    task.people ? say(`${task.people} 人`, `${task.people} people`) : null,
    phone && `${phone.number} ${relationWord(phone.relation, say)}`,
    (task.asked ?? 1) > 1 && say(`已求助 ${task.asked} 次`, `asked ${task.asked} times`),
    task.note,
  ]
  return <p className="muted small">{facts.filter(Boolean).join(' · ')}</p>
}
