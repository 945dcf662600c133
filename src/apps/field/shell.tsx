import type { ReactNode } from 'react'
import { useSay } from '../shared/language.js'
import { isOpenDoor } from './model/door-overlay.js'
import { Icon, type IconName } from './parts/icons.js'
import { UndoBar } from './parts/undo-bar.js'
import { BuildingPage } from './screens/building-page.js'
import { CardPage } from './screens/card-page.js'
import { DoorPage } from './screens/door-page.js'
import { DoorsHome } from './screens/doors-home.js'
import { GroupsPage } from './screens/groups-page.js'
import { MePage } from './screens/me-page.js'
import { ShelterPage } from './screens/shelter-page.js'
import { SyncPage } from './screens/sync-page.js'
import { TasksPage } from './screens/tasks-page.js'
import { useField, useSession } from './state/field-context.js'
import { go, useRoute } from './state/route.js'

interface Tab {
  page: string
  icon: IconName
  zh: string
  en: string
}
const tabs: Record<string, Tab> = {
  doors: { page: 'doors', icon: 'doors', zh: '转移', en: 'Move' },
  building: { page: 'building', icon: 'doors', zh: '我的楼栋', en: 'Building' },
  shelter: { page: 'shelter', icon: 'shelter', zh: '安置点', en: 'Shelter' },
  tasks: { page: 'tasks', icon: 'tasks', zh: '任务', en: 'Tasks' },
  groups: { page: 'groups', icon: 'groups', zh: '网格群', en: 'Groups' },
  me: { page: 'me', icon: 'me', zh: '我的', en: 'Me' },
}
const tabsOf: Record<string, readonly string[]> = {
  worker: ['doors', 'tasks', 'groups', 'me'],
  secretary: ['doors', 'tasks', 'groups', 'me'],
  chief: ['building', 'tasks', 'groups', 'me'],
  keeper: ['shelter', 'tasks', 'me'],
}
const watermarks = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const
const otherTabs = ['doors', 'shelter', 'tasks', 'me'] as const

function pageOf(page: string, id: string | null): ReactNode {
  if (page === 'doors' && id !== null) return <DoorPage id={id} />
  switch (page) {
    case 'building':
      return <BuildingPage />
    case 'shelter':
      return <ShelterPage />
    case 'tasks':
      return <TasksPage />
    case 'groups':
      return <GroupsPage />
    case 'me':
      return <MePage />
    case 'card':
      return <CardPage />
    case 'sync':
      return <SyncPage />
    default:
      return <DoorsHome />
  }
}

export function Shell() {
  const say = useSay()
  const { account, sample } = useSession()
  const { tasks, doors, copy } = useField()
  const route = useRoute()
  const mine = tabsOf[account.role] ?? otherTabs
  const page = route.page === '' ? (mine[0] ?? 'doors') : route.page
  const inTabs = mine.includes(page) && route.id === null
  const counts: Record<string, number> = {
    doors: doors.filter(isOpenDoor).length,
    building: doors.filter(isOpenDoor).length,
    tasks: tasks.filter((task) => task.kind !== 'group-post' && task.doneAt === null).length,
    groups: tasks.filter((task) => task.kind === 'group-post' && task.doneAt === null).length,
  }
  return (
    <>
      <div className="view" key={page + (route.id ?? '')}>
        {pageOf(page, route.id)}
      </div>
      {inTabs && (
        <nav className="tabs">
          {mine.map((each) => {
            const tab = tabs[each]!
            const count = counts[each] ?? 0
            return (
              <button type="button" key={each} aria-current={each === page ? 'page' : undefined} onClick={() => go(tab.page)}>
                <Icon name={tab.icon} />
                {say(tab.zh, tab.en)}
                {count > 0 && <span className="count">{count}</span>}
              </button>
            )
          })}
        </nav>
      )}
      <UndoBar />
      {sample && (
        <div className="watermark" aria-hidden="true">
          {watermarks.map((each) => (
            <span key={each}>
              {say('演练数据', 'Sample data')} · {copy?.me.name || account.name}
            </span>
          ))}
        </div>
      )}
      {copy?.warning?.kind === 'exercise' && <div className="exercise-frame" aria-hidden="true" />}
    </>
  )
}
