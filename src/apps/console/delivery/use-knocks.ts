import type { ShownTask } from '../../../fieldwork/show-task.js'
import type { Alert, Listing } from '../../shared/api-types.js'
import { useResource } from '../data/resources.js'

/** The doors of one alert: whoever no message reached, residents or staff. */
export interface Knocks {
  tasks: ShownTask[] | undefined
  resource: ReturnType<typeof useResource<Listing<ShownTask>>>
  open: number
  /** Of homes: where somebody knows now, and where nobody opened. */
  homes: { told: number; nobody: number }
}

const byNumber = new Intl.Collator('zh', { numeric: true })
/** In walking order: grid by grid, 栋-单元-楼层. */
const byDoor = (a: ShownTask, b: ShownTask) =>
  byNumber.compare(a.place, b.place) || byNumber.compare(a.label ?? a.title, b.label ?? b.title) || (a.id < b.id ? -1 : 1)

export function useKnocks({ seriesId, audience }: Pick<Alert, 'seriesId' | 'audience'>): Knocks {
  const resource = useResource<Listing<ShownTask>>(`/api/tasks?kind=knock&limit=1000&series=${encodeURIComponent(seriesId)}`, {
    watch: /^(task|ladder)/,
  })
  const tasks = resource.data?.items
    .filter((task) => task.result !== 'withdrawn' && (task.staffId !== null) === (audience === 'staff'))
    .sort(byDoor)
  const homes = (tasks ?? []).filter((task) => task.householdId && task.doneAt)
  const nobody = homes.filter((task) => task.result === 'nobody').length
  return { tasks, resource, open: (tasks ?? []).filter((task) => !task.doneAt).length, homes: { told: homes.length - nobody, nobody } }
}
