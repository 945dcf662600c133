import type { BulletinProblem } from '../bulletin.js'

/** A text that needs more mending than this is not a message. */
const mostMended = 2000

/**
 * The national system does not escape the words of its messages: "A&B小区", "能见度<50米". A bare & and a < that cannot begin a tag are
 * written as XML wants them, and told; everything else stays as it is, so that a broken file stays broken.
 */
export function mendText(text: string): { text: string; problems: BulletinProblem[] } {
  const problems: BulletinProblem[] = []
  const outside = splitCdata(text)
  let line = 1
  let count = 0
  const mended = outside.map(({ part, isCdata }) => {
    if (isCdata) {
      line += lines(part)
      return part
    }
    let done = ''
    let from = 0
    for (const found of part.matchAll(/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)|<(?![A-Za-z_/!?])/g)) {
      const between = part.slice(from, found.index)
      line += lines(between)
      if (++count > mostMended) break
      if (problems.length < 20) problems.push(unescaped(found[0], line))
      done += between + (found[0] === '&' ? '&amp;' : '&lt;')
      from = found.index + 1
    }
    const rest = part.slice(from)
    line += lines(rest)
    return done + rest
  })
  return count > mostMended ? { text, problems: [] } : { text: mended.join(''), problems }
}

function splitCdata(text: string): { part: string; isCdata: boolean }[] {
  const parts: { part: string; isCdata: boolean }[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('<![CDATA[', at)
    const end = start < 0 ? -1 : text.indexOf(']]>', start)
    if (end < 0) return [...parts, { part: text.slice(at), isCdata: false }]
    parts.push({ part: text.slice(at, start), isCdata: false }, { part: text.slice(start, end + 3), isCdata: true })
    at = end + 3
  }
}

function lines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

const unescaped = (what: string, line: number): BulletinProblem => ({
  code: 'unescaped',
  severity: 'remark',
  message: `第 ${line} 行:文字里的 ${what} 没有转义,已按普通文字读`,
  messageEn: `line ${line}: a bare ${what} in the text is read as it is meant`,
  line,
})
