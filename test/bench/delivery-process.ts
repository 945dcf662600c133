import { createRedisDoorbell } from '../../src/base/doorbell.js'
import { openStore } from '../../src/base/store/open-store.js'
import { channelsConfigSchema } from '../../src/channels/channels-config.js'
import { openSenders } from '../../src/channels/senders.js'
import { channels } from '../../src/messages/channel.js'
import { doorbellReady, openOutbox, quiet, sendAtOnce } from './delivery-ground.js'
import { smsKeys, tellParent } from './delivery-parts.js'

/**
 * A worker process of the bench: DATABASE_URL, REDIS_URL, PREFIX; CARRIER is the address of the SMS double (its channel is opened as the
 * service opens it, in batches), or nothing: then a sender that answers at once. PEOPLE: how many alerts may be
 * issued to.
 */
const { DATABASE_URL = '', REDIS_URL = '', PREFIX = '', CARRIER, PEOPLE = '' } = process.env
const store = await openStore({ databaseUrl: DATABASE_URL, dataDir: '' })
const doorbell = createRedisDoorbell(REDIS_URL, PREFIX, quiet)

const openCarrier = (endpoint: string) =>
  openSenders(
    channelsConfigSchema.parse({
      sms: {
        carrier: 'alibaba-sms',
        endpoint,
        signName: smsKeys.signName,
        accessKeyId: 'A',
        accessKeySecret: 'B',
        callbackSecret: 'C',
        batch: true,
      },
    }),
    {
      store,
      log: quiet,
      registerKind: 'live',
      isAllowListed: () => false,
      secrets: { A: smsKeys.accessKeyId, B: smsKeys.accessKeySecret },
      words: { list: () => [] },
    },
  )
const senders = CARRIER ? await openCarrier(CARRIER) : new Map(channels.map((c) => [c, sendAtOnce(c)]))

const { delivery, todo } = await openOutbox(store, doorbell, senders, 'live', PEOPLE.split(',').map(Number))
doorbell.onRing('todo', () => todo.drain())
delivery.start()
await doorbellReady(doorbell)
tellParent(async () => {
  await delivery.stop()
  await doorbell.stop()
  await store.close()
})
