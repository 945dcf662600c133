import { useCallback, useEffect, useRef, useState } from 'react'
import type { DeliveryAnswer } from '../../../delivery/delivery-routes.js'
import { ApiError, post } from '../../shared/api.js'
import type { Listing } from '../../shared/api-types.js'

export interface DeliveryFilter {
  channel?: string | undefined
  state?: string | undefined
  place?: string | undefined
  reason?: string | undefined
  words?: string | undefined
}
const perPage = 500

/** The list as it is asked for, page by page: a hundred thousand rows are never read at once. */
export function useDeliveries(alertId: string, filter: DeliveryFilter) {
  const [rows, setRows] = useState<DeliveryAnswer[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [loading, setLoading] = useState(true)
  const asked = useRef(0)
  const wish = JSON.stringify(filter)
  const load = useCallback(
    async (after: string | null) => {
      const mine = ++asked.current
      setLoading(true)
      try {
        const body = { ...JSON.parse(wish), limit: perPage, ...(after ? { cursor: after } : {}) }
        const page = await post<Listing<DeliveryAnswer>>(`/api/alerts/${alertId}/deliveries/search`, body)
        // An answer to an older question says nothing about this one.
        if (mine !== asked.current) return
        setRows((now) => (after ? [...now, ...page.items] : page.items))
        setCursor(page.nextCursor ?? null)
        setError(null)
      } catch (problem) {
        if (mine === asked.current && problem instanceof ApiError) setError(problem)
      }
      if (mine === asked.current) setLoading(false)
    },
    [alertId, wish],
  )
  useEffect(() => {
    void load(null)
  }, [load])
  return { rows, error, loading, again: () => void load(null), more: cursor ? () => void load(cursor) : null }
}
