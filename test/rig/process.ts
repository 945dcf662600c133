import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Teardown } from './store.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const builtProgram = join(root, 'dist', 'main.js')

/** One process of the service, as a deployment starts it. */
export interface RoleProcess {
  /** Where it answers; empty for a worker. */
  url: string
  /** SIGKILL: it can tidy up nothing. */
  kill(): Promise<void>
}

export const gone = (child: ChildProcess) =>
  new Promise<void>((ok) => ((child.exitCode ?? child.signalCode) !== null ? ok() : child.once('exit', () => ok())))

/** Starts web, worker or all, of the built program or of the sources, and answers once it says that it runs. */
export async function startRole(
  t: Teardown & { fail(what: string): unknown },
  role: string,
  env: Record<string, string>,
  program: 'built' | 'sources' = 'sources',
): Promise<RoleProcess> {
  const words = program === 'built' ? [builtProgram] : ['--import', 'tsx', join(root, 'src', 'main.ts')]
  const child = spawn(process.execPath, [...words, role], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    child.kill('SIGTERM')
    await gone(child)
  })
  let told = ''
  const url = await new Promise<string>((ok, no) => {
    const hear = (chunk: Buffer) => {
      told += chunk
      const address = /(http:\/\/127\.0\.0\.1:\d+)\/desk/.exec(told)?.[1]
      if (address || told.includes('已就绪')) ok(address ?? '')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code, signal) => {
      no(new Error(`${role} ended with ${code}: ${told}`))
      if (signal === null && code !== 0) t.fail(`${role} ended by itself with ${code}: ${told.slice(-2000)}`)
    })
  })
  const kill = () => {
    child.kill('SIGKILL')
    return gone(child)
  }
  return { url, kill }
}
