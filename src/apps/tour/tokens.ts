import { useEffect, useState } from 'react'
import { ApiError } from '../shared/api.js'
import { rememberToken } from '../shared/session-token.js'
import { askTokens, type TourTokens } from './drill-api.js'

/** Each frame has its own session; the tour itself acts with the desk's. Asked again until the sample register is loaded. */
export function useTokens(): { tokens: TourTokens | null; problem: string | null } {
  const [tokens, setTokens] = useState<TourTokens | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let timer = 0
    const ask = async () => {
      try {
        const answer = await askTokens()
        rememberToken(answer.desk)
        setTokens(answer)
        setProblem(null)
      } catch (error) {
        setProblem(error instanceof ApiError ? error.title : String(error))
        timer = window.setTimeout(() => void ask(), 2000)
      }
    }
    void ask()
    return () => window.clearTimeout(timer)
  }, [])
  return { tokens, problem }
}
