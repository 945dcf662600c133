import type { Tx } from '../base/store/store.js'
import type { Coming } from '../delivery/tell-coming.js'
import { type Reaction, record } from '../journal/journal.js'
import type { Channel } from '../messages/channel.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import type { Task } from './task.js'
import { lockTask, writeTask } from './task-store.js'

export type TellComing = (tx: Tx, coming: Coming) => Promise<Channel | null>

/** Who cries for help hears who is coming, once for each person who is sent. */
export async function answerAsker(tx: Tx, deps: FieldworkDeps, tellComing: TellComing, task: Task, contactId: number): Promise<void> {
  const askers = task.data.askers ?? []
  if (askers.includes(contactId) && task.data.toldId === task.assigneeId) return
  const known = { ...task, data: { ...task.data, askers: [...new Set([...askers, contactId])] } }
  await answer(tx, deps, tellComing, known, [contactId])
}

/** task.taken of a cry for help: somebody else goes, and everybody who asked is told so. */
export function tellWhoComes(deps: FieldworkDeps, tellComing: TellComing): Reaction {
  return async (tx, entry) => {
    const task = entry.data.kind === 'help' ? await lockTask(tx, entry.thing.id) : undefined
    if (!task?.data.askers || task.doneAt || task.data.toldId === task.assigneeId) return
    await answer(tx, deps, tellComing, task, task.data.askers)
  }
}

async function answer(tx: Tx, deps: FieldworkDeps, tellComing: TellComing, task: Task, contactIds: number[]): Promise<void> {
  const helper = deps.register.snapshot().staff.find((s) => s.id === task.assigneeId)
  const channels: Channel[] = []
  for (const contactId of helper && task.alertId ? contactIds : []) {
    const sent = await tellComing(tx, { alertId: task.alertId!, contactId, helperId: helper!.id, helperPost: postOf(helper!.post) })
    if (sent) channels.push(sent)
  }
  const toldId = channels.length > 0 ? { toldId: helper!.id } : {}
  await writeTask(tx, { ...task, data: { ...task.data, ...toldId }, version: task.version + 1 })
  if (channels.length === 0) return
  await record(tx, {
    event: 'help.answered',
    place: task.place,
    thing: { type: 'task', id: task.id },
    series: task.seriesId,
    data: { helperId: helper!.id, channels },
  })
}

/** 专职网格员 and 兼职网格员 are the grid worker to whoever waits for them. */
const postOf = (post: string): string => (post.endsWith('网格员') ? '网格员' : post)
