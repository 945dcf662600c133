import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { DoubleAnswer, DoubleRequest } from './double-server.js'

/** The gateway before every product of Alibaba Cloud: RPC with ACS3-HMAC-SHA256. Written from the documents, not from our senders. */
export interface GatewayKeys {
  accessKeyId: string
  accessKeySecret: string
}

export const readParameters = ({ request, url, body }: DoubleRequest) => ({
  action: request.headers['x-acs-action'],
  parameters: new Map([...url.searchParams, ...new URLSearchParams(body.toString())]),
})

export const gatewayError = (status: number, code: string, message: string): DoubleAnswer => ({
  status,
  body: JSON.stringify({ Code: code, Message: message, RequestId: randomUUID(), HostId: 'aliyuncs.com' }),
})

const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

/** The gateway's own checks: version, time within 15 minutes, a nonce used once, and the signature over the whole request. */
export function checkGateway({ request, url, body }: DoubleRequest, options: GatewayKeys, nonces: Set<string>): DoubleAnswer | null {
  const header = (name: string) => String(request.headers[name] ?? '').trim()
  if (header('x-acs-version') !== '2017-05-25') return gatewayError(400, 'InvalidVersion', 'Specified parameter Version is not valid.')
  if (!(Math.abs(Date.now() - Date.parse(header('x-acs-date'))) < 900_000))
    return gatewayError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.')
  const nonce = header('x-acs-signature-nonce')
  if (nonce === '' || nonces.has(nonce)) return gatewayError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.')
  nonces.add(nonce)
  const [, keyId, signedHeaders = '', signature = ''] =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(header('authorization')) ?? []
  if (keyId !== options.accessKeyId) return gatewayError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.')
  const hash = header('x-acs-content-sha256')
  const query = [...url.searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
  const names = signedHeaders.split(';')
  const headers = names.map((name) => `${name}:${header(name)}\n`).join('')
  const canonical = [request.method, url.pathname, query, headers, signedHeaders, hash].join('\n')
  const expected = createHmac('sha256', options.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest()
  const right =
    hash === sha256(body) &&
    ['host', 'x-acs-action', 'x-acs-date'].every((name) => names.includes(name)) &&
    timingSafeEqual(expected, Buffer.from(signature, 'hex'))
  return right
    ? null
    : gatewayError(
        400,
        'SignatureDoesNotMatch',
        `Specified signature is not matched with our calculation. server string to sign is:${canonical}`,
      )
}
