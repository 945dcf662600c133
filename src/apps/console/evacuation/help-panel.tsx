import type { FieldBoard } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, millis } from '../../shared/times.js'
import { Empty, Panel } from '../layout/parts.js'

/** Every cry for help is a named task with a clock. */
export function HelpPanel({ board }: { board: FieldBoard | undefined }) {
  const say = useSay()
  const now = useServiceNow(1000)
  const tasks = (board?.helpTasks ?? []).filter((task) => task.state !== 'done' && !task.doneAt)
  return (
    <Panel title={say('求助', 'Help')} count={tasks.length}>
      {tasks.length === 0 && (
        <Empty title={say('没有未了的求助', 'No open cry for help')}>
          {say('居民按 2、网格员按“需协助”都会进到这里。', 'A resident pressing 2, or a worker pressing “needs help”, comes here.')}
        </Empty>
      )}
      <ul className="help-tasks">
        {tasks.map((task) => {
          const opened = millis(task.openedAt)
          const due = millis(task.dueAt)
          return (
            <li key={task.id} className={due !== null && due < now ? 'is-overdue' : ''}>
              <div>
                <b className="ys-tabular">{opened === null ? '—' : countdown(now - opened)}</b>
                <span>{task.title ?? task.label ?? task.placeName ?? task.place}</span>
                <small>
                  {task.ownerName ?? say('未指派', 'nobody yet')}
                  {due !== null &&
                    ` · ${due < now ? say('已超时', 'overdue') : say(`限 ${countdown(due - now)}`, `${countdown(due - now)} left`)}`}
                </small>
              </div>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
