import type { Desk, Progress } from '../../shared/api-types.js'
import type { Series } from './desk.js'
import { useResource } from './resources.js'

const events = /^(alert|deliver|answer|ladder)/
/**
 * The desk as it stands, with the figures of the last series filled in when the service no longer counts it as live:
 * after the all-clear people are still in shelters, and who was reached does not vanish from the screen.
 */
export function useDeskFigures(desk: Desk | undefined, series: Series): Desk | undefined {
  const path = (alert: Series['staff'], known: unknown) => (desk && alert?.issuedAt && !known ? `/api/alerts/${alert.id}/progress` : null)
  const staff = useResource<Progress>(path(series.staff, desk?.staffCalled), { watch: events })
  const residents = useResource<Progress>(path(series.residents, desk?.residents), { watch: events })
  if (!desk) return undefined
  return {
    ...desk,
    staffCalled: desk.staffCalled ?? staff.data?.called ?? null,
    residents: desk.residents ?? residents.data ?? null,
    residentsAlertId: desk.residentsAlertId ?? null,
  }
}
