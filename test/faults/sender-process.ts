import { createRedisDoorbell } from '../../src/base/doorbell.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Asked, Outgoing, Sender, Verdict } from '../../src/delivery/sender.js'
import { openOutbox, quiet } from '../modules/delivery/rig.js'

/**
 * A sending process of its own, to be killed: `node --import tsx sender-process.ts` with DATABASE_URL, CARRIER_URL, perhaps
 * REDIS_URL. Its carrier is a real HTTP server in the test, which sees every message that left.
 */
const { DATABASE_URL = '', CARRIER_URL = '', REDIS_URL } = process.env
const post = async <T>(path: string, messages: Outgoing[], signal: AbortSignal): Promise<T[]> => {
  const body = JSON.stringify(messages.map((m) => ({ outId: m.outId, contactId: m.contactId, revision: m.revision })))
  const answer = await fetch(`${CARRIER_URL}${path}`, { method: 'POST', body, signal })
  return (await answer.json()) as T[]
}
const sender: Sender = {
  carrier: 'http-double',
  channel: 'sms',
  receipts: false,
  batch: 10,
  concurrency: 1,
  send: (messages, signal) => post<Verdict>('/send', messages, signal),
  ask: (messages, signal) => post<Asked>('/ask', messages, signal),
}

const store = await openStore({ databaseUrl: DATABASE_URL, dataDir: '' })
const doorbell = REDIS_URL ? createRedisDoorbell(REDIS_URL, 'faults', quiet) : undefined
const outbox = await openOutbox(store, {
  config: { chunk_size: 50, chunks_at_once: 1, lease_ms: 900, timeout_ms: 300 },
  senders: new Map([['sms', sender]]),
  ...(doorbell ? { doorbell } : {}),
})
outbox.delivery.start()
console.log('ready')
