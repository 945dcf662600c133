import { setImmediate } from 'node:timers/promises'
import { Problem } from '../../base/problem.js'

/** How far an import has come: rows read, rows compared with the register, rows written. */
export interface ImportProgress {
  phase: 'reading' | 'comparing' | 'writing'
  done: number
  /** null: not known before the file is read to its end. */
  of: number | null
}
/** Who waits for it: is told, and may call it off. */
export interface ImportWatch {
  tell(progress: ImportProgress): void
  signal: AbortSignal
}
export const unwatched: ImportWatch = { tell: () => {}, signal: new AbortController().signal }

const longestBreath = 15

/** Called between rows: after some milliseconds of work everything else has its turn, and it is looked whether anybody still waits. */
export function createBreath({ signal }: ImportWatch): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < longestBreath) return undefined
    stopIfAborted(signal)
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}

export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('conflict', '已取消,名册没有改动', 'cancelled; the register is as it was')
}
