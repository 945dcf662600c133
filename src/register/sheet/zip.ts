import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import yazl from 'yazl'
import { Problem } from '../../base/problem.js'

export interface ZipEntry {
  name: string
  /** Unpacked piece by piece, away from the event loop; more than `most` bytes are refused. */
  read(most?: number): AsyncGenerator<Buffer>
}
export interface ZipPart {
  name: string
  text: AsyncIterable<string> | Iterable<string>
}

const largest = 512 * 1024 * 1024
const mostEntries = 1000
const broken = (detail: string) => new Problem('unreadable', '压缩包不完整:请重新导出或重新上传', `the archive cannot be read: ${detail}`)
const passOn = (e: unknown) => (e instanceof Problem ? e : broken((e as Error).message.slice(0, 120)))

export const isZip = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50

/** What a zip archive holds, by name. Its directory stands at the end, so the archive is whole in memory; what is in it never is. */
export async function readZip(bytes: Buffer): Promise<Map<string, ZipEntry>> {
  const entries = new Map<string, ZipEntry>()
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true })
    if (zip.entryCount > mostEntries)
      throw new Problem('too-large', '压缩包里文件太多,没有读', `more than ${mostEntries} files in the archive`)
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry.fileNameRaw)
      entries.set(name, { name, read: (most = largest) => unpack(zip, entry, most) })
    }
  } catch (e) {
    throw passOn(e)
  }
  return entries
}

/** Names in Chinese are UTF-8 from some programs and GBK from others. */
const nameOf = (bytes: Buffer): string => new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030').decode(bytes).replaceAll('\\', '/')

async function* unpack(zip: ZipFile, entry: Entry, most: number): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw new Problem('unreadable', '文件有密码:请去掉密码后再上传', 'the archive is encrypted')
  // An entry that unpacks to another size than it says is refused by the library on the way.
  if (entry.uncompressedSize > most) throw new Problem('too-large', '解开后太大,没有读', `it unpacks to more than ${most} bytes`)
  try {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>
  } catch (e) {
    throw passOn(e)
  }
}

export async function readWhole(entry: ZipEntry, most = 64 * 1024 * 1024): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of entry.read(most)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The first day that the format knows: the same rows make the same bytes. */
const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compressionLevel: 5 }

/** A zip archive, piece by piece, packed away from the event loop: a part is never whole in memory. */
export async function* writeZip(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  const zip = new yazl.ZipFile()
  const output = zip.outputStream as Readable
  zip.on('error', (e: Error) => output.destroy(e))
  for (const { name, text } of parts) zip.addReadStreamLazy(name, options, (give) => give(null, Readable.from(text)))
  zip.end()
  yield* output as AsyncIterable<Buffer>
}
