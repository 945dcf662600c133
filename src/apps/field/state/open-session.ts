import { useEffect, useState } from 'react'
import { ApiError, post, read } from '../../shared/api.js'
import { openEventStream } from '../../shared/events.js'
import { serviceNow, setServiceClock } from '../../shared/service-clock.js'
import { sessionToken } from '../../shared/session-token.js'
import type { SyncAnswer } from '../model/edit.js'
import { openPhoneStorage, type PhoneStorage } from '../model/phone-storage.js'
import { SendRefused } from '../model/uploader.js'
import type { Account } from './field-context.js'
import { type FieldStore, openFieldStore } from './field-store.js'
import { readFieldCopy } from './read-copy.js'

export interface Opened {
  storage: PhoneStorage
  store: FieldStore
  sample: boolean
}

/** The uploader's language: an HTTP answer, or no network. */
function asSendProblem(error: unknown): never {
  if (error instanceof ApiError && error.status > 0) throw new SendRefused(error.status)
  throw error
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      window.clearTimeout(timer)
      window.removeEventListener('online', end)
      resolve()
    }
    const timer = window.setTimeout(end, milliseconds)
    window.addEventListener('online', end)
  })

async function open(account: Account): Promise<Opened> {
  // A frame of the tour is another person on the same browser: its log is its own.
  const guest = sessionToken() === null ? '' : '-tour'
  const storage = await openPhoneStorage(`yinshi-field-${account.account}${guest}`)
  const store = await openFieldStore({
    storage,
    readCopy: (before) => readFieldCopy(before).catch(asSendProblem),
    send: (edits) => post<SyncAnswer>('/api/field/sync', { edits }).catch(asSendProblem),
    now: serviceNow,
    onCopy: (copy) => setServiceClock(copy.now, copy.speed),
    pause,
  })
  const instance = await read<{ register: string }>('/api/instance').catch(() => null)
  if (instance !== null) await storage.write('register', instance.register)
  const register = instance?.register ?? (await storage.read<string>('register'))
  return { storage, store, sample: register !== 'live' }
}

const everyMs = 30_000
const gatherMs = 500

/** Listens for what happens elsewhere; many events in a row ask for one new copy. */
function follow(store: FieldStore): () => void {
  let timer = 0
  const soon = () => {
    if (timer !== 0) return
    timer = window.setTimeout(() => {
      timer = 0
      void store.refresh()
    }, gatherMs)
  }
  const look = () => {
    store.kick()
    soon()
  }
  const interesting = /^(evacuation|household|task|point|group|alert|warning|deliveries|ladder)\./
  const closeStream = openEventStream({
    onEvent: ({ event }) => {
      if (event === 'drill.reset') void store.forget()
      else if (interesting.test(event) || event.startsWith('drill.')) soon()
    },
    onState: (state) => {
      if (state.is === 'open') look()
    },
  })
  const onShown = () => {
    if (document.visibilityState === 'visible') look()
  }
  // The tour moves the clock of all its frames together.
  const onClock = (event: MessageEvent) => {
    const data = event.data as { yinshi?: string; at?: number; speed?: number } | null
    if (event.origin === window.location.origin && data?.yinshi === 'clock' && typeof data.at === 'number')
      setServiceClock(new Date(data.at).toISOString(), data.speed ?? 1)
  }
  const interval = window.setInterval(look, everyMs)
  window.addEventListener('online', look)
  document.addEventListener('visibilitychange', onShown)
  window.addEventListener('message', onClock)
  look()
  return () => {
    window.clearTimeout(timer)
    window.clearInterval(interval)
    window.removeEventListener('online', look)
    document.removeEventListener('visibilitychange', onShown)
    window.removeEventListener('message', onClock)
    closeStream()
  }
}

export function useOpenedStore(account: Account): Opened | null {
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    let stop: (() => void) | null = null
    let gone = false
    void open(account).then((next) => {
      if (gone) return
      setOpened(next)
      stop = follow(next.store)
      void navigator.storage?.persist?.().catch(() => undefined)
    })
    return () => {
      gone = true
      stop?.()
    }
  }, [account])
  return opened
}
