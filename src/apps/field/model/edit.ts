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
export type EditDraft = Omit<Edit, 'id' | 'device' | 'seq'>

/** waiting: only on this phone · accepted: the server has it, our copy of the server does not show it yet · conflict, refused: kept until the person has seen it. */
export type EditState = 'waiting' | 'accepted' | 'conflict' | 'refused'
export interface KeptEdit {
  edit: Edit
  state: EditState
  problem?: string
}

export interface EditResult {
  id: string
  outcome: 'accepted' | 'duplicate' | 'conflict' | 'refused'
  problem?: string | { title?: string; detail?: string }
}
export interface SyncAnswer {
  results: EditResult[]
  cursor?: string | number
}

/** What the server said of one edit, in our states. A duplicate was accepted earlier: the answer was lost on the way. */
export function settle(kept: KeptEdit, result: EditResult): KeptEdit {
  if (result.outcome === 'accepted' || result.outcome === 'duplicate') return { edit: kept.edit, state: 'accepted' }
  const problem = typeof result.problem === 'string' ? result.problem : (result.problem?.detail ?? result.problem?.title)
  return { edit: kept.edit, state: result.outcome, ...(problem === undefined ? {} : { problem }) }
}

/** crypto.randomUUID needs Chromium 92 and https; a phone in the field may have neither. */
export function newEditId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
