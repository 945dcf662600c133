import type { Alert } from '../alerts/alert.js'
import type { Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { silentAt } from '../feeds/observations/station.js'
import { stationState } from '../feeds/observations/station-routes.js'
import { listStations } from '../feeds/observations/station-store.js'
import { listThresholds } from '../feeds/observations/threshold-store.js'
import type { Need } from './desk-routes.js'

export interface SilentStation {
  name: string
  place: string
  /** null: never heard. */
  lastAt: Date | null
  /** Of the monitoring notes that it opened and cannot end. */
  series: string[]
}

/** Gauges that fell silent, and those that should have spoken by now and never did. */
export async function readSilentStations(tx: Tx, now: Date): Promise<SilentStation[]> {
  const stations = await listStations(tx)
  const rules = await listThresholds(tx)
  return stations
    .filter((s) => stationState(s, now) === 'offline' && (s.lastAt !== null || silentAt(s.expectedAt, s.everySeconds) <= now))
    .map(({ id, name, place, lastAt }) => ({
      ...{ name, place, lastAt },
      series: rules.flatMap((r) => (r.stationId === id && r.seriesId ? [r.seriesId] : [])),
    }))
}

const blank = { alertId: null, warningId: null, taskId: null, evacuationId: null, revision: null, level: null, people: null, dueAt: null }

/** What our sources and gauges ask for: a telephone call where a source is ill; somebody to look where a gauge is over its threshold, or says nothing any more. */
export function stationNeeds(live: Alert[], silent: SilentStation[]): Need[] {
  const hints = live.filter((a) => a.origin === 'internal' && a.warningId === null && a.state === 'issued' && !a.summary.allClear)
  const lines = hints.filter((a) => a.summary.feedId)
  // That a source is well again asks for nothing.
  const gauges = hints.filter((a) => !a.summary.named)
  const isOffline = (alert: Alert) => silent.some((s) => s.series.includes(alert.seriesId))
  const alone = silent.filter((s) => !gauges.some((a) => s.series.includes(a.seriesId)))
  return [
    ...lines.map((alert) => ({
      ...blank,
      kind: 'feed' as const,
      title: alert.words.ownText ?? alert.title,
      titleEn: `Telephone and ask what is in force: ${alert.words.ownText ?? alert.title}`,
      alertId: alert.id,
      revision: alert.revision,
      place: alert.place,
    })),
    ...gauges.map((alert) => ({
      ...blank,
      kind: 'station' as const,
      title: `${alert.title}:${alert.words.ownText ?? ''},${isOffline(alert) ? '站点离线,按最不利情况处置,' : ''}请派人查看`,
      titleEn: `Monitoring note${isOffline(alert) ? ', gauge offline, act on the worst case' : ''}, have somebody look: ${alert.words.ownText ?? alert.title}`,
      alertId: alert.id,
      revision: alert.revision,
      people: alert.summary.audience.people,
      place: alert.place,
    })),
    ...alone.map(({ name, place, lastAt }) => ({
      ...blank,
      kind: 'station' as const,
      title: `${name}站点离线,按最不利情况处置(${lastAt ? `最后读数 ${chinaTime(lastAt).slice(11, 16)}` : '从未收到读数'})`,
      titleEn: `Offline, act on the worst case: ${name} (${lastAt ? `last ${chinaTime(lastAt).slice(11, 16)}` : 'never heard'})`,
      place,
    })),
  ]
}
