import { useCallback, useState } from 'react'
import type { RosterAsk, RosterChanged } from '../../../register/duty/duty-routes.js'
import { ApiError, post } from '../../shared/api.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'

/** One thing done to the table, and the way back from the last one. */
export function useRoster() {
  const tell = useTellError()
  const [last, setLast] = useState<RosterChanged | null>(null)
  const [busy, setBusy] = useState(false)
  const run = useCallback(
    async (ask: RosterAsk, wrong?: (lines: ApiError) => void): Promise<boolean> => {
      setBusy(true)
      try {
        const changed = await post<RosterChanged>('/api/duty/edits', ask)
        setLast(ask.do === 'undo' ? null : changed)
        return true
      } catch (error) {
        if (wrong && error instanceof ApiError && error.errors.some((e) => e.line)) wrong(error)
        else tell(error)
        return false
      } finally {
        setBusy(false)
        for (const path of ['/api/duty', '/api/register/readiness', '/api/desk']) readAgain(path)
      }
    },
    [tell],
  )
  return { run, busy, last, undo: () => (last ? run({ do: 'undo', ...last }) : Promise.resolve(false)) }
}
export type RosterHand = ReturnType<typeof useRoster>
