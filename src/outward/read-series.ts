import type { Alert } from '../alerts/alert.js'
import { readAlert, readPersonNames, readSeriesAlerts, readWarningFacts } from '../alerts/alert-store.js'
import { nameOfPlace } from '../alerts/describe-alert.js'
import type { Tx } from '../base/store/store.js'
import { type JournalEntry, readSeries } from '../journal/journal.js'
import type { Snapshot } from '../register/snapshot.js'
import { readWarningEntries } from './outward-store.js'
import { makeReport, type Report, type ReportContext } from './report.js'
import { sayEntry, type TimelineLine } from './timeline.js'

export interface SeriesStory {
  alert: Alert
  entries: JournalEntry[]
  names: Map<string, string>
}

/** Everything the journal says about the series of this alert and the warnings it spoke of, in the order it happened. */
export async function readStory(tx: Tx, alertId: string): Promise<SeriesStory> {
  const alert = await readAlert(tx, alertId)
  const own = await readSeries(tx, alert.seriesId)
  const said = own.flatMap((e) => (typeof e.data.warningId === 'string' ? [e.data.warningId] : []))
  const now = (await readSeriesAlerts(tx, alert.seriesId)).flatMap((a) => a.warningId ?? [])
  const warnings = await readWarningEntries(tx, [...new Set([...said, ...now])])
  const entries = [...own, ...warnings].sort((a, b) => a.position - b.position)
  const names = await readPersonNames(
    tx,
    entries.map((e) => e.person),
  )
  return { alert, entries, names }
}

export function tellStory({ entries, names }: SeriesStory, snapshot: Snapshot): TimelineLine[] {
  const naming = { person: (id: string) => names.get(id) ?? '', place: (code: string) => nameOfPlace(snapshot, code) }
  return entries.map((entry) => sayEntry(entry, naming))
}

export async function reportStory(
  tx: Tx,
  story: SeriesStory,
  snapshot: Snapshot,
  now: Date,
): Promise<{ report: Report; context: ReportContext }> {
  const { alert, entries } = story
  const warning = alert.warningId ? await readWarningFacts(tx, alert.warningId) : null
  const info = warning?.infos.find((i) => /^zh/i.test(i.language)) ?? warning?.infos[0]
  const placeName = nameOfPlace(snapshot, alert.place)
  return {
    report: makeReport(alert.seriesId, entries),
    context: { placeName, station: info?.senderName || warning?.sender || placeName, sentAt: warning?.sent ?? null, now },
  }
}
