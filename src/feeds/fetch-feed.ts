import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import { Agent, request } from 'undici'
import { FeedFault } from './trouble.js'

/** Asks one address once: conditional, within limits, and never inside the house unless that was allowed. */
export interface FeedAnswer {
  status: number
  body: Buffer
  etag: string | null
  lastModified: string | null
  contentType: string | null
  retryAfterSeconds: number | null
  /** Where the answer came from in the end: links in it are relative to this. */
  url: string
}
export type FetchFeed = (
  url: string,
  ask: {
    etag?: string | null
    lastModified?: string | null
    allowPrivate: boolean
    signal?: AbortSignal
    /** Sent to `headersFor` alone: a key never follows a redirect to another host. */
    headers?: Record<string, string>
    headersFor?: string
  },
) => Promise<FeedAnswer>

export const fetchLimits = { bodyBytes: 5 * 1024 * 1024, totalMs: 20_000, redirects: 3 }

export function createFetchFeed(limits = fetchLimits, isInside = isPrivate): { fetch: FetchFeed; close(): Promise<void> } {
  const options = { headersTimeout: limits.totalMs, bodyTimeout: limits.totalMs, maxHeaderSize: 16_384, connections: 8 }
  const open = new Agent({ ...options, connect: { timeout: 10_000 } })
  const guarded = new Agent({ ...options, connect: { timeout: 10_000, lookup: lookupOutside(isInside) } })

  const fetch: FetchFeed = async (url, ask) => {
    const signal = AbortSignal.any([AbortSignal.timeout(limits.totalMs), ...(ask.signal ? [ask.signal] : [])])
    let at = new URL(url)
    for (let hop = 0; ; hop++) {
      if (at.protocol !== 'http:' && at.protocol !== 'https:')
        throw new FeedFault(
          'answer',
          `地址不是 http 或 https (${at.protocol.slice(0, 20)})`,
          `The address is not http or https (${at.protocol.slice(0, 20)})`,
        )
      if (!ask.allowPrivate && isInside(at.hostname.replace(/^\[|\]$/g, ''))) throw new FeedFault('private', ...privateFault)
      const response = await request(at, {
        method: 'GET',
        dispatcher: ask.allowPrivate ? open : guarded,
        signal,
        headers: {
          ...(ask.headersFor && new URL(ask.headersFor).origin === at.origin ? ask.headers : {}),
          accept: 'application/cap+xml, application/atom+xml, application/rss+xml, application/xml, text/xml, application/json, */*;q=0.1',
          'accept-encoding': 'gzip, deflate',
          'user-agent': 'Yinshi/0.1',
          ...(ask.etag ? { 'if-none-match': ask.etag } : {}),
          ...(ask.lastModified ? { 'if-modified-since': ask.lastModified } : {}),
        },
      })
      const header = (name: string) => first(response.headers[name])
      const location = header('location')
      if (response.statusCode >= 300 && response.statusCode < 400 && response.statusCode !== 304 && location) {
        await response.body.dump({ limit: 16_384, signal })
        if (hop >= limits.redirects)
          throw new FeedFault('redirects', `转来转去超过 ${limits.redirects} 次`, `More than ${limits.redirects} redirects`)
        at = new URL(location, at)
        continue
      }
      return {
        status: response.statusCode,
        body: await readBody(response.body, header('content-encoding'), limits.bodyBytes, signal),
        etag: header('etag'),
        lastModified: header('last-modified'),
        contentType: header('content-type'),
        retryAfterSeconds: retryAfter(header('retry-after')),
        url: at.href,
      }
    }
  }
  return { fetch, close: async () => void (await Promise.all([open.destroy(), guarded.destroy()])) }
}

const first = (value: string | string[] | undefined): string | null => (Array.isArray(value) ? (value[0] ?? null) : (value ?? null))

/** The cap holds for what comes out of the packing: a small zip bomb is stopped as well. */
async function readBody(body: Readable, encoding: string | null, most: number, signal: AbortSignal): Promise<Buffer> {
  const unpack = encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : null
  if (encoding && encoding !== 'identity' && !unpack) {
    body.destroy()
    throw new FeedFault(
      'packing',
      `对方用了不认识的压缩方式 ${encoding.slice(0, 20)}`,
      `Packed in a way not known here: ${encoding.slice(0, 20)}`,
    )
  }
  const source = unpack ? body.on('error', (e) => unpack.destroy(e)).pipe(unpack) : body
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      size += chunk.length
      if (size > most)
        throw new FeedFault('too-large', `内容超过 ${Math.floor(most / 1024 / 1024)} MB`, `More than ${Math.floor(most / 1024 / 1024)} MB`)
      chunks.push(chunk)
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks)
}

function retryAfter(text: string | null): number | null {
  if (!text) return null
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null
}

const privateFault = [
  '地址在内部网络里,没有允许访问(config/feeds.yaml 的 allowPrivate)',
  'The address lies inside and is not allowed (allowPrivate in config/feeds.yaml)',
] as const

const inside = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, bits, 'ipv6')

/** An address literal inside the house. Names are judged when they are looked up, right before the connection. */
export function isPrivate(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host.toLowerCase() === 'localhost' || host.toLowerCase().endsWith('.localhost')
  return inside.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** A name is judged by where it leads, right before the connection is made. */
const lookupOutside = (isInside: (host: string) => boolean) => (hostname: string, options: LookupOptions, done: LookupDone) =>
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '')
    if (addresses.some((a) => isInside(a.address))) return done(new FeedFault('private', ...privateFault), '')
    if (options.all) return done(null, addresses)
    const chosen = addresses[0]!
    done(null, chosen.address, chosen.family)
  })
export const publicLookup = lookupOutside(isPrivate)
