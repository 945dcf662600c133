import webpush from 'web-push'
import { z } from 'zod'
import type { Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import type { WebPushConfig } from '../channels-config.js'
import { callOnce, createDispatcher, retryAt } from '../http-call.js'

const subscriptionShape = z.object({
  endpoint: z.url(),
  keys: z.object({ p256dh: z.string().min(1), auth: z.string().min(1) }),
})

/** A push service takes 4,096 bytes; the encryption needs 103 of them. */
const mostPlainBytes = 3990

export interface PushKeys {
  publicKey: string
  privateKey: string
}

/** Web push (RFC 8030, 8188, 8291, 8292): encrypted for the one browser, signed with our VAPID key. Services report no delivery. */
export function createPushSender(config: WebPushConfig, keys: PushKeys): Sender {
  const dispatcher = createDispatcher(config.concurrency)
  const vapidDetails = { subject: config.subject, ...keys }
  const sendOne = async (message: Outgoing, signal: AbortSignal): Promise<Verdict> => {
    const subscription = readSubscription(message.address)
    if (!subscription) return { kind: 'refused', reason: 'the subscription cannot be read', broken: true }
    if (!mayCall(subscription.endpoint, config.services))
      return { kind: 'refused', reason: 'not a known push service (channels.yaml: push.services)' }
    const ttl = message.expiresAt ? Math.floor((message.expiresAt.getTime() - Date.now()) / 1000) : config.ttlSeconds
    let details: ReturnType<typeof webpush.generateRequestDetails>
    try {
      details = webpush.generateRequestDetails(subscription, payloadOf(message), {
        vapidDetails,
        TTL: Math.max(0, Math.min(ttl, config.ttlSeconds)),
        urgency: ['red', 'orange', 'unknown'].includes(message.level ?? '') ? 'high' : 'normal',
        // A newer revision replaces the older one that the browser has not fetched yet.
        topic: message.alertId.replace(/[^A-Za-z0-9]/g, '').slice(0, 32),
      })
    } catch {
      return { kind: 'refused', reason: 'the keys of the subscription are not valid', broken: true }
    }
    const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)]))
    const body = details.body ?? Buffer.alloc(0)
    const outcome = await callOnce(dispatcher, { url: details.endpoint, headers, body, timeoutMs: config.timeoutMs, signal })
    if (outcome.kind === 'not-sent') return { kind: 'tryAgain', reason: outcome.reason }
    if (outcome.kind === 'unknown') return outcome
    return judge(outcome.status, outcome.header)
  }
  const send = (messages: Outgoing[], signal: AbortSignal) => Promise.all(messages.map((message) => sendOne(message, signal)))
  return {
    carrier: 'web-push',
    channel: 'push',
    receipts: false,
    batch: 10,
    concurrency: Math.max(1, Math.ceil(config.concurrency / 10)),
    send,
  }
}

function judge(status: number, header: (name: string) => string | undefined): Verdict {
  const said = `push service answered ${status}`
  if (status >= 200 && status < 300) {
    const location = header('location')
    return location === undefined ? { kind: 'accepted' } : { kind: 'accepted', carrierId: location.slice(0, 300) }
  }
  if (status === 404 || status === 410) return { kind: 'refused', reason: `${said}: the subscription is gone`, broken: true }
  if (status === 413) return { kind: 'refused', reason: `${said}: too long` }
  if (status === 429 || status >= 500)
    return { kind: 'tryAgain', reason: said, notBefore: retryAt(header('retry-after'), Date.now(), 30_000) }
  return { kind: 'refused', reason: said }
}

function readSubscription(address: string): z.output<typeof subscriptionShape> | null {
  try {
    return subscriptionShape.parse(JSON.parse(address))
  } catch {
    return null
  }
}

/** The endpoint came from a browser: without this list anybody could make us call any address. */
function mayCall(endpoint: string, services: string[]): boolean {
  const { hostname, protocol } = new URL(endpoint)
  const known = services.some((service) => (service.startsWith('*.') ? hostname.endsWith(service.slice(1)) : hostname === service))
  return known && (protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost')
}

/** What the browser shows: the first line is the title. */
function payloadOf(message: Outgoing): string {
  const [title = '', ...lines] = message.text.split('\n')
  const { outId, alertId, revision, level, exercise, language } = message
  let body = lines.join('\n')
  const make = () => JSON.stringify({ title, body, id: outId, alertId, revision, level, exercise, language })
  let payload = make()
  while (Buffer.byteLength(payload) > mostPlainBytes && body.length > 0) {
    body = `${[...body].slice(0, Math.floor([...body].length * 0.9)).join('')}…`
    if (body === '…') body = ''
    payload = make()
  }
  return payload
}
