import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gone } from '../rig/process.js'
import type { Teardown } from '../rig/store.js'
import { until } from '../rig/until.js'

export interface Taken {
  outId: string
  contactId: number
  alertId: string
  revision: number
}

/** A carrier over HTTP that remembers what it took, may be asked, and lets the test act before it takes and before it answers. */
export async function openCarrier(t: Teardown) {
  const carrier = {
    url: '',
    taken: [] as Taken[],
    requests: 0,
    asked: 0,
    beforeTaking: async (_request: number): Promise<'take' | 'hang up'> => 'take',
    afterTaking: async (_request: number): Promise<void> => {},
    of: (alertId: string) => carrier.taken.filter((m) => m.alertId === alertId),
    /** Out ids that came more than once. */
    duplicates: () => carrier.taken.length - new Set(carrier.taken.map((m) => m.outId)).size,
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const messages = JSON.parse(body) as Taken[]
    if (request.url === '/ask') {
      carrier.asked += messages.length
      const seen = new Set(carrier.taken.map((m) => m.outId))
      return void response.end(JSON.stringify(messages.map((m) => ({ kind: seen.has(m.outId) ? 'accepted' : 'absent' }))))
    }
    const number = ++carrier.requests
    if ((await carrier.beforeTaking(number)) === 'hang up') return void response.destroy()
    carrier.taken.push(...messages)
    await carrier.afterTaking(number)
    response.end(JSON.stringify(messages.map(() => ({ kind: 'accepted' }))))
  })
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
  carrier.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return carrier
}
export type Carrier = Awaited<ReturnType<typeof openCarrier>>

/** A process that plans and sends. It is loaded at once and begins on begin(), so that a successor is at hand when one is killed. */
export interface SenderProcess {
  begin(): Promise<void>
  kill(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}
export function loadSender(t: Teardown, env: Record<string, string>): SenderProcess {
  const script = fileURLToPath(new URL('./sender-process.ts', import.meta.url))
  // tap's own loader must not come along: the process is the product's, run by tsx.
  const { NODE_OPTIONS: _, ...rest } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env: { ...rest, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  // Not our own: a frozen process that outlived us would keep it open for whoever reads it.
  child.stderr!.pipe(process.stderr)
  const told = new Set<string>()
  createInterface(child.stdout!).on('line', (line) => told.add(line))
  const kill = async () => {
    child.kill('SIGKILL')
    await gone(child)
  }
  t.teardown(kill)
  return {
    async begin() {
      await until(() => told.has('loaded'), 'the process is loaded', 30_000)
      child.stdin!.write('begin\n')
      await until(() => told.has('sending'), 'the process sends', 30_000)
    },
    kill,
    signal: (name) => void child.kill(name),
  }
}
