import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** AES-256-GCM for what must not be read in the store, and a keyed hash to look a phone up without opening anything. */
export interface Seal {
  /** place binds the block to its grid: a block moved to another grid does not open. */
  seal(value: unknown, place: string): Buffer
  open<T>(block: Buffer, place: string): T
  /** HMAC-SHA-256 of a normalised address (phone in E.164, subscription endpoint, robot URL), 32 bytes. */
  blind(address: string): Buffer
}

const nonceBytes = 12
const tagBytes = 16

export function createSeal(key: Buffer): Seal {
  if (key.length !== 32) throw new Error('The data key must be 32 bytes (64 hexadecimal digits). Restore the file DATA_KEY_FILE points at.')
  const derive = (label: string) => Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `yinshi ${label}`, 32))
  const sealKey = derive('seal')
  const blindKey = derive('blind')
  return {
    seal(value, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
      cipher.setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open<T>(block: Buffer, place: string): T {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, block.subarray(0, nonceBytes))
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(block.subarray(nonceBytes, nonceBytes + tagBytes))
      return JSON.parse(Buffer.concat([decipher.update(block.subarray(nonceBytes + tagBytes)), decipher.final()]).toString()) as T
    },
    blind: (address) => createHmac('sha256', blindKey).update(address).digest(),
  }
}

/** Reads the key file, or makes one (0600) on the first start. The file must be kept apart from the store's backups. */
export function readDataKey(file: string): Buffer {
  if (!existsSync(file)) makeDataKey(file)
  chmodSync(file, 0o600)
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
}

/** Of several processes that start at once one makes the key; it appears whole or not at all. */
function makeDataKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const own = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
  const isThere = (e: unknown) => (e as NodeJS.ErrnoException).code === 'EEXIST'
  try {
    linkSync(own, file)
  } catch (e) {
    // Some folders (network shares) know no second name for a file.
    if (!isThere(e)) copyFileSync(own, file, constants.COPYFILE_EXCL)
  } finally {
    rmSync(own)
  }
}

/** 138****1234: what a screen shows of a phone until somebody presses to see it. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/^\+86/, '')
  return digits.length < 7 ? '****' : `${digits.slice(0, 3)}****${digits.slice(-4)}`
}
