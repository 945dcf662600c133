import type { Tx } from '../../base/store/store.js'
import { type Channel, channelCode } from '../../messages/channel.js'

export interface SandboxQuestion {
  channel?: Channel | undefined
  alertId?: string | undefined
  contactId?: number | undefined
  since?: Date | undefined
  cursor?: string | undefined
  limit: number
  newest: boolean
}

export async function listSandboxMessages(tx: Tx, q: SandboxQuestion) {
  let query = tx
    .selectFrom('sandbox_message')
    .selectAll()
    .orderBy('id', q.newest ? 'desc' : 'asc')
    .limit(q.limit + 1)
  if (q.channel) query = query.where('channel', '=', channelCode[q.channel])
  if (q.alertId) query = query.where('alert_id', '=', q.alertId)
  if (q.contactId !== undefined) query = query.where('contact_id', '=', q.contactId)
  if (q.since) query = query.where('at', '>=', q.since)
  if (q.cursor) query = query.where('id', q.newest ? '<' : '>', Number(q.cursor))
  return query.execute()
}
export type SandboxRow = Awaited<ReturnType<typeof listSandboxMessages>>[number]

export const findSandboxMessage = (tx: Tx, id: number): Promise<SandboxRow | undefined> =>
  tx.selectFrom('sandbox_message').selectAll().where('id', '=', id).executeTakeFirst()

export async function markSandboxAnswered(tx: Tx, id: number, answered: string): Promise<SandboxRow> {
  return tx.updateTable('sandbox_message').set({ answered }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
}
