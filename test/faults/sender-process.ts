import { createInterface } from 'node:readline'
import { createRedisDoorbell } from '../../src/base/doorbell.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Asked, Outgoing, Sender, Verdict } from '../../src/delivery/sender.js'
import { openOutbox, people, quiet } from '../modules/delivery/rig.js'

/**
 * A process of its own that plans and sends, to be killed: `node --import tsx sender-process.ts` with DATABASE_URL, CARRIER_URL,
 * perhaps REDIS_URL and SEND_ONLY. It loads, says "loaded", and begins when a line comes in. Its carrier is a real HTTP server in
 * the test, which sees every message that left.
 */
const { DATABASE_URL = '', CARRIER_URL = '', REDIS_URL, SEND_ONLY, CLOCK_OFF_MS } = process.env
if (CLOCK_OFF_MS) {
  const right = Date.now
  Date.now = () => right() + Number(CLOCK_OFF_MS)
}
const post = async <T>(path: string, messages: Outgoing[], signal: AbortSignal): Promise<T[]> => {
  const body = JSON.stringify(messages.map((m) => ({ outId: m.outId, contactId: m.contactId, alertId: m.alertId, revision: m.revision })))
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

const told = (text: string) => process.stdout.write(`${text}\n`)
told('loaded')
await new Promise((ok) => createInterface(process.stdin).once('line', ok))

const store = await openStore({ databaseUrl: DATABASE_URL, dataDir: '' })
const doorbell = REDIS_URL ? createRedisDoorbell(REDIS_URL, 'faults', quiet) : undefined
const outbox = await openOutbox(store, {
  config: { chunk_size: 50, plan_rows_at_once: 50, chunks_at_once: 1, lease_ms: 900, timeout_ms: 300 },
  senders: new Map([['sms', sender]]),
  ...(doorbell ? { doorbell } : {}),
})
outbox.delivery.start()
told('sending')

/** As the service does it: whatever is due is done, and what fails is tried again at the next look. */
const known = new Set<string>()
const plan = async () => {
  const { alerts, contacts } = await store.system(async (tx) => ({
    alerts: await tx.selectFrom('alert').select('id').execute(),
    contacts: await tx.selectFrom('contact').select('id').orderBy('id').execute(),
  }))
  for (const { id } of alerts) {
    if (!known.has(id)) outbox.adopt(id, { recipients: people(contacts.map((c) => c.id)) })
    known.add(id)
  }
  await outbox.run()
}
const planOn = () => {
  plan()
    .catch(() => {})
    .finally(() => setTimeout(planOn, 50))
}
if (!SEND_ONLY) planOn()
