import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const contacts = 100_000

/**
 * npm run drill -- kill-nine: an instance of its own, in a temporary folder with 100,000 made-up contacts, is given a red
 * warning, killed in mid fan-out (SIGKILL: it can tidy up nothing), started again, and has to end where it would have ended.
 * All through the HTTP API, and counted in the sandbox's inbox: what people would have received.
 */
export async function killNine(root: string, say: (line: string) => void = console.log): Promise<KillNineResult> {
  const folder = mkdtempSync(join(tmpdir(), 'yinshi-kill-nine-'))
  const port = await freePort()
  const instance = new Instance(root, folder, port)
  try {
    say(`启动一个独立实例,${contacts} 个虚构联系人 starting an instance of its own …`)
    await instance.start()
    await instance.logIn()
    const alertId = await instance.issueRedWarning()
    say('已发出红色预警,群发途中将强行终止 issued; it will be killed in mid fan-out …')
    const before = await instance.until(alertId, (p) => p.accepted >= contacts / 4)
    await instance.kill()
    say(`已终止(SIGKILL),此时已接收 ${before.accepted} killed; starting it again …`)
    await instance.start()
    const after = await instance.until(alertId, (p) => p.planned >= contacts && p.waiting === 0 && p.unknown === 0)
    const inbox = await instance.countInbox(alertId)
    const result = {
      planned: after.planned,
      accepted: after.accepted,
      lost: after.planned - inbox.contacts,
      duplicates: inbox.messages - inbox.different,
      acceptedAtKill: before.accepted,
    }
    say(`planned ${result.planned} · accepted ${result.accepted} · lost ${result.lost} · possible duplicates ${result.duplicates}`)
    return result
  } finally {
    await instance.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface KillNineResult {
  planned: number
  accepted: number
  lost: number
  duplicates: number
  acceptedAtKill: number
}

interface Progress {
  planned: number
  waiting: number
  accepted: number
  unknown: number
}

const patienceMs = 10 * 60_000

class Instance {
  private child: ChildProcess | null = null
  private cookie = ''
  private lastWords = ''

  constructor(
    private readonly root: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  async start(): Promise<void> {
    // Nothing of the surrounding instance may be reached: its own store, its own key, its own port, no Redis.
    const {
      DATABASE_URL: _d,
      REDIS_URL: _r,
      DATA_KEY_FILE: _k,
      SAMPLE: _s,
      PUBLIC_URL: _p,
      TLS_CERT_FILE: _c,
      TLS_KEY_FILE: _t,
      ...env
    } = process.env
    const own = { HOST: '127.0.0.1', PORT: String(this.port), DATA_DIR: this.folder, YINSHI_DRILL_CONTACTS: String(contacts) }
    const child = spawn(process.execPath, [join(this.root, 'dist', 'main.js')], {
      env: { ...env, ...own },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-2000)
    })
    this.child = child
    const until = Date.now() + patienceMs
    while (!(await this.isReady())) {
      if (child.exitCode !== null) throw new Error(`实例没有启动 the instance did not start: ${this.lastWords}`)
      if (Date.now() > until) throw new Error('实例迟迟没有就绪 the instance did not become ready')
      await pause(200)
    }
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => null)
    return answer?.ok ?? false
  }

  async kill(): Promise<void> {
    const child = this.child
    this.child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((ok) => child.once('exit', ok))
    child.kill('SIGKILL')
    await gone
  }

  async logIn(): Promise<void> {
    const answer = await this.ask('POST', '/api/sessions/sample', JSON.stringify({ username: 'officer' }))
    this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }

  async issueRedWarning(): Promise<string> {
    const received = await this.ask('POST', '/api/ingest/cap', redWarning(new Date()), 'application/xml')
    const { warningIds } = (await received.json()) as { warningIds: string[] }
    const until = Date.now() + patienceMs
    for (;;) {
      const { items } = await this.read<{ items: { id: string; audience: string; revision: number; state: string }[] }>(
        `/api/alerts?warningId=${warningIds[0]}`,
      )
      const residents = items.find((a) => a.audience === 'residents')
      if (residents) {
        await this.ask('POST', `/api/alerts/${residents.id}/issue`, JSON.stringify({ revision: residents.revision }))
        return residents.id
      }
      if (Date.now() > until) throw new Error('预警没有变成信息 the warning opened no alert for residents')
      await pause(100)
    }
  }

  async until(alertId: string, reached: (p: Progress) => boolean): Promise<Progress> {
    const end = Date.now() + patienceMs
    for (;;) {
      const progress = await this.read<Progress>(`/api/alerts/${alertId}/progress`)
      if (reached(progress)) return progress
      if (Date.now() > end) throw new Error(`没有等到 waited in vain: ${JSON.stringify(progress)}`)
      await pause(200)
    }
  }

  /** The same contact, revision and channel twice is a duplicate. */
  async countInbox(alertId: string): Promise<{ messages: number; different: number; contacts: number }> {
    const different = new Set<string>()
    const people = new Set<number>()
    let messages = 0
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: { items: { contactId: number; revision: number; channel: string }[]; nextCursor: string | null } = await this.read(
        `/api/sandbox/messages?alertId=${alertId}&limit=1000${more}`,
      )
      for (const m of page.items) {
        messages++
        different.add(`${m.contactId} ${m.revision} ${m.channel}`)
        people.add(m.contactId)
      }
      cursor = page.nextCursor
    }
    return { messages, different: different.size, contacts: people.size }
  }

  private async read<T>(path: string): Promise<T> {
    return (await (await this.ask('GET', path)).json()) as T
  }

  private async ask(method: string, path: string, body?: string, type = 'application/json'): Promise<Response> {
    const headers = { cookie: this.cookie, 'x-yinshi': '1', ...(body === undefined ? {} : { 'content-type': type }) }
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((ok, no) => server.once('error', no).listen(0, '127.0.0.1', ok))
  const address = server.address()
  await new Promise((ok) => server.close(ok))
  if (!address || typeof address === 'string') throw new Error('no free port')
  return address.port
}

function redWarning(now: Date): string {
  const time = (at: Date) => `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>YS-KILL-NINE-${now.getTime()}</identifier>
  <sender>drill@qixiang.example</sender>
  <sent>${time(now)}</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>暴雨</event>
    <urgency>Immediate</urgency>
    <severity>Extreme</severity>
    <certainty>Observed</certainty>
    <expires>${time(new Date(now.getTime() + 6 * 3_600_000))}</expires>
    <senderName>气象台(演练)</senderName>
    <headline>气象台(演练)发布暴雨红色预警信号[Ⅰ级/特别严重]</headline>
    <description>过去一小时文峰街道降雨量已达62毫米,预计未来3小时降雨持续。</description>
    <area>
      <areaDesc>文峰街道</areaDesc>
      <geocode><valueName>GB/T 2260</valueName><value>500154002000</value></geocode>
    </area>
  </info>
</alert>
`
}
