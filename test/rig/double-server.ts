import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Teardown } from './store.js'

/**
 * What a carrier does wrong, once, for the next request. `taken` first does what was asked and then misbehaves: the message is
 * on its way although the caller never hears of it.
 */
export type Fault = (
  | { kind: 'answer'; status: number; body?: string; headers?: Record<string, string> }
  | { kind: 'hang' }
  | { kind: 'reset' }
  /** Headers and half of a body, then the line breaks. */
  | { kind: 'half' }
) & { taken?: boolean }

export interface DoubleRequest {
  request: IncomingMessage
  url: URL
  body: Buffer
}
export interface DoubleAnswer {
  status: number
  body?: string
  headers?: Record<string, string>
}
export interface DoubleServer {
  origin: string
  /** Faults are used up one per request, in order. */
  fail(...faults: Fault[]): void
  requests: number
}

/** A carrier of our own on 127.0.0.1, with scripted faults. */
export async function startDouble(t: Teardown, handle: (asked: DoubleRequest) => DoubleAnswer): Promise<DoubleServer> {
  const faults: Fault[] = []
  const double: DoubleServer = { origin: '', fail: (...more) => void faults.push(...more), requests: 0 }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      double.requests++
      const asked = { request, url: new URL(request.url ?? '/', double.origin), body: Buffer.concat(parts) }
      const fault = faults.shift()
      if (!fault) return write(response, handle(asked))
      if (fault.taken) handle(asked)
      misbehave(response, fault)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  double.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((closed) => server.close(closed))
  })
  return double
}

function write(response: ServerResponse, { status, body = '', headers }: DoubleAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers })
  response.end(body)
}

function misbehave(response: ServerResponse, fault: Fault): void {
  if (fault.kind === 'answer') write(response, fault)
  else if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  else if (fault.kind === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '400' })
    response.write('{"Code":"OK","Biz')
    setImmediate(() => response.socket?.destroy())
  }
}
