import { App } from 'antd'
import { useCallback, useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { Alert, AlertVerb } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { readAgain } from '../data/resources.js'
import { plainError } from '../data/words.js'
import { useConfirmWide } from './confirm-wide.js'

export type Verb = AlertVerb | 'confirm-downgrade' | 'part-clear'

/** Shows an error in its three sentences; for every press of the console. */
export function useTellError(): (error: unknown) => void {
  const { notification } = App.useApp()
  const say = useSay()
  return useCallback(
    (error: unknown) => {
      const known = error instanceof ApiError ? error : new ApiError(0, 'unknown', String(error), '')
      const plain = plainError(known, say)
      notification.error({ title: plain.what, description: `${plain.safe} ${plain.next}`, duration: 12, placement: 'bottomRight' })
    },
    [notification, say],
  )
}

/** Carries out one verb on one alert at the revision that is on the screen; a stale one is read again and explained. */
export function useVerb(alert: Pick<Alert, 'id' | 'revision'>) {
  const [busy, setBusy] = useState<Verb | null>(null)
  const tell = useTellError()
  const confirmWide = useConfirmWide()
  const run = useCallback(
    async (verb: Verb, body: Record<string, unknown> = {}): Promise<boolean> => {
      setBusy(verb)
      try {
        await post(`/api/alerts/${alert.id}/${verb}`, { revision: alert.revision, ...body })
        return true
      } catch (error) {
        if (!confirmWide(error, (confirm) => void run(verb, { ...body, confirm }))) tell(error)
        return false
      } finally {
        setBusy(null)
        readAgain('/api/alerts')
        readAgain('/api/desk')
      }
    },
    [alert.id, alert.revision, tell, confirmWide],
  )
  return { busy, run }
}
