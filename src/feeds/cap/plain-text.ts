const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** Tags and doubly escaped entities that senders leave in their text: no channel may read them aloud. */
export function plainText(text: string): { text: string; changed: boolean } {
  const trimmed = text.trim()
  if (!/<\/?[a-z][^<>]*>|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});/i.test(trimmed)) return { text: trimmed, changed: false }
  const plain = trimmed
    .replace(/<(?:br|\/p|\/li|\/div)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (all, decimal?: string, hex?: string, name?: string) => {
      if (name) return entities[name.toLowerCase()] ?? all
      const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16)
      return code > 0x1f && code < 0x110000 && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' '
    })
  return { text: plain.trim(), changed: true }
}
