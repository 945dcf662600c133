import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, post, read } from '../shared/api.js'
import type { DrillState } from './model/drill.js'

export interface TourTokens {
  desk: string
  worker: string
  resident: { contactId: number; token: string; name?: string }
}

export const askTokens = () => post<TourTokens>('/api/tour/tokens')

export interface DrillControl {
  drill: DrillState
  readAt: number
  lost: boolean
  act: (verb: 'start' | 'pause' | 'resume' | 'speed' | 'cast', body?: Record<string, unknown>) => Promise<void>
  problem: string | null
}

const every = 700

/** The drill as the service tells it; asked again shortly after every press. */
export function useDrill(ready: boolean): DrillControl {
  const [drill, setDrill] = useState<DrillState>({ state: 'idle' })
  const [readAt, setReadAt] = useState(0)
  const [failures, setFailures] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const asking = useRef(false)
  const look = useCallback(async () => {
    if (asking.current) return
    asking.current = true
    try {
      setDrill(await read<DrillState>('/api/drill'))
      setReadAt(Date.now())
      setFailures(0)
    } catch {
      setFailures((n) => n + 1)
    } finally {
      asking.current = false
    }
  }, [])
  useEffect(() => {
    if (!ready) return
    void look()
    const timer = window.setInterval(() => void look(), every)
    return () => window.clearInterval(timer)
  }, [ready, look])
  const act = useCallback<DrillControl['act']>(
    async (verb, body = {}) => {
      setProblem(null)
      try {
        await post(`/api/drill/${verb}`, body)
      } catch (error) {
        setProblem(error instanceof ApiError ? error.title : String(error))
      }
      await look()
    },
    [look],
  )
  return { drill, readAt, lost: failures > 3, act, problem }
}
