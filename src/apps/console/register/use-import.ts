import { useRef, useState } from 'react'
import type { ImportAnswer, ImportDone } from '../../../register/import/import-routes.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import type { Field } from './import-words.js'
import { keepMapping, recallMapping } from './kept-mapping.js'
import { type ImportStep, watchedCall } from './watched-call.js'

export interface Asked {
  datum: string
  mapping: Record<string, Field>
  /** Of a workbook: the sheet to read; unsaid, the first with something in it. */
  sheet?: string
}
export const queryOf = ({ datum, mapping, sheet }: Asked): string =>
  String(new URLSearchParams({ datum, mapping: JSON.stringify(mapping), ...(sheet === undefined ? {} : { sheet }) }))

/** One file on its way into the register: tried, tried again with other headings, taken. */
export function useImport() {
  const tell = useTellError()
  const [file, setFile] = useState<File | null>(null)
  const [asked, setAsked] = useState<Asked>({ datum: 'wgs84', mapping: {} })
  const [answer, setAnswer] = useState<ImportAnswer | null>(null)
  const [done, setDone] = useState<ImportDone | null>(null)
  const [step, setStep] = useState<ImportStep | null>(null)
  const running = useRef<AbortController | null>(null)
  const watch = async <T>(path: string, body: File | object): Promise<T | null> => {
    const stop = new AbortController()
    running.current = stop
    try {
      return await watchedCall<T>(path, body, setStep, stop.signal)
    } catch (error) {
      tell(error)
      return null
    } finally {
      if (running.current === stop) setStep(null)
    }
  }
  const attempt = async (chosen: File, wanted: Asked): Promise<void> => {
    setFile(chosen)
    setAsked(wanted)
    setDone(null)
    setAnswer(null)
    setStep({ phase: 'uploading', done: 0, of: null })
    const found = await watch<ImportAnswer>(`/api/register/imports?${queryOf(wanted)}`, chosen)
    if (!found) return
    const headings = found.columns.map((c) => c.heading)
    const known = Object.keys(wanted.mapping).length === 0 ? recallMapping(headings) : undefined
    if (known) return attempt(chosen, { ...wanted, mapping: known })
    if (Object.keys(wanted.mapping).length > 0) keepMapping(headings, wanted.mapping)
    setAnswer(found)
  }
  const apply = async (id: string, removeGone: boolean): Promise<void> => {
    setStep({ phase: 'writing', done: 0, of: answer?.counts?.taken ?? null })
    const made = await watch<ImportDone>(`/api/register/imports/${id}/apply`, { removeGone })
    readAgain('/api/register')
    if (!made) return
    setDone(made)
    setAnswer(null)
  }
  return { file, asked, setAsked, answer, done, step, attempt, apply, cancel: () => running.current?.abort() }
}
