import type { readFieldTasks } from '../../../fieldwork/field-tasks.js'
import { read } from '../../shared/api.js'
import type { FieldCopy, FieldDoor, FieldTask } from '../model/field-copy.js'
import { type FieldNews, mergeCopy } from '../model/merge-copy.js'

type Answer = Awaited<ReturnType<typeof readFieldTasks>>
type Item = Answer['items'][number]

const isDoor = (item: Item): item is Extract<Item, { type: 'household' }> => item.type === 'household'

function toNews({ items, ...rest }: Answer): FieldNews {
  const doors: FieldDoor[] = items.filter(isDoor)
  const tasks: FieldTask[] = items.filter((item): item is Exclude<Item, { type: 'household' }> => !isDoor(item))
  return { ...rest, doors, tasks }
}

/** GET /api/field/tasks: everything the first time, afterwards only what has changed. */
export async function readFieldCopy(before: FieldCopy | null): Promise<FieldCopy> {
  const since = before === null ? '' : `?since=${encodeURIComponent(before.cursor)}`
  const news = toNews(await read<Answer>(`/api/field/tasks${since}`))
  if (before !== null) return mergeCopy(before, news)
  const { open: _, ...copy } = news
  return copy
}
