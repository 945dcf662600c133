import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../src/base/config.js'
import type { ReadContext } from '../../src/feeds/dialect.js'
import { createDialects, type Dialects } from '../../src/feeds/dialects.js'
import { createEventTable, eventsSchema } from '../../src/feeds/event-table.js'
import { plainSource } from '../../src/feeds/source-settings.js'
import { createGazetteer, type NamedPlace } from '../../src/register/gazetteer.js'

export const config = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'config')
export const events = createEventTable(readConfig(config, 'events.yaml', eventsSchema))

/** Places of the sample district that tests name. */
export const places: NamedPlace[] = [
  { place: '500154', name: '开州区', aliases: [] },
  { place: '500154002', name: '文峰街道', aliases: ['文峰'] },
  { place: '500154001', name: '汉丰街道', aliases: ['汉丰'] },
  { place: '500154003', name: '云枫街道', aliases: ['云枫'] },
  { place: '500154101', name: '临江镇', aliases: ['临江'] },
  { place: '500154102', name: '温泉镇', aliases: ['温泉'] },
]

/** What a dialect is given besides the bytes, with the real tables of config/. */
export const readContext = (more: Partial<ReadContext> = {}): ReadContext => ({
  events,
  gazetteer: createGazetteer(places),
  settings: plainSource,
  receivedAt: new Date('2026-07-12T03:30:00+08:00'),
  ...more,
})
export const dialects: Dialects = createDialects({ events, gazetteer: () => createGazetteer(places) })
