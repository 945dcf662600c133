import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { Problem } from '../../base/problem.js'

export interface ZipEntry {
  name: string
  /** Unpacked piece by piece, away from the event loop; more than `most` bytes are refused. */
  read(most?: number): AsyncGenerator<Buffer>
}

const endMark = 0x06054b50
const entryMark = 0x02014b50
const largest = 512 * 1024 * 1024
const broken = (detail: string) => new Problem('unreadable', '压缩包不完整:请重新导出或重新上传', `the archive cannot be read: ${detail}`)

export const isZip = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50

/** What a zip archive holds, by name. Its directory stands at the end, so the archive is whole in memory; what is in it never is. */
export function readZip(bytes: Buffer): Map<string, ZipEntry> {
  const end = findEnd(bytes)
  const entries = new Map<string, ZipEntry>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== entryMark) throw broken('its directory is damaged')
    const [nameSize, extraSize, noteSize] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)]
    const name = nameOf(bytes.subarray(at + 46, at + 46 + nameSize))
    entries.set(name, entryOf(bytes, at, name))
    at += 46 + nameSize + extraSize + noteSize
  }
  return entries
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0 && at > bytes.length - 22 - 65_536; at--) if (bytes.readUInt32LE(at) === endMark) return at
  throw broken('its end is missing')
}

/** Names in Chinese are UTF-8 from some programs and GBK from others. */
const nameOf = (bytes: Buffer): string => new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030').decode(bytes).replaceAll('\\', '/')

function entryOf(bytes: Buffer, at: number, name: string): ZipEntry {
  const [flags, method, packed, local] = [
    bytes.readUInt16LE(at + 8),
    bytes.readUInt16LE(at + 10),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ]
  return {
    name,
    async *read(most = largest) {
      if (flags & 1) throw new Problem('unreadable', '文件有密码:请去掉密码后再上传', `${name} is encrypted`)
      if (local + 30 > bytes.length || (method !== 0 && method !== 8)) throw broken(name)
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
      const data = bytes.subarray(from, from + packed)
      if (method === 0) return void (yield data)
      let size = 0
      const inflate = createInflateRaw({ chunkSize: 64 * 1024 })
      Readable.from([data]).pipe(inflate)
      try {
        for await (const piece of inflate as AsyncIterable<Buffer>) {
          size += piece.length
          if (size > most) throw new Problem('too-large', '解开后太大,没有读', `${name} unpacks to more than ${most} bytes`)
          yield piece
        }
      } catch (e) {
        throw e instanceof Problem ? e : broken(name)
      }
    },
  }
}

export async function readWhole(entry: ZipEntry, most = 64 * 1024 * 1024): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of entry.read(most)) pieces.push(piece)
  return Buffer.concat(pieces)
}
