import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../base/log.js'
import { createGazetteer } from '../register/gazetteer.js'
import { createDialects } from './dialects.js'
import { createEventTable } from './event-table.js'
import { packRings } from './pack-rings.js'
import type { ReaderAnswer, ReaderAsk, ReaderStart } from './reader.js'

/** The thread that reads large bulletins: the same dialects and tables, one bulletin after the other. */
const { events, places } = workerData as ReaderStart
const gazetteer = createGazetteer(places)
const dialects = createDialects({ events: createEventTable({ events: events.events }), gazetteer: () => gazetteer })
const say = (answer: ReaderAnswer) => parentPort!.postMessage(answer)

parentPort!.on('message', ({ dialect, raw, source }: ReaderAsk) => {
  try {
    say(packRings(dialects.read(dialect, Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), source)))
  } catch (e) {
    say({ failed: messageOf(e) })
  }
})
say({ ready: true })
