import { createHash, createHmac, randomUUID } from 'node:crypto'

export interface AlibabaKeys {
  accessKeyId: string
  accessKeySecret: string
}
export interface AcsCall {
  host: string
  action: string
  version: string
  /** application/x-www-form-urlencoded. */
  body: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The headers of a call signed with ACS3-HMAC-SHA256, as the gateway's document has it. */
export function signAcs3({ host, action, version, body }: AcsCall, keys: AlibabaKeys): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(body),
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': version,
  }
  const names = Object.keys(headers)
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = ['POST', '/', '', lines, names.join(';'), headers['x-acs-content-sha256']].join('\n')
  const signature = createHmac('sha256', keys.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${keys.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`
  return headers
}
