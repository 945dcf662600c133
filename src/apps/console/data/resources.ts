import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { ApiError, read } from '../../shared/api.js'
import type { ServiceEvent } from '../../shared/events.js'

/**
 * What the screens have read, by path. Several components share one answer; an event of the stream makes the answers it
 * concerns be read again; an answer that cannot be renewed stays visible and says its age.
 */
export interface Resource<T> {
  data: T | undefined
  error: ApiError | undefined
  loading: boolean
  /** When data was read (browser time). */
  at: number
}
interface Entry {
  path: string
  value: Resource<unknown>
  watch: RegExp | null
  users: number
  listeners: Set<() => void>
  running: boolean
  again: boolean
  timer: number
  lastRead: number
  /** How long the last reading took: a slow answer is asked for less often. */
  took: number
}
const entries = new Map<string, Entry>()
const empty: Resource<unknown> = { data: undefined, error: undefined, loading: true, at: 0 }
const leastGapMs = 700

function entryOf(path: string): Entry {
  let entry = entries.get(path)
  if (!entry) {
    entry = {
      path,
      value: empty,
      watch: null,
      users: 0,
      listeners: new Set(),
      running: false,
      again: false,
      timer: 0,
      lastRead: 0,
      took: 0,
    }
    entries.set(path, entry)
  }
  return entry
}
function put(entry: Entry, value: Resource<unknown>): void {
  entry.value = value
  for (const listener of entry.listeners) listener()
}

async function load(entry: Entry): Promise<void> {
  if (entry.running) {
    entry.again = true
    return
  }
  entry.running = true
  entry.lastRead = Date.now()
  try {
    put(entry, { data: await read(entry.path), error: undefined, loading: false, at: Date.now() })
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(0, 'unknown', '读取失败', String(error))
    put(entry, { ...entry.value, error: known, loading: false })
  }
  entry.running = false
  entry.took = Date.now() - entry.lastRead
  if (entry.again) {
    entry.again = false
    schedule(entry)
  }
}
/** Many events come in one breath: one reading per path and gap is enough. */
function schedule(entry: Entry): void {
  if (entry.timer) return
  const wait = Math.max(80, entry.lastRead + Math.max(leastGapMs, entry.took * 3) - Date.now())
  entry.timer = window.setTimeout(() => {
    entry.timer = 0
    if (entry.users > 0) void load(entry)
  }, wait)
}

export function concern(event: ServiceEvent): void {
  for (const entry of entries.values()) if (entry.users > 0 && entry.watch?.test(event.event)) schedule(entry)
}
/** After a gap of the stream, or when the network came back: everything on the screen is read again. */
export function readAllAgain(): void {
  for (const entry of entries.values()) if (entry.users > 0) schedule(entry)
}
export function readAgain(start: string): void {
  for (const entry of entries.values()) if (entry.path.startsWith(start)) entry.users > 0 ? schedule(entry) : entries.delete(entry.path)
}
export function forgetAll(): void {
  for (const entry of entries.values()) put(entry, empty)
}

export interface UseResource<T> extends Resource<T> {
  again: () => void
}
/** watch: events that make it be read again (a regular expression over the event's name); everyMs: also by itself. */
export function useResource<T>(path: string | null, options: { watch?: RegExp; everyMs?: number } = {}): UseResource<T> {
  const { watch, everyMs = 30_000 } = options
  const source = watch?.source
  const subscribe = useCallback(
    (listener: () => void) => {
      if (path === null) return () => undefined
      const entry = entryOf(path)
      entry.users += 1
      entry.listeners.add(listener)
      if (source) entry.watch = new RegExp(source)
      if (entry.value.at === 0 || Date.now() - entry.value.at > 1500) void load(entry)
      return () => {
        entry.users -= 1
        entry.listeners.delete(listener)
      }
    },
    [path, source],
  )
  const value = useSyncExternalStore(subscribe, () => (path === null ? empty : entryOf(path).value)) as Resource<T>
  useEffect(() => {
    if (path === null || everyMs <= 0) return
    const timer = window.setInterval(() => void load(entryOf(path)), everyMs)
    return () => window.clearInterval(timer)
  }, [path, everyMs])
  const again = useCallback(() => {
    if (path !== null) void load(entryOf(path))
  }, [path])
  return { ...value, loading: path !== null && value.loading, again }
}
