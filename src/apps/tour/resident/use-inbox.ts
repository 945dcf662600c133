import { useCallback, useEffect, useState } from 'react'
import { post, read } from '../../shared/api.js'
import { takeTokenFromAddress } from '../../shared/session-token.js'
import { callBack, hangUp, type PhoneMessage, type PhoneState, pickUp, press, quietPhone, takeMessages } from '../model/inbox.js'

const every = 1000

takeTokenFromAddress()
/** Whose phone this is; the session can read no other inbox. */
const contact = new URLSearchParams(window.location.hash.replace(/^#/, '')).get('contact')

export interface Inbox {
  phone: PhoneState
  lost: boolean
  pickUp: () => void
  hangUp: () => void
  callBack: (id: string) => void
  answer: (message: PhoneMessage, key: string) => void
}

export function useInbox(): Inbox {
  const [phone, setPhone] = useState<PhoneState>(quietPhone)
  const [failures, setFailures] = useState(0)
  useEffect(() => {
    let stopped = false
    const look = async () => {
      try {
        const query = contact === null ? '' : `?contactId=${encodeURIComponent(contact)}`
        const { items } = await read<{ items: (Omit<PhoneMessage, 'id'> & { id: string | number })[] }>(`/api/sandbox/messages${query}`)
        if (stopped) return
        setPhone((before) =>
          takeMessages(
            before,
            items.map((item) => ({ ...item, id: String(item.id), answered: item.answered ?? null })),
          ),
        )
        setFailures(0)
      } catch {
        setFailures((n) => n + 1)
      }
    }
    void look()
    const timer = window.setInterval(() => void look(), every)
    return () => {
      stopped = true
      window.clearInterval(timer)
    }
  }, [])
  const answer = useCallback((message: PhoneMessage, key: string) => {
    setPhone((before) =>
      before.callId === message.id
        ? press(before, key)
        : { ...before, messages: before.messages.map((m) => (m.id === message.id ? { ...m, answered: key } : m)) },
    )
    void post(`/api/sandbox/messages/${encodeURIComponent(message.id)}/answers`, { grade: 'pressed', value: key }).catch(() =>
      setFailures((n) => n + 1),
    )
  }, [])
  return {
    phone,
    lost: failures > 3,
    pickUp: useCallback(() => setPhone(pickUp), []),
    hangUp: useCallback(() => setPhone(hangUp), []),
    callBack: useCallback((id: string) => setPhone((before) => callBack(before, id)), []),
    answer,
  }
}

/** The tour tells its phones what time it is in the scenario; alone, the phone shows its own time. */
export function usePhoneTime(): number {
  const [base, setBase] = useState<{ at: number; real: number; speed: number } | null>(null)
  const [, tick] = useState(0)
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      const data = event.data as { yinshi?: string; at?: number; speed?: number }
      if (event.origin !== window.location.origin || data?.yinshi !== 'clock' || typeof data.at !== 'number') return
      setBase({ at: data.at, real: Date.now(), speed: data.speed ?? 0 })
    }
    window.addEventListener('message', hear)
    const timer = window.setInterval(() => tick((n) => n + 1), 250)
    return () => {
      window.removeEventListener('message', hear)
      window.clearInterval(timer)
    }
  }, [])
  return base === null ? Date.now() : base.at + (Date.now() - base.real) * base.speed
}
