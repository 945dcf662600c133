import { useEffect, useState } from 'react'
import type { FoundAnswer } from '../../../register/household-routes.js'
import { ApiError, post } from '../../shared/api.js'

export interface HouseholdWish {
  words: string
  place: string
  tag: string | null
  lacking: 'contact' | 'position' | null
  away: boolean
  movedOut: boolean
}
export const anyHousehold: HouseholdWish = { words: '', place: '', tag: null, lacking: null, away: false, movedOut: false }
const page = 200

/** Kept while the page lives, for the way back from a household; never in the address line. */
let kept: { who: string; wish: HouseholdWish } = { who: '', wish: anyHousehold }
export const keptWish = (who: string): HouseholdWish => (kept.who === who ? kept.wish : anyHousehold)

interface Found {
  data: FoundAnswer | undefined
  error: ApiError | undefined
  loading: boolean
}
/** Asks a little after the last key; more is what was asked for beyond the first page. */
export function useFoundHouseholds(who: string, wish: HouseholdWish): Found & { more: () => void; again: () => void } {
  const [found, setFound] = useState<Found>({ data: undefined, error: undefined, loading: true })
  const [pages, setPages] = useState(1)
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another wish begins with its first page
  useEffect(() => setPages(1), [wish])
  // biome-ignore lint/correctness/useExhaustiveDependencies: turn asks the same once more
  useEffect(() => {
    kept = { who, wish }
    const stop = new AbortController()
    const ask = async () => {
      const { tag, lacking, away, movedOut: _, ...rest } = wish
      const body = { ...rest, ...(tag ? { tag } : {}), ...(lacking ? { lacking } : {}), ...(away ? { away } : {}), limit: page * pages }
      try {
        const data = await post<FoundAnswer>('/api/households/search', body, { signal: stop.signal })
        setFound({ data, error: undefined, loading: false })
      } catch (error) {
        if (stop.signal.aborted) return
        const known = error instanceof ApiError ? error : new ApiError(0, 'unknown', '读取失败', String(error))
        setFound((now) => ({ ...now, error: known, loading: false }))
      }
    }
    const timer = window.setTimeout(() => void ask(), 220)
    return () => {
      window.clearTimeout(timer)
      stop.abort()
    }
  }, [who, wish, pages, turn])
  return { ...found, more: () => setPages((n) => Math.min(5, n + 1)), again: () => setTurn((n) => n + 1) }
}
