import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Processes of the bench and what is said between them: 'ready' by the child; 'ask' answered with its CPU and its own figures; 'stop'. */
export const smsKeys = { accessKeyId: 'LTAIbench', accessKeySecret: 'a-secret-of-the-bench', signName: '文峰街道' }

/** A folder for CPU profiles of the processes, where somebody wants to know. */
const profiles = process.env.BENCH_PROFILES

export interface Told {
  /** Seconds of CPU so far. */
  cpu: number
  [figure: string]: number | string
}

/** The child's side. */
export function tellParent(stop: () => Promise<void>, figures: () => Record<string, number | string> = () => ({})): void {
  process.on('message', async (word) => {
    if (word === 'ask') {
      const { user, system } = process.cpuUsage()
      process.send!({ ...figures(), cpu: (user + system) / 1e6 } satisfies Told)
    } else if (word === 'stop') {
      await stop()
      process.exit(0)
    }
  })
  process.send!({ ready: true, ...figures() })
}

export interface Part {
  ask(): Promise<Told>
  stop(): Promise<void>
}

/** The parent's side: started when it says so. */
export async function startPart(file: string, env: Record<string, string>): Promise<Part> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--import', 'tsx', ...(profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [])],
    env: { ...process.env, ...env },
  })
  const ended = new Promise<void>((ok) => child.once('exit', () => ok()))
  const hear = () =>
    new Promise<Told>((ok, no) => {
      child.once('message', (told) => ok(told as Told))
      ended.then(() => no(new Error(`${file} ended by itself`)))
    })
  await hear()
  return {
    ask: () => {
      const told = hear()
      child.send('ask')
      return told
    },
    stop: () => {
      child.send('stop')
      return ended
    },
  }
}
