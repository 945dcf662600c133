import { createECDH, createPublicKey, type ECDH, randomBytes, verify } from 'node:crypto'
import ece from 'http_ece'
import { type DoubleAnswer, type DoubleRequest, type DoubleServer, startDouble } from './double-server.js'
import type { Teardown } from './store.js'

/** A push service (RFC 8030) with the browsers behind it: checks VAPID (RFC 8292), decrypts (RFC 8291), keeps one message per topic. */
interface Browser {
  key: ECDH
  auth: Buffer
  gone: boolean
  messages: PushedMessage[]
}
export interface PushedMessage {
  payload: unknown
  topic: string | null
  urgency: string
  ttl: number
}
export interface PushDouble extends DoubleServer {
  /** A new browser; what it would send to its server. */
  subscribe(name: string): string
  unsubscribe(name: string): void
  messages(name: string): PushedMessage[]
}

const mostBytes = 4096

export async function startPushDouble(t: Teardown, vapidPublicKey: string): Promise<PushDouble> {
  const browsers = new Map<string, Browser>()
  const server = await startDouble(t, (asked) => {
    const browser = browsers.get(asked.url.pathname.replace('/push/', ''))
    if (!browser) return refuse(404, 'no such subscription')
    if (browser.gone) return refuse(410, 'unsubscribed')
    const fault = checkVapid(asked, server.origin, vapidPublicKey)
    if (fault) return refuse(403, fault)
    return take(asked, browser)
  })
  return Object.assign(server, {
    subscribe(name: string) {
      const key = createECDH('prime256v1')
      const browser: Browser = { key, auth: randomBytes(16), gone: false, messages: [] }
      const p256dh = key.generateKeys().toString('base64url')
      browsers.set(name, browser)
      return JSON.stringify({
        endpoint: `${server.origin}/push/${name}`,
        expirationTime: null,
        keys: { p256dh, auth: browser.auth.toString('base64url') },
      })
    },
    unsubscribe: (name: string) => {
      browsers.get(name)!.gone = true
    },
    messages: (name: string) => browsers.get(name)!.messages,
  })
}

const refuse = (status: number, message: string): DoubleAnswer => ({ status, body: JSON.stringify({ message }) })

function take({ request, url, body }: DoubleRequest, browser: Browser): DoubleAnswer {
  const header = (name: string) => request.headers[name] as string | undefined
  const ttl = Number(header('ttl') ?? Number.NaN)
  if (!Number.isInteger(ttl) || ttl < 0) return refuse(400, 'TTL is missing')
  if (body.length > mostBytes) return refuse(413, 'payload too large')
  if (header('content-encoding') !== 'aes128gcm') return refuse(415, 'content encoding')
  const topic = header('topic') ?? null
  if (topic !== null && !/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return refuse(400, 'topic')
  const urgency = header('urgency') ?? 'normal'
  if (!['very-low', 'low', 'normal', 'high'].includes(urgency)) return refuse(400, 'urgency')
  const payload: unknown = JSON.parse(
    ece.decrypt(body, { version: 'aes128gcm', privateKey: browser.key, authSecret: browser.auth }).toString(),
  )
  if (topic !== null) browser.messages = browser.messages.filter((m) => m.topic !== topic)
  browser.messages.push({ payload, topic, urgency, ttl })
  return { status: 201, headers: { location: `${url.origin}/message/${randomBytes(6).toString('hex')}` } }
}

/** The server's identity: an ES256 token for this very origin, at most a day long, signed with the key the browser subscribed to. */
function checkVapid({ request }: DoubleRequest, origin: string, publicKey: string): string | null {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (key !== publicKey) return 'not the key of the subscription'
  const raw = Buffer.from(key, 'base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: raw.subarray(1, 33).toString('base64url'), y: raw.subarray(33, 65).toString('base64url') }
  const [head = '', claims = '', signature = ''] = token.split('.')
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!good) return 'signature'
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number; sub: string }
  if (aud !== origin) return 'audience'
  const seconds = exp - Date.now() / 1000
  if (!(seconds > 0 && seconds <= 86_400)) return 'expiry'
  return /^(mailto:|https:)/.test(sub) ? null : 'subject'
}
