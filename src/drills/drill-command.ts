import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { killNine } from './kill-nine.js'

/** npm run drill -- <scenario> [--speed 60] [--cast feed|all]: asks the running service to live through it, and ends with its figures. */
const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { speed: { type: 'string', default: '60' }, cast: { type: 'string', default: 'all' } },
})
const scenario = positionals[0] ?? 'july-12'
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

interface Status {
  state: string
  at: string
  holding: boolean
  chapter: { id: string; title: { zh: string }; tell: { zh: string } } | null
  figures: Record<string, unknown> | null
  problem: string | null
}

async function runScenario(): Promise<void> {
  const keyFile = join(process.env.DATA_DIR || join(root, 'data'), 'drill.json')
  if (!existsSync(keyFile))
    throw new Error(
      `没有正在运行的示例实例(找不到 ${keyFile})。先在另一个窗口运行 npm start。No sample instance is running: start one with npm start.`,
    )
  const { url, token } = JSON.parse(readFileSync(keyFile, 'utf8')) as { url: string; token: string }
  const ask = async (path: string, body?: unknown): Promise<Status> => {
    const response = await fetch(`${url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => {
      throw new Error(`服务没有应答(${url})。先运行 npm start。The service does not answer: start it with npm start.`)
    })
    const answer = (await response.json()) as Status & { detail?: string; title?: string }
    if (!response.ok) throw new Error(`${answer.title}: ${answer.detail}`)
    return answer
  }
  const speed = values.speed === 'instant' ? 'instant' : Number(values.speed)
  await ask('/api/drill/start', { scenario, speed, cast: values.cast })
  let told = ''
  let held = 0
  for (;;) {
    const status = await ask('/api/drill')
    if (status.chapter && status.chapter.id !== told) {
      told = status.chapter.id
      console.log(`\n${status.at.slice(11, 16)}  ${status.chapter.title.zh}\n       ${status.chapter.tell.zh}`)
    }
    held = status.holding ? held + 1 : 0
    if (held === 10)
      console.log(`       ${status.at.slice(11, 16)} 时钟放慢,等服务办完这一步 the clock is held until the service has done this step`)
    if (status.state === 'failed') throw new Error(`演练中断 the drill stopped: ${status.problem}`)
    if (status.state === 'finished') {
      console.log('')
      for (const [name, value] of Object.entries(status.figures ?? {}))
        console.log(`${name}  ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      return
    }
    if (status.state === 'idle') throw new Error('演练被停止 the drill was ended by somebody')
    await new Promise((ok) => setTimeout(ok, 300))
  }
}

try {
  if (scenario === 'kill-nine') await killNine(root)
  else await runScenario()
} catch (e) {
  console.error(e instanceof Error ? e.message : e)
  process.exitCode = 1
}
