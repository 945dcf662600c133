import { useEffect } from 'react'
import type { Alert, AlertDetail, Desk, Drill, Listing } from '../../shared/api-types.js'
import type { FieldBoard } from '../../shared/field-types.js'
import { setServiceClock } from '../../shared/service-clock.js'
import { useResource } from './resources.js'
import { useSession } from './session.js'

const anything = /^(?!session)/
export function useDesk() {
  const desk = useResource<Desk>('/api/desk', { watch: anything, everyMs: 10_000 })
  useEffect(() => {
    setServiceClock(desk.data?.now, desk.data?.speed)
  }, [desk.data])
  return desk
}
/** What people do in the field, of the series the desk is about. */
export function useFieldBoard() {
  const desk = useDesk()
  const series = desk.data?.seriesId
  const path = desk.data ? `/api/field/board${series ? `?series=${encodeURIComponent(series)}` : ''}` : null
  return useResource<FieldBoard>(path, { watch: /^(evacuation|household|task|point|group|ladder)/ })
}
export const useAlerts = () => useResource<Listing<Alert>>('/api/alerts', { watch: /^(alert|warning)/ })
export function useDrill() {
  const { instance } = useSession()
  return useResource<Drill>(instance?.register === 'sample' ? '/api/drill' : null, { watch: /^drill/, everyMs: 5000 })
}

export interface Series {
  staff: Alert | undefined
  residents: Alert | undefined
  all: Alert[]
}
const over = new Set(['closed'])
const rank: Record<string, number> = { red: 0, orange: 1, yellow: 2, blue: 3, unknown: 1 }

/** The series the desk is about: that of the gravest warning in force, else the newest that is not closed, else the newest. */
export function currentSeries(alerts: Alert[], desk: Desk | undefined): Series {
  if (desk?.seriesId && alerts.some((a) => a.seriesId === desk.seriesId)) {
    const all = alerts.filter((a) => a.seriesId === desk.seriesId)
    return { all, staff: all.find((a) => a.id === desk.staffAlertId), residents: all.find((a) => a.id === desk.residentsAlertId) }
  }
  const warnings = [...(desk?.warnings ?? [])].sort((a, b) => (rank[a.level] ?? 9) - (rank[b.level] ?? 9))
  const warningOf = warnings.find((w) => alerts.some((a) => a.warningId === w.id))
  const chosen =
    alerts.find((a) => warningOf && a.warningId === warningOf.id) ??
    alerts.find((a) => !over.has(a.state) && a.origin === 'relay') ??
    alerts.find((a) => a.origin === 'relay')
  const all = chosen ? alerts.filter((a) => a.seriesId === chosen.seriesId) : []
  return {
    staff: all.find((a) => audienceKind(a) === 'staff'),
    residents: all.find((a) => audienceKind(a) === 'residents' && a.origin === 'relay') ?? all.find((a) => audienceKind(a) === 'residents'),
    all,
  }
}
export const audienceKind = (alert: Alert): string => (typeof alert.audience === 'string' ? alert.audience : '')

export function useAlert(id: string | null | undefined) {
  return useResource<AlertDetail>(id ? `/api/alerts/${encodeURIComponent(id)}` : null, {
    watch: /^(alert|deliver|approval)/,
    everyMs: 15_000,
  })
}
