import { newId } from '../base/ids.js'
import type { Seal } from '../base/seal.js'
import type { Tx } from '../base/store/store.js'
import { workerFor } from '../fieldwork/choose-assignee.js'
import type { FieldworkConfig } from '../fieldwork/fieldwork-config.js'
import { insertTasks } from '../fieldwork/task-store.js'
import { record } from '../journal/journal.js'
import { setTimer } from '../journal/todo.js'
import { type PublicDeps, readPublicPage } from './public-data.js'

export interface ReplyDeps extends PublicDeps {
  seal: Seal
  fieldwork: FieldworkConfig
}

export interface Reply {
  answer: 'safe' | 'help'
  community: string
  where: string
  name: string
  phone: string
}

/**
 * Somebody pressed 我已安全 or 我需要帮助 on the public page. A cry for help becomes a named task with a clock; name and
 * telephone are sealed, only the door stands in the open. Of the others nothing is kept but that they are safe.
 */
export async function takeReply(tx: Tx, deps: ReplyDeps, reply: Reply): Promise<{ taskId: string | null }> {
  const snapshot = deps.register.snapshot()
  const page = await readPublicPage(tx, deps)
  const community = snapshot.places.find((p) => p.level === 'community' && p.place === reply.community)
  const place = community?.place ?? page.place
  const series = page.alerts[0]?.seriesId ?? null
  if (reply.answer === 'safe') {
    await record(tx, { event: 'resident.said-safe', place, thing: { type: 'place', id: place }, series })
    return { taskId: null }
  }
  const id = newId()
  const now = deps.clock.now()
  const dueAt = new Date(now.getTime() + deps.fieldwork.help_within_minutes * 60_000)
  const assignee = workerFor(snapshot, deps.fieldwork, place, now)
  const caller = deps.seal.seal({ name: reply.name, phone: reply.phone, where: reply.where }, `help:${id}`).toString('base64')
  const data = { by: 'household' as const, asked: 1, label: reply.where, caller }
  await insertTasks(tx, [
    {
      id,
      place,
      kind: 'help',
      title: `网页求助 ${community?.name ?? ''} ${reply.where}`.trim().slice(0, 120),
      openedAt: now,
      seriesId: series,
      assigneeId: assignee?.id ?? null,
      dueAt,
      data,
    },
  ])
  await setTimer(tx, 'help.due', id, dueAt)
  const thing = { type: 'task', id }
  await record(tx, { event: 'resident.asked-help', place, thing, series, data: { taskId: id } })
  await record(tx, {
    event: 'task.opened',
    place,
    thing,
    series,
    data: { kind: 'help', by: 'public-page', assigneeId: assignee?.id ?? null },
  })
  return { taskId: id }
}

export interface Caller {
  name: string
  phone: string
  where: string
}

/** Opens who asked; the route journals that it was seen. */
export async function readCaller(tx: Tx, seal: Seal, taskId: string): Promise<(Caller & { place: string }) | undefined> {
  const row = await tx.selectFrom('task').select(['place', 'data']).where('id', '=', taskId).where('kind', '=', 'help').executeTakeFirst()
  const caller = row?.data.caller
  if (!row || typeof caller !== 'string') return undefined
  return { ...seal.open<Caller>(Buffer.from(caller, 'base64'), `help:${taskId}`), place: row.place }
}
