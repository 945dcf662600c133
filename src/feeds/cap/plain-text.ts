const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

const tag = /<\/?[a-z][^<>]*>/gi
/** Once entities are undone, only what is surely a tag goes: "风速<v>" may be meant. */
const surelyTag =
  /<\/?(?:a|abbr|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|script|small|span|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*>/gi
const lineEnd = /<(?:br|\/p|\/li|\/div|\/tr|\/h[1-6])\b[^<>]*>/gi
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi

/** Tags and doubly (or triply) escaped entities that senders leave in their text: no channel may read them aloud. */
export function plainText(text: string): { text: string; changed: boolean } {
  const trimmed = text.trim()
  if (!trimmed.includes('<') && !trimmed.includes('&')) return { text: trimmed, changed: false }
  let plain = stripTags(trimmed, tag)
  for (let round = 0; round < 3; round++) {
    const before = plain
    plain = stripTags(undoEntities(before), surelyTag)
    if (plain === before) break
  }
  return plain === trimmed ? { text: trimmed, changed: false } : { text: plain.trim(), changed: true }
}

const stripTags = (text: string, what: RegExp) => text.replace(lineEnd, '\n').replace(what, '')

const undoEntities = (text: string) =>
  text.replace(entity, (all, decimal?: string, hex?: string, name?: string) => {
    if (name) return entities[name.toLowerCase()] ?? all
    const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16)
    return code > 0x1f && code < 0x110000 && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' '
  })
