import { once } from 'node:events'
import { createDeflateRaw } from 'node:zlib'

export interface ZipPart {
  name: string
  text: AsyncIterable<string> | Iterable<string>
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})
function crcOf(bytes: Buffer, before: number): number {
  let c = ~before
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return ~c >>> 0
}

/** Sizes follow the data, names are UTF-8. The day is the first that the format knows: the same rows make the same bytes. */
const flags = 0x0808
const day = 0x21

/** A zip archive, piece by piece, packed away from the event loop: a part is never whole in memory. */
export async function* writeZip(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  let at = 0
  const directory: Buffer[] = []
  for (const { name, text } of parts) {
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    common(head, 4)
    head.writeUInt16LE(Buffer.byteLength(name), 26)
    const start = at
    const local = Buffer.concat([head, Buffer.from(name)])
    yield local
    const sums = { crc: 0, packed: 0, size: 0 }
    for await (const piece of pack(text, sums)) yield piece
    const tail = Buffer.alloc(16)
    tail.writeUInt32LE(0x08074b50, 0)
    writeSums(tail, 4, sums)
    yield tail
    at += local.length + sums.packed + tail.length
    directory.push(entryOf(name, start, sums))
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  yield Buffer.concat([list, end])
}

interface Sums {
  crc: number
  packed: number
  size: number
}
function common(buffer: Buffer, at: number): void {
  buffer.writeUInt16LE(20, at)
  buffer.writeUInt16LE(flags, at + 2)
  buffer.writeUInt16LE(8, at + 4)
  buffer.writeUInt16LE(day, at + 8)
}
function writeSums(buffer: Buffer, at: number, { crc, packed, size }: Sums): void {
  buffer.writeUInt32LE(crc, at)
  buffer.writeUInt32LE(packed, at + 4)
  buffer.writeUInt32LE(size, at + 8)
}
function entryOf(name: string, start: number, sums: Sums): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(20, 4)
  common(entry, 6)
  writeSums(entry, 16, sums)
  entry.writeUInt16LE(Buffer.byteLength(name), 28)
  entry.writeUInt32LE(start, 42)
  return Buffer.concat([entry, Buffer.from(name)])
}

async function* pack(text: ZipPart['text'], sums: Sums): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw({ level: 5 })
  const feed = async () => {
    for await (const piece of text) {
      const bytes = Buffer.from(piece)
      sums.crc = crcOf(bytes, sums.crc)
      sums.size += bytes.length
      if (!deflate.write(bytes)) await once(deflate, 'drain')
    }
    deflate.end()
  }
  const fed = feed().catch((error: Error) => void deflate.destroy(error))
  for await (const piece of deflate as AsyncIterable<Buffer>) {
    sums.packed += piece.length
    yield piece
  }
  await fed
}
