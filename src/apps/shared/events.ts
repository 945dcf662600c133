import { sessionToken } from './session-token.js'

/** One line of the service's event stream: what happened to which thing, nothing personal. */
export interface ServiceEvent {
  id: string
  event: string
  thing: { type: string; id: string } | null
  place: string | null
  series: string | null
  at: string | null
}
export type StreamState = { is: 'connecting' } | { is: 'open'; since: number } | { is: 'lost'; since: number; attempt: number }
export interface EventStreamOptions {
  onEvent: (event: ServiceEvent) => void
  onState: (state: StreamState) => void
  path?: string
}

/** Silence is danger: a stream without a byte for this long is taken as broken and opened anew. */
const silenceMs = 45_000

/** Splits a byte stream into server-sent events; keeps what is incomplete for the next piece. */
export function sseReader(emit: (field: { id: string; event: string; data: string }) => void): (text: string) => void {
  let buffer = ''
  let id = ''
  let event = ''
  let data: string[] = []
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) emit({ id, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    else if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  return (text) => {
    buffer += text
    // A piece may end between the two characters of a line's end: the last one waits for what follows.
    const whole = buffer.endsWith('\r') ? buffer.slice(0, -1) : buffer
    const lines = whole.split(/\r\n|\n|\r/)
    buffer = (lines.pop() ?? '') + buffer.slice(whole.length)
    for (const each of lines) line(each)
  }
}

function readEvent(field: { id: string; event: string; data: string }): ServiceEvent | null {
  try {
    const data = JSON.parse(field.data) as Partial<ServiceEvent>
    return {
      id: field.id,
      event: field.event,
      thing: data.thing ?? null,
      place: data.place ?? null,
      series: data.series ?? null,
      at: data.at ?? null,
    }
  } catch {
    return null
  }
}

/** Fetch streaming instead of EventSource: that one cannot send a bearer token. Resumes after the last seen id. */
export function openEventStream(options: EventStreamOptions): () => void {
  const stop = new AbortController()
  let lastId = ''
  const listen = async (onOpen: () => void): Promise<void> => {
    const attempt = new AbortController()
    const end = () => attempt.abort()
    stop.signal.addEventListener('abort', end)
    let silence = window.setTimeout(end, silenceMs)
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      const token = sessionToken()
      if (token) headers.authorization = `Bearer ${token}`
      if (lastId) headers['last-event-id'] = lastId
      const response = await fetch(options.path ?? '/api/events', { headers, credentials: 'same-origin', signal: attempt.signal })
      if (!response.ok || !response.body) throw new Error(`events: ${response.status}`)
      onOpen()
      const decoder = new TextDecoder()
      const take = sseReader((field) => {
        if (field.id) lastId = field.id
        const event = readEvent(field)
        if (event) options.onEvent(event)
      })
      const reader = response.body.getReader()
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        window.clearTimeout(silence)
        silence = window.setTimeout(end, silenceMs)
        take(decoder.decode(value, { stream: true }))
      }
    } finally {
      window.clearTimeout(silence)
      stop.signal.removeEventListener('abort', end)
    }
  }
  void keepListening(listen, stop.signal, options.onState)
  return () => stop.abort()
}

async function keepListening(
  listen: (onOpen: () => void) => Promise<void>,
  stopped: AbortSignal,
  onState: (state: StreamState) => void,
): Promise<void> {
  let attempt = 0
  let lostAt = 0
  onState({ is: 'connecting' })
  while (!stopped.aborted) {
    try {
      await listen(() => {
        attempt = 0
        lostAt = 0
        onState({ is: 'open', since: Date.now() })
      })
    } catch {
      // The reason does not matter to the reader of the screen: it says since when nothing is heard.
    }
    if (stopped.aborted) return
    attempt += 1
    lostAt ||= Date.now()
    // The first gap is given a moment: a proxy that closes every minute is not worth an alarm.
    if (attempt > 1) onState({ is: 'lost', since: lostAt, attempt })
    const wait = Math.min(10_000, 500 * 2 ** Math.min(attempt, 5)) * (0.7 + Math.random() * 0.6)
    await new Promise((resolve) => window.setTimeout(resolve, attempt === 1 ? 300 : wait))
  }
}
