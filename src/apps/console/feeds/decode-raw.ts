/** Bytes as the reader sees them: what they are decides, then what they say of themselves; what is no text is shown as hex. */
export interface RawText {
  lines: string[]
  /** utf-8, gbk … ; null: hex. */
  encoding: string | null
}

const decode = (encoding: string, bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

export function decodeRaw(bytes: Uint8Array): RawText {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const declared = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]
  for (const encoding of [marked ?? 'utf-8', declared, 'gb18030'].filter((one) => one !== undefined)) {
    const text = decode(encoding, bytes)
    if (text !== null && !isBinary(text)) return { lines: text.split('\n').map((line) => line.replace(/\r$/, '')), encoding }
  }
  return { lines: hexOf(bytes), encoding: null }
}

const isBinary = (text: string): boolean => text.slice(0, 4000).includes('\0')

/** 00000010  3c 61 6c …  <al… */
function hexOf(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((b) => b.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '·')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${text}`)
  }
  return lines
}

const longest = 4000

/** A line too long for a screen is cut around the place that matters. */
export function cutLine(
  text: string,
  column: number | undefined,
): { text: string; column: number | undefined; before: number; after: number } {
  if (text.length <= longest) return { text, column, before: 0, after: 0 }
  const from = Math.max(0, Math.min(text.length - longest, (column ?? 1) - 200))
  const cut = text.slice(from, from + longest)
  return { text: cut, column: column === undefined ? undefined : column - from, before: from, after: text.length - from - cut.length }
}
