import type { Level } from '../warnings/warning.js'

export interface CardFacts {
  title: string
  level: Level | null
  subdistrict: string
  /** Words of the post: the first lines that fit. */
  text: string
  issuer: string
  issuedAt: string
  purpose: string
  exercise: boolean
  sample: boolean
}

/** Colour is never alone: shape and word say the same (half of the men of one in twelve do not see it). */
const looks: Record<string, { fill: string; ink: string; word: string; shape: string }> = {
  red: { fill: '#b3261e', ink: '#ffffff', word: '红色', shape: '<path d="M64 8 120 40v64L64 136 8 104V40Z"/>' },
  orange: { fill: '#d9730d', ink: '#ffffff', word: '橙色', shape: '<path d="M64 8 124 72 64 136 4 72Z"/>' },
  yellow: { fill: '#f2c200', ink: '#1f1a00', word: '黄色', shape: '<path d="M64 10 124 130H4Z"/>' },
  blue: { fill: '#1d5fae', ink: '#ffffff', word: '蓝色', shape: '<circle cx="64" cy="72" r="60"/>' },
  none: { fill: '#2f5d50', ink: '#ffffff', word: '提示', shape: '<rect x="6" y="14" width="116" height="116" rx="12"/>' },
}
const ends: Record<string, string> = { 'all-clear': '已解除', correct: '更正' }

const escapeXml = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Breaks by width: a Chinese character counts two, others one. */
export function wrapText(text: string, width: number, most: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split(/\n+/)) {
    let line = ''
    let used = 0
    for (const c of paragraph.trim()) {
      const wide = (c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
      // A line never begins with a mark that belongs to the end of the one before.
      if (used + wide > width && !/[，。、；：！？）》」,.;:!?)]/.test(c)) {
        lines.push(line)
        line = ''
        used = 0
      }
      line += c
      used += wide
    }
    if (line) lines.push(line)
  }
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), `${lines[most - 1]!.slice(0, -1)}…`]
}

/** The picture that is posted beside the text: readable on a small screen, in a group where a text scrolls away. No link, no name, no address. */
export function groupCard(facts: CardFacts): string {
  const over = ends[facts.purpose]
  const look = over === '已解除' ? looks.none! : (looks[facts.level ?? 'none'] ?? looks.none!)
  const title = over ? `${facts.title}${over}` : facts.title
  const font = 'font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"'
  const body = wrapText(facts.text, 44, 13)
  const mark = facts.exercise ? '演练' : facts.sample ? '演练数据' : ''
  const watermark = mark
    ? `<g fill="#000000" opacity="0.07" font-size="96" font-weight="700" ${font}>${[420, 720, 1020]
        .map((y) => `<text x="80" y="${y}" transform="rotate(-18 80 ${y})">${mark} ${mark}</text>`)
        .join('')}</g>`
    : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="1350" viewBox="0 0 1080 1350" role="img" aria-label="${escapeXml(`${mark} ${title}`.trim())}">
<rect width="1080" height="1350" fill="#ffffff"/>
<rect width="1080" height="280" fill="${look.fill}"/>
<g transform="translate(56 64)" fill="${look.ink}">${look.shape}</g>
<text x="120" y="152" text-anchor="middle" font-size="36" font-weight="700" fill="${look.fill}" ${font}>${over === '已解除' ? '解除' : look.word}</text>
<text x="216" y="132" font-size="64" font-weight="700" fill="${look.ink}" ${font}>${escapeXml(title.slice(0, 13))}</text>
<text x="216" y="206" font-size="36" fill="${look.ink}" ${font}>${escapeXml(`${facts.issuer} ${facts.issuedAt}`)}</text>
${mark ? `<text x="1040" y="52" text-anchor="end" font-size="32" font-weight="700" fill="${look.ink}" ${font}>${mark}</text>` : ''}
<g font-size="44" fill="#1a1a1a" ${font}>${body.map((line, i) => `<text x="56" y="${370 + i * 66}">${escapeXml(line)}</text>`).join('')}</g>
${watermark}
<line x1="56" y1="1250" x2="1024" y2="1250" stroke="#cccccc" stroke-width="2"/>
<text x="56" y="1306" font-size="36" fill="#444444" ${font}>${escapeXml(facts.subdistrict)}应急值班室${mark ? `(${mark})` : ''}</text>
</svg>`
}
