import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { byUrgency } from '../model/task-overlay.js'
import { Empty } from '../parts/empty.js'
import { TopBar } from '../parts/top-bar.js'
import { useField } from '../state/field-context.js'
import { IncidentSheet } from './incident.js'
import { TaskCard } from './task-card.js'

export function TasksPage() {
  const say = useSay()
  const { tasks } = useField()
  const now = useServiceNow(5000)
  const [reporting, setReporting] = useState(false)
  const mine = tasks.filter((task) => task.kind !== 'group-post')
  const open = mine.filter((task) => task.doneAt === null).sort(byUrgency(now))
  const done = mine.filter((task) => task.doneAt !== null)
  return (
    <>
      <TopBar title={say('任务', 'Tasks')} under={say('求助、上门、查看隐患点', 'calls for help, knocks, points to watch')} />
      <main className="page">
        {open.map((task) => (
          <TaskCard key={task.id} task={task} now={now} />
        ))}
        {open.length === 0 && (
          <Empty icon="tasks" title={say('没有待办任务', 'Nothing to do now')}>
            <p>
              {say('有人求助、叫不应、隐患点要看时,会出现在这里。', 'Calls for help, people not woken and points to look at appear here.')}
            </p>
          </Empty>
        )}
        {done.length > 0 && (
          <section>
            <h2 className="section">
              <span>{say('已办结', 'Done')}</span>
              <span className="quiet">{done.length}</span>
            </h2>
            <ul className="list">
              {done.map((task) => (
                <li key={task.id} className="line">
                  <span>
                    {task.title}
                    <span className="sub">{task.note}</span>
                  </span>
                  <span className={`chip go${task.pending > 0 ? ' pending' : ''}`}>{say('办结', 'done')}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <button type="button" className="button" onClick={() => setReporting(true)}>
          + {say('上报事件', 'Report an incident')}
        </button>
        {reporting && <IncidentSheet onClose={() => setReporting(false)} />}
      </main>
    </>
  )
}
