import { type DoubleAnswer, type DoubleServer, startDouble } from './double-server.js'
import type { Teardown } from './store.js'

/** The group robot of WeCom (群机器人): one address, the key in it, JSON in, errcode out, 20 messages a minute for one robot. */
export interface WecomDouble extends DoubleServer {
  endpoint: string
  address(key: string): string
  posts(key: string): string[]
}

const perMinute = 20
const mostBytes = 2048

export async function startWecomDouble(t: Teardown, keys: string[]): Promise<WecomDouble> {
  const posted = new Map(keys.map((key) => [key, [] as { at: number; text: string }[]]))
  const said = (errcode: number, errmsg: string): DoubleAnswer => ({ status: 200, body: JSON.stringify({ errcode, errmsg }) })
  const server = await startDouble(t, ({ request, url, body }) => {
    if (request.method !== 'POST' || url.pathname !== '/cgi-bin/webhook/send') return { status: 404 }
    const robot = posted.get(url.searchParams.get('key') ?? '')
    if (!robot) return said(93000, 'invalid webhook url')
    let message: { msgtype?: string; text?: { content?: string } }
    try {
      message = JSON.parse(body.toString()) as typeof message
    } catch {
      return said(47001, 'data format error')
    }
    const text = message.text?.content
    if (message.msgtype !== 'text') return said(40008, 'invalid message type')
    if (!text) return said(44004, 'empty content')
    if (Buffer.byteLength(text) > mostBytes) return said(45002, 'content size out of limit')
    if (robot.filter(({ at }) => at > Date.now() - 60_000).length >= perMinute) return said(45009, 'api freq out of limit')
    robot.push({ at: Date.now(), text })
    return said(0, 'ok')
  })
  const endpoint = `${server.origin}/cgi-bin/webhook/send`
  return Object.assign(server, {
    endpoint,
    address: (key: string) => `${endpoint}?key=${key}`,
    posts: (key: string) => posted.get(key)!.map(({ text }) => text),
  })
}
