import { addedDoors } from '../model/added-doors.js'
import { inWalkingOrder } from '../model/door-order.js'
import { layOver } from '../model/door-overlay.js'
import type { Edit, EditDraft, KeptEdit } from '../model/edit.js'
import { openEditQueue } from '../model/edit-queue.js'
import type { FieldCopy, FieldDoor, FieldTask } from '../model/field-copy.js'
import type { PhoneStorage } from '../model/phone-storage.js'
import { layOverTask } from '../model/task-overlay.js'
import { createUploader, type LinkState, SendRefused, type UploaderParts } from '../model/uploader.js'

type Draft = Omit<EditDraft, 'at'>
/** One press may have said several things (a whole building): they are taken back together. */
export interface UndoOffer {
  words: string
  edits: Edit[]
  /** What opens something new on the desk is not taken back from the phone once it is up there. */
  final: boolean
}
const finalVerbs = ['add-household', 'report', 'number']
export interface FieldState {
  copy: FieldCopy | null
  /** When the copy was taken, on the phone's own clock. */
  copyAt: number
  doors: (FieldDoor & { pending: number })[]
  tasks: (FieldTask & { pending: number })[]
  waiting: number
  troubled: KeptEdit[]
  link: LinkState
  lasting: boolean
  undo: UndoOffer | null
}

export interface FieldStore {
  subscribe(listener: () => void): () => void
  state(): FieldState
  /** Kept on the phone first, then shown, then sent. Resolves when it is kept. */
  act(drafts: Draft | Draft[], words: string): Promise<void>
  undo(): Promise<void>
  closeUndo(): void
  dismiss(editId: string): Promise<void>
  refresh(): Promise<void>
  kick(): void
  waiting(): KeptEdit[]
  /** The night was started again: what this phone had belongs to a night that never was. */
  forget(): Promise<void>
}

interface Parts {
  storage: PhoneStorage
  readCopy: (before: FieldCopy | null) => Promise<FieldCopy>
  send: UploaderParts['send']
  now: () => number
  onCopy: (copy: FieldCopy) => void
  pause: UploaderParts['pause']
}
interface Kept {
  copy: FieldCopy
  at: number
}

export async function openFieldStore(parts: Parts): Promise<FieldStore> {
  const { storage, readCopy, now } = parts
  const kept = await storage.read<Kept>('copy')
  let copy = kept?.copy ?? null
  let copyAt = kept?.at ?? 0
  let link: LinkState = 'online'
  let undo: UndoOffer | null = null
  const listeners = new Set<() => void>()
  let state: FieldState | null = null
  const changed = () => {
    state = null
    for (const listener of listeners) listener()
  }
  const queue = await openEditQueue(storage, changed)
  if (copy !== null) parts.onCopy(copy)

  const readOnce = async (): Promise<void> => {
    // Only what was accepted before this question was asked is certain to be in its answer.
    const inside = queue
      .all()
      .filter((k) => k.state === 'accepted')
      .map((k) => k.edit.id)
    const asked = copy
    try {
      const fresh = await readCopy(asked)
      // Forgotten while the answer was on its way: it belongs to the night before.
      if (asked !== copy) return
      copy = fresh
      copyAt = Date.now()
      parts.onCopy(fresh)
      if (link !== 'sending') link = 'online'
      await queue.shown(inside)
      changed()
      await storage.write('copy', { copy: fresh, at: copyAt } satisfies Kept)
    } catch (error) {
      link = error instanceof SendRefused ? (error.status === 401 ? 'signed-out' : 'trouble') : 'offline'
      changed()
    }
  }
  // One question at a time; whoever asks meanwhile gets the next answer, which is newer than their question.
  let reading: Promise<void> | null = null
  let next: Promise<void> | null = null
  const refresh = (): Promise<void> => {
    if (reading === null) {
      reading = readOnce().finally(() => {
        reading = null
      })
      return reading
    }
    next ??= reading.then(() => {
      next = null
      return refresh()
    })
    return next
  }
  const uploader = createUploader({
    queue,
    send: parts.send,
    pause: parts.pause,
    report: (next) => {
      link = next
      changed()
    },
    uploaded: () => void refresh(),
  })

  const show = (): FieldState => {
    const edits = queue.all()
    const of = (id: string) => edits.filter((k) => k.edit.target.id === id)
    const pendingOf = (mine: KeptEdit[]) => mine.filter((k) => k.state === 'waiting').length
    const doors = [...(copy?.doors ?? []), ...addedDoors(copy, edits)].map((door) => {
      const mine = of(door.id)
      return { ...layOver(door, mine), pending: pendingOf(mine) }
    })
    return {
      copy,
      copyAt,
      doors: doors.sort(inWalkingOrder),
      tasks: (copy?.tasks ?? []).map((task) => ({ ...layOverTask(task, of(task.id)), pending: pendingOf(of(task.id)) })),
      waiting: queue.waiting().length,
      troubled: queue.troubled(),
      link,
      lasting: storage.lasting,
      undo,
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    state() {
      state ??= show()
      return state
    },
    async act(drafts, words) {
      const at = new Date(now()).toISOString()
      const edits: Edit[] = []
      for (const draft of Array.isArray(drafts) ? drafts : [drafts]) edits.push((await queue.append({ ...draft, at })).edit)
      undo = { words, edits, final: edits.some((edit) => finalVerbs.includes(edit.verb)) }
      changed()
      uploader.kick()
    },
    async undo() {
      const offer = undo
      undo = null
      changed()
      for (const { id, target, verb } of offer?.edits ?? []) {
        if (await queue.takeBack(id)) continue
        await queue.append({ target, verb: 'undo', value: { of: id }, at: new Date(now()).toISOString(), undoes: verb })
      }
      uploader.kick()
    },
    closeUndo() {
      undo = null
      changed()
    },
    dismiss: (editId) => queue.dismiss(editId),
    refresh,
    kick: () => uploader.kick(),
    waiting: () => queue.waiting(),
    async forget() {
      undo = null
      copy = null
      for (const k of queue.all()) await queue.dismiss(k.edit.id)
      await storage.write('copy', undefined)
      changed()
      await refresh()
    },
  }
}
