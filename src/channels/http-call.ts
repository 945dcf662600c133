import { Agent, type Dispatcher, errors, request } from 'undici'

/** One HTTP call to a carrier: no redirects, no retries, an end to waiting, and at most 64 KiB of an answer are read. */
export interface HttpCall {
  url: string
  headers: Record<string, string>
  body: Buffer | string
  timeoutMs: number
  signal: AbortSignal
}
export type HttpOutcome =
  | { kind: 'answered'; status: number; header(name: string): string | undefined; text: string }
  /** The request was never handed over: nobody was listening, or no name was found. */
  | { kind: 'not-sent'; reason: string }
  /** It was handed over, or may have been, and no whole answer came back. */
  | { kind: 'unknown'; reason: string }

const mostBytes = 64 * 1024
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
])

export const createDispatcher = (connections: number): Agent => new Agent({ connections, connect: { timeout: 5000 }, pipelining: 1 })

export async function callOnce(dispatcher: Dispatcher, call: HttpCall): Promise<HttpOutcome> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)])
  try {
    const { url, headers, body } = call
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher })
    const parts: Buffer[] = []
    let size = 0
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      size += part.length
      if (size > mostBytes) break
      parts.push(part)
    }
    const header = (name: string) => {
      const value = answer.headers[name]
      return Array.isArray(value) ? value[0] : value
    }
    return { kind: 'answered', status: answer.statusCode, header, text: Buffer.concat(parts).toString() }
  } catch (e) {
    const code = codeOf(e)
    return neverSent.has(code) ? { kind: 'not-sent', reason: code } : { kind: 'unknown', reason: code }
  }
}

/** A short name of what went wrong; messages are left out, they may hold the address. */
export function codeOf(e: unknown): string {
  if (e instanceof errors.UndiciError) return e.code
  const { code, name, cause } = e as { code?: unknown; name?: string; cause?: unknown }
  if (typeof code === 'string') return code
  return cause === undefined ? (name ?? 'error') : codeOf(cause)
}

/** Retry-After in seconds or as a date; a carrier that says nothing is asked again after `otherwise`. */
export function retryAt(value: string | undefined, now: number, otherwiseMs: number): Date {
  const seconds = Number(value)
  if (value !== undefined && value.trim() !== '' && Number.isFinite(seconds))
    return new Date(now + Math.min(Math.max(seconds, 1), 86_400) * 1000)
  const at = Date.parse(value ?? '')
  return new Date(Number.isNaN(at) ? now + otherwiseMs : Math.min(Math.max(at, now + 1000), now + 86_400_000))
}
