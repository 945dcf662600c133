import { isUtf8 } from 'node:buffer'
import type { BulletinProblem } from './bulletin.js'

/** What Windows-1252 writes for the bytes 80–9F; the five it leaves out stay control characters. */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
const byteOf = new Map<string, number>([
  ...Array.from({ length: 128 }, (_, i) => [String.fromCharCode(0x80 + i), 0x80 + i] as const),
  ...[...high].map((c, i) => [c, 0x80 + i] as const),
])
const run = new RegExp(`[\\u0080-\\u00ff${high}]{3,}`, 'gu')

/**
 * UTF-8 that somebody took for Latin letters and wrote as UTF-8 once more: 暴雨 arrives as æš´é›¨. Null where nothing is doubled.
 * Only runs that are UTF-8 from their first to their last letter are taken back, so that nothing is guessed: what comes out is
 * exactly what was doubled. Two letters could be a word of a European language; three that make a Chinese sign are not.
 */
export function undouble(raw: Buffer): Buffer | null {
  if (!raw.includes(0xc3) || !isUtf8(raw)) return null
  let found = false
  const text = raw.toString('utf8').replace(run, (letters) => {
    const bytes = Buffer.from([...letters].map((c) => byteOf.get(c)!))
    if (!isUtf8(bytes)) return letters
    const meant = bytes.toString('utf8')
    if (!/\p{Script=Han}|[\u3000-\u303f\uff00-\uffef]/u.test(meant)) return letters
    found = true
    return meant
  })
  return found ? Buffer.from(text) : null
}

export const doubled: BulletinProblem = {
  code: 'encoding-doubled',
  severity: 'remark',
  message: '对方把汉字重复编码了一次(“暴雨”成了“æš´é›¨”),已按原字读出;原始报文照收到的样子保存。请对方检查导出程序的编码',
  messageEn:
    'the text was encoded as UTF-8 twice; it is read as it was meant, and kept as it was received. Ask the sender to check the encoding of their export',
}
