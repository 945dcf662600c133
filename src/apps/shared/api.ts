import { sessionToken } from './session-token.js'

/** What went wrong, as the service says it (RFC 9457), or our own words when the service was not reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: { path?: string; line?: number; column?: number; message: string }[] = [],
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail ? `${title}: ${detail}` : title)
    this.name = 'ApiError'
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
export interface CallOptions {
  signal?: AbortSignal
  /** Sent as it is, e.g. a dropped file; then contentType says what it is. */
  raw?: BodyInit
  contentType?: string
  accept?: string
}

function headersFor(method: Method, body: unknown, options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: options.accept ?? 'application/json' }
  const token = sessionToken()
  if (token) headers.authorization = `Bearer ${token}`
  if (method !== 'GET') headers['x-yinshi'] = '1'
  if (options.raw !== undefined) headers['content-type'] = options.contentType ?? 'application/octet-stream'
  else if (body !== undefined) headers['content-type'] = 'application/json'
  return headers
}

async function send(method: Method, path: string, body: unknown, options: CallOptions): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      headers: headersFor(method, body, options),
      credentials: 'same-origin',
      body: options.raw ?? (body === undefined ? null : JSON.stringify(body)),
      signal: options.signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreached', '连不上服务', 'the service cannot be reached')
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const kind = String(body.type ?? '').replace(/^urn:yinshi:problem:/, '') || `http-${response.status}`
  const errors = Array.isArray(body.errors) ? (body.errors as ApiError['errors']) : []
  return new ApiError(response.status, kind, String(body.title ?? response.statusText), String(body.detail ?? ''), errors, body)
}

const signedOutListeners = new Set<() => void>()
/** Told when the service says 401: the session has ended. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

/** The bytes as they are, whatever they call themselves. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const response = await send('GET', path, undefined, { accept: '*/*' })
  if (!response.ok) throw await problemOf(response)
  return new Uint8Array(await response.arrayBuffer())
}

export async function call<T>(method: Method, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, body, options)
  if (!response.ok) {
    if (response.status === 401 && !path.startsWith('/api/sessions')) for (const listener of signedOutListeners) listener()
    throw await problemOf(response)
  }
  if (response.status === 204) return undefined as T
  const type = response.headers.get('content-type') ?? ''
  return (type.includes('json') ? await response.json() : await response.text()) as T
}

export const read = <T>(path: string, options?: CallOptions) => call<T>('GET', path, undefined, options)
export const post = <T>(path: string, body: unknown = {}, options?: CallOptions) => call<T>('POST', path, body, options)
