import { isUtf8 } from 'node:buffer'
import { Unreadable } from '../bulletin.js'

/** The text of XML bytes. What the bytes are decides; the declared encoding is only asked when they are not UTF-8. */
export function decodeText(raw: Buffer): string {
  if (raw.length === 0) {
    throw new Unreadable(
      'empty',
      '报文是空的,一个字节也没有',
      'the body is empty',
      '对方可能只发了请求没有带文件。请对方重新发送;用 curl 时检查 --data-binary @文件名 是否写对',
    )
  }
  const marked = byMark(raw)
  if (marked) return marked
  if (isUtf8(raw)) return raw.toString('utf8').replace(/^\uFEFF/, '')
  const declared = declaredEncoding(raw)
  if (declared && !/^utf-?8$/i.test(declared)) {
    const text = tryDecode(declared, raw)
    if (text !== null) return text
  }
  const { line, column } = firstBadByte(raw)
  throw new Unreadable(
    'encoding',
    `第 ${line} 行第 ${column} 列的字节不是 ${declared ?? 'UTF-8'} 编码的文字,没法读`,
    `line ${line}, column ${column}: the bytes are not valid ${declared ?? 'UTF-8'}`,
    '文件的实际编码和它自己写明的编码不一致(常见于 GBK 文件写成了 UTF-8)。请对方按 UTF-8 重新导出,或在第一行写明 encoding',
    line,
    column,
  )
}

function byMark(raw: Buffer): string | null {
  if (raw[0] === 0xff && raw[1] === 0xfe) return tryDecode('utf-16le', raw)
  if (raw[0] === 0xfe && raw[1] === 0xff) return tryDecode('utf-16be', raw)
  return null
}

function tryDecode(encoding: string, raw: Buffer): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(raw)
  } catch {
    return null
  }
}

export function declaredEncoding(raw: Buffer): string | null {
  const head = raw.subarray(0, 200).toString('latin1')
  return /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1] ?? null
}

/** Halving: a prefix that decodes (as a stream, so that a cut character does not count) holds no bad byte. */
function firstBadByte(raw: Buffer): { line: number; column: number } {
  const good = (end: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(raw.subarray(0, end), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let low = 0
  let high = raw.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (good(middle)) low = middle
    else high = middle - 1
  }
  const before = raw.subarray(0, low).toString('utf8')
  const lines = before.split('\n')
  return { line: lines.length, column: lines[lines.length - 1]!.length + 1 }
}
