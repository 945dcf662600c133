import type { Gazetteer } from '../register/gazetteer.js'
import type { Reading } from './bulletin.js'
import type { EventTable } from './event-table.js'
import type { SourceSettings } from './source-settings.js'

/** A dialect is one folder and one line in dialects.ts: bytes in, a Reading out, nothing thrown. */
export interface Dialect {
  /** As in /api/ingest/:dialect and config/feeds.yaml. */
  name: string
  /** What the officer calls it. */
  label: string
  read(raw: Buffer, context: ReadContext): Reading
}

/** What a reader may know besides the bytes. */
export interface ReadContext {
  events: EventTable
  gazetteer: Gazetteer
  /** How the word of the source it came from is read. */
  settings: SourceSettings
  receivedAt: Date
}
