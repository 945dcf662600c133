import type { ImportProgress } from '../../../register/import/watch-import.js'
import { ApiError } from '../../shared/api.js'
import { sessionToken } from '../../shared/session-token.js'

export type ImportStep = ImportProgress | { phase: 'uploading'; done: number; of: number | null }

const headersOf = (accept: string): Record<string, string> => {
  const token = sessionToken()
  return { accept, 'x-yinshi': '1', ...(token ? { authorization: `Bearer ${token}` } : {}) }
}

/**
 * A long work of the service, watched: the upload by the browser, the rest by the lines the service writes while it works.
 * XMLHttpRequest, for fetch does not tell how much of a body has left. Null: it was called off.
 */
export function watchedCall<T>(
  path: string,
  body: File | object,
  tell: (step: ImportStep) => void,
  signal: AbortSignal,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(headersOf('application/x-ndjson'))) request.setRequestHeader(name, value)
    request.setRequestHeader('content-type', body instanceof File ? 'application/octet-stream' : 'application/json')
    request.upload.onprogress = ({ loaded, total }) => tell({ phase: 'uploading', done: loaded, of: total })
    let read = 0
    const takeLines = (): Record<string, unknown> | null => {
      let last: Record<string, unknown> | null = null
      for (let end = request.responseText.indexOf('\n', read); end >= 0; end = request.responseText.indexOf('\n', read)) {
        last = JSON.parse(request.responseText.slice(read, end)) as Record<string, unknown>
        read = end + 1
        if (last.progress) tell(last.progress as ImportProgress)
      }
      return last
    }
    let last: Record<string, unknown> | null = null
    request.onprogress = () => {
      if (request.status === 200) last = takeLines() ?? last
    }
    request.onload = () => {
      if (request.status !== 200) return reject(problemOf(request.status, request.responseText))
      last = takeLines() ?? last
      if (last?.answer) resolve(last.answer as T)
      else reject(problemOf(Number((last?.problem as { status?: number })?.status ?? 0), JSON.stringify(last?.problem ?? {})))
    }
    request.onerror = () => reject(problemOf(0, '{}'))
    request.onabort = () => resolve(null)
    signal.addEventListener('abort', () => request.abort())
    request.send(body instanceof File ? body : JSON.stringify(body))
  })
}

function problemOf(status: number, text: string): ApiError {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Something between us and the service answered in its own words.
  }
  const kind = String(body.type ?? '').replace(/^urn:yinshi:problem:/, '') || 'unreached'
  const errors = Array.isArray(body.errors) ? (body.errors as ApiError['errors']) : []
  return new ApiError(
    status,
    kind,
    String(body.title ?? '连不上服务'),
    String(body.detail ?? 'the service cannot be reached'),
    errors,
    body,
  )
}

/** A file the service makes, saved under a name. */
export async function download(method: 'GET' | 'POST', path: string, name: string, body?: File): Promise<void> {
  const headers = headersOf('*/*')
  if (body) headers['content-type'] = 'application/octet-stream'
  const response = await fetch(path, { method, headers, credentials: 'same-origin', body: body ?? null }).catch(() => {
    throw problemOf(0, '{}')
  })
  if (!response.ok) throw problemOf(response.status, await response.text())
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 5000)
}
