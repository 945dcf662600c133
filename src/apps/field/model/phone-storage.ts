import type { Edit, EditDraft, KeptEdit } from './edit.js'
import { newEditId } from './edit.js'

/** What the phone keeps: the log of edits, the last copy of the server, and small facts. */
export interface PhoneStorage {
  /** Gives the edit its id, device and sequence number, and keeps it, in one transaction. */
  append(draft: EditDraft): Promise<KeptEdit>
  /** Oldest first. */
  edits(): Promise<KeptEdit[]>
  keep(kept: KeptEdit): Promise<void>
  remove(seqs: number[]): Promise<void>
  read<T>(fact: string): Promise<T | undefined>
  write(fact: string, value: unknown): Promise<void>
  wipe(): Promise<void>
  /** False: the browser gives no storage, what is done here lives only as long as the page. */
  readonly lasting: boolean
}

interface Counter {
  device: string
  last: number
}
const nextOf = (counter: Counter | undefined): Counter => ({
  device: counter?.device ?? newEditId().slice(0, 12),
  last: (counter?.last ?? 0) + 1,
})
const editOf = ({ undoes, ...draft }: EditDraft, counter: Counter): KeptEdit => ({
  edit: { ...draft, id: newEditId(), device: counter.device, seq: counter.last } satisfies Edit,
  state: 'waiting',
  ...(undoes === undefined ? {} : { undoes }),
})

/** IndexedDB, by hand: 60 lines against a library on the first screen's budget. */
export async function openPhoneStorage(name: string): Promise<PhoneStorage> {
  if (typeof indexedDB === 'undefined') return memoryStorage()
  try {
    return indexedStorage(await openDatabase(name))
  } catch {
    // Private windows of some WebViews have indexedDB and refuse to open it.
    return memoryStorage()
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('edits', { keyPath: 'edit.seq' })
      request.result.createObjectStore('facts')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('blocked by another page'))
  })
}

function indexedStorage(database: IDBDatabase): PhoneStorage {
  // Resolves only when the transaction is complete: what the screen calls saved is on the disk.
  function run<T>(
    mode: IDBTransactionMode,
    body: (edits: IDBObjectStore, facts: IDBObjectStore, done: (value: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(['edits', 'facts'], mode)
      let value: T
      transaction.oncomplete = () => resolve(value)
      transaction.onerror = () => reject(transaction.error)
      transaction.onabort = () => reject(transaction.error)
      body(transaction.objectStore('edits'), transaction.objectStore('facts'), (answer) => {
        value = answer
      })
    })
  }
  return {
    lasting: true,
    append: (draft) =>
      run<KeptEdit>('readwrite', (edits, facts, done) => {
        const asked = facts.get('counter')
        asked.onsuccess = () => {
          const counter = nextOf(asked.result as Counter | undefined)
          const kept = editOf(draft, counter)
          facts.put(counter, 'counter')
          edits.put(kept)
          done(kept)
        }
      }),
    edits: () =>
      run<KeptEdit[]>('readonly', (edits, _facts, done) => {
        const asked = edits.getAll()
        asked.onsuccess = () => done(asked.result as KeptEdit[])
      }),
    keep: (kept) => run<void>('readwrite', (edits) => void edits.put(kept)),
    remove: (seqs) => run<void>('readwrite', (edits) => seqs.forEach((seq) => void edits.delete(seq))),
    read: <T>(fact: string) =>
      run<T | undefined>('readonly', (_edits, facts, done) => {
        const asked = facts.get(fact)
        asked.onsuccess = () => done(asked.result as T | undefined)
      }),
    write: (fact, value) => run<void>('readwrite', (_edits, facts) => void facts.put(value, fact)),
    wipe: () =>
      run<void>('readwrite', (edits, facts) => {
        edits.clear()
        facts.clear()
      }),
  }
}

export function memoryStorage(): PhoneStorage {
  let edits = new Map<number, KeptEdit>()
  const facts = new Map<string, unknown>()
  return {
    lasting: false,
    async append(draft) {
      const counter = nextOf(facts.get('counter') as Counter | undefined)
      facts.set('counter', counter)
      const kept = editOf(draft, counter)
      edits.set(counter.last, kept)
      return kept
    },
    edits: async () => [...edits.values()].sort((a, b) => a.edit.seq - b.edit.seq),
    async keep(kept) {
      edits.set(kept.edit.seq, kept)
    },
    async remove(seqs) {
      for (const seq of seqs) edits.delete(seq)
    },
    read: async <T>(fact: string) => facts.get(fact) as T | undefined,
    async write(fact, value) {
      facts.set(fact, value)
    },
    async wipe() {
      edits = new Map()
      facts.clear()
    },
  }
}
