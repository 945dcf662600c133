import { sql } from 'kysely'
import { type Log, messageOf } from '../../base/log.js'
import type { Store } from '../../base/store/store.js'
import type { Asked, Inbox, Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import { type Channel, channelCode } from '../../messages/channel.js'

export interface SandboxDeps {
  store: Store
  log: Log
  /** Receipts go up through it, as a carrier's would; without it the sandbox keeps silent. */
  inbox?: (() => Inbox) | undefined
  /** Real milliseconds until an SMS counts as delivered. */
  receiptAfterMs?: number
}

/**
 * The carrier that reaches nobody: every message becomes a row of the inbox page. It is a carrier like the others — it knows
 * our out ids, can be asked about them, takes each once — so that what works here works with a real one.
 */
export function createSandboxSender(channel: Channel, deps: SandboxDeps): Sender {
  const { store, log } = deps
  const deliver = createReceipts(deps)
  const send = async (messages: Outgoing[]): Promise<Verdict[]> => {
    try {
      await store.system((tx) => insertMessages(channel, messages).execute(tx))
    } catch (e) {
      log.error({ channel, count: messages.length, reason: messageOf(e) }, 'the sandbox could not write its inbox')
      return messages.map(() => ({ kind: 'unknown', reason: 'the sandbox inbox could not be written' }))
    }
    // A call is delivered when it is picked up, a card when it is opened; only an SMS arrives by itself.
    if (channel === 'sms') deliver(messages.map((m) => m.outId))
    return messages.map((m) => ({ kind: 'accepted', carrierId: `sandbox-${m.outId}` }))
  }
  const ask = async (messages: Outgoing[]): Promise<Asked[]> => {
    try {
      const ids = messages.map((m) => m.outId)
      const rows = await store.system((tx) => tx.selectFrom('sandbox_message').select('out_id').where('out_id', 'in', ids).execute())
      const seen = new Set(rows.map((row) => row.out_id))
      return ids.map((id) => (seen.has(id) ? { kind: 'accepted', carrierId: `sandbox-${id}` } : { kind: 'absent' }))
    } catch (e) {
      return messages.map(() => ({ kind: 'unknown', reason: messageOf(e) }))
    }
  }
  return { carrier: 'sandbox', channel, receipts: true, batch: 1000, concurrency: 4, send, ask }
}

/** One statement for the whole batch; a message that came before stays as it is. */
function insertMessages(channel: Channel, messages: Outgoing[]) {
  const column = <T>(read: (m: Outgoing) => T) => messages.map(read)
  return sql`insert into sandbox_message (place, channel, contact_id, out_id, alert_id, revision, text, exercise)
    select place, ${channelCode[channel]}::smallint, contact_id, out_id, alert_id, revision, text, exercise
    from unnest(${column((m) => m.place)}::text[], ${column((m) => m.contactId)}::bigint[], ${column((m) => m.outId)}::text[],
      ${column((m) => m.alertId)}::text[], ${column((m) => m.revision)}::int[], ${column((m) => m.text)}::text[],
      ${column((m) => m.exercise)}::boolean[]) as m (place, contact_id, out_id, alert_id, revision, text, exercise)
    on conflict (out_id) do nothing`
}

/** Gathers what was sent and reports it a moment later in one call, the way a carrier's receipts come in batches. */
function createReceipts({ inbox, log, receiptAfterMs = 800 }: SandboxDeps): (outIds: string[]) => void {
  if (!inbox) return () => {}
  let waiting: string[] = []
  let timer: NodeJS.Timeout | null = null
  const flush = async () => {
    timer = null
    const ids = waiting
    waiting = []
    try {
      for (let i = 0; i < ids.length; i += 5000) {
        await inbox().receive(ids.slice(i, i + 5000).map((outId) => ({ outId, kind: 'delivered' })))
      }
    } catch (e) {
      log.warn({ count: ids.length, reason: messageOf(e) }, 'receipts of the sandbox were lost')
    }
  }
  return (outIds) => {
    for (const id of outIds) waiting.push(id)
    if (timer === null) timer = setTimeout(flush, receiptAfterMs).unref()
  }
}
