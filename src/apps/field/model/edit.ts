/** One thing done on a phone: a self-contained statement the server answers one by one (POST /api/field/sync). */
export interface Edit {
  id: string
  device: string
  seq: number
  target: { type: string; id: string }
  verb: string
  value: Record<string, unknown>
  /** When the person did it, on the clock of the service. */
  at: string
}
export interface EditDraft extends Omit<Edit, 'id' | 'device' | 'seq'> {
  /** For an undo: the verb taken back, so that the screen can follow before the server has answered. Not sent. */
  undoes?: string
}

export interface Both {
  zh: string
  en: string
}
/** waiting: only on this phone · accepted: the server has it, our copy of the server does not show it yet · conflict, refused: kept until the person has seen it. */
export type EditState = 'waiting' | 'accepted' | 'conflict' | 'refused'
export interface KeptEdit {
  edit: Edit
  state: EditState
  problem?: Both
  undoes?: string
}

export interface EditResult {
  id: string
  outcome: 'accepted' | 'duplicate' | 'conflict' | 'refused'
  /** title in Chinese, detail in English, as everywhere in the service. */
  problem?: { title?: string; detail?: string }
}
export interface SyncAnswer {
  results: EditResult[]
  cursor?: string | number
}

/** What the server said of one edit, in our states. A duplicate was accepted earlier: the answer was lost on the way. */
export function settle(kept: KeptEdit, result: EditResult): KeptEdit {
  if (result.outcome === 'accepted' || result.outcome === 'duplicate') return { ...kept, state: 'accepted' }
  const { title, detail } = result.problem ?? {}
  const problem = { zh: title ?? detail ?? '', en: detail ?? title ?? '' }
  return { ...kept, state: result.outcome, ...(problem.zh === '' ? {} : { problem }) }
}

/** crypto.randomUUID needs Chromium 92 and https; a phone in the field may have neither. */
export function newEditId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What was refused is not shown as done; of a conflict the server shows the more cautious side. */
export const isShown = (kept: KeptEdit): boolean => kept.state === 'waiting' || kept.state === 'accepted'
