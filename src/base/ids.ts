import { randomBytes, randomFillSync } from 'node:crypto'

/** A UUID version 7 (RFC 9562): sorts by the time it was made, so that new rows go to the end of their index. */
export function newId(): string {
  const b = Buffer.from(drawn(16))
  b.writeUIntBE(Date.now(), 0, 6)
  b[6] = (b[6]! & 0x0f) | 0x70
  b[8] = (b[8]! & 0x3f) | 0x80
  const h = b.toString('hex')
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`
}

/** When such an id was made, by the real clock. */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))

/** Random bytes are drawn many at a time: a call for each id costs more than everything else about it. */
const pool = Buffer.alloc(16 * 1024)
let used = pool.length
function drawn(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
/** Our own id of one message at a carrier: 15 characters, unguessable (75 bits), short enough for the voice OutId too. */
export function newOutId(): string {
  let id = ''
  for (const byte of drawn(15)) id += alphabet[byte & 31]
  return id
}

/** A secret for sessions, keys and callbacks: 32 characters, 160 bits. */
export function newSecret(): string {
  return Array.from(randomBytes(32), (b) => alphabet[b & 31]).join('')
}
