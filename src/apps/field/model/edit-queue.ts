import type { EditDraft, EditResult, KeptEdit } from './edit.js'
import { settle } from './edit.js'
import type { PhoneStorage } from './phone-storage.js'

/** The log of what was done on this phone, mirrored in memory so that a screen never waits for it. */
export interface EditQueue {
  all(): KeptEdit[]
  waiting(): KeptEdit[]
  /** Conflicts and refusals the person has not put away yet. */
  troubled(): KeptEdit[]
  append(draft: EditDraft): Promise<KeptEdit>
  /** True: it had not left the phone and is gone. False: the server may have it, so a withdrawing edit must follow. */
  takeBack(id: string): Promise<boolean>
  /** Marks edits as being on their way: they can no longer be taken back silently. */
  leaving(ids: string[]): void
  settled(results: EditResult[]): Promise<void>
  /** A copy of the server asked for after these were accepted shows them: they need not be laid over it any more. */
  shown(ids: string[]): Promise<void>
  dismiss(id: string): Promise<void>
}

export async function openEditQueue(storage: PhoneStorage, changed: () => void): Promise<EditQueue> {
  let kept = await storage.edits()
  const gone = new Set<string>()
  const replace = async (next: KeptEdit[]): Promise<void> => {
    const bySeq = new Map(next.map((k) => [k.edit.seq, k]))
    kept = kept.map((k) => bySeq.get(k.edit.seq) ?? k)
    changed()
    for (const k of next) await storage.keep(k)
  }
  const drop = async (ids: string[]): Promise<void> => {
    const seqs = kept.filter((k) => ids.includes(k.edit.id)).map((k) => k.edit.seq)
    kept = kept.filter((k) => !ids.includes(k.edit.id))
    changed()
    await storage.remove(seqs)
  }
  return {
    all: () => kept,
    waiting: () => kept.filter((k) => k.state === 'waiting'),
    troubled: () => kept.filter((k) => k.state === 'conflict' || k.state === 'refused'),
    async append(draft) {
      const added = await storage.append(draft)
      kept = [...kept, added]
      changed()
      return added
    },
    async takeBack(id) {
      const found = kept.find((k) => k.edit.id === id)
      if (found === undefined || found.state !== 'waiting' || gone.has(id)) return false
      await drop([id])
      return true
    },
    leaving(ids) {
      for (const id of ids) gone.add(id)
    },
    async settled(results) {
      const byId = new Map(results.map((r) => [r.id, r]))
      const next = kept.flatMap((k) => {
        const result = byId.get(k.edit.id)
        return result !== undefined && k.state === 'waiting' ? [settle(k, result)] : []
      })
      await replace(next)
    },
    shown: (ids) => drop(ids.filter((id) => kept.some((k) => k.edit.id === id && k.state === 'accepted'))),
    dismiss: (id) => drop([id]),
  }
}
