import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A feed as stations really run one: an Atom index, the CAP documents beside it, ETag and 304. It lives on the loopback only. */
export interface DrillFeed {
  readonly url: string
  publishDocument(name: string, title: string, updated: string, xml: string): void
  publishForecast(json: string): void
  clear(): void
  /** Requests answered with 304: nothing new, nothing sent. */
  readonly unchanged: number
  stop(): Promise<void>
}

interface Entry {
  name: string
  title: string
  updated: string
  body: string
}

const atomOf = (base: string, entries: Entry[]) => `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${base}/atom.xml</id>
  <title>气象台(演练) 预警信号</title>
  <updated>${entries.at(-1)?.updated ?? '1970-01-01T00:00:00Z'}</updated>
${entries
  .map(
    (e) => `  <entry>
    <id>${base}/${e.name}</id>
    <title>${e.title}</title>
    <updated>${e.updated}</updated>
    <link rel="alternate" type="application/cap+xml" href="${base}/${e.name}"/>
  </entry>`,
  )
  .join('\n')}
</feed>
`

export async function startDrillFeed(): Promise<DrillFeed> {
  const entries: Entry[] = []
  let forecast = '{}'
  let unchanged = 0
  let base = ''
  const find = (path: string): { body: string; type: string } | null => {
    if (path === '/atom.xml') return { body: atomOf(base, entries), type: 'application/atom+xml' }
    if (path === '/forecast.json') return { body: forecast, type: 'application/json' }
    const entry = entries.find((e) => path === `/${e.name}`)
    return entry ? { body: entry.body, type: 'application/cap+xml' } : null
  }
  const server: Server = createServer((request, response) => {
    const found = find(new URL(request.url ?? '/', 'http://feed').pathname)
    if (!found) return void response.writeHead(404).end()
    const etag = `"${createHash('sha256').update(found.body).digest('hex').slice(0, 16)}"`
    if (request.headers['if-none-match'] === etag) {
      unchanged++
      return void response.writeHead(304, { etag }).end()
    }
    response.writeHead(200, { 'content-type': `${found.type}; charset=utf-8`, etag }).end(found.body)
  })
  await new Promise<void>((ok, no) => {
    server.once('error', no)
    server.listen(0, '127.0.0.1', ok)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: base,
    publishDocument: (name, title, updated, xml) => void entries.push({ name, title, updated, body: xml }),
    publishForecast(json) {
      forecast = json
    },
    clear() {
      entries.length = 0
      forecast = '{}'
    },
    get unchanged() {
      return unchanged
    },
    stop: () =>
      new Promise((ok) => {
        server.closeAllConnections()
        server.close(() => ok())
      }),
  }
}
