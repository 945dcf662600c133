/** One thing done to a bulletin. The numbers are taken modulo whatever they choose from, so that every combination means something. */
export interface Mutation {
  kind: number
  where: number
  size: number
  what: number
}

const nastyText = [
  '',
  ' ',
  '9999',
  '-1',
  '1e309',
  'NaN',
  '0'.repeat(40),
  '2026-02-30T25:61:61+99:99',
  '2026-07-12T03:26:00',
  'date:now +28800 seconds',
  '20260712032600',
  '300,200 1,2 3,4',
  '31.1,108.3 31.1,108.5 31.3,108.5 31.1,108.3',
  '31.1,108.3 0',
  ' ,'.repeat(3000),
  '((((31,108'.repeat(500),
  '1,2 '.repeat(20_000),
  'Cancel',
  'Surprise',
  'Exercise',
  '暴雨红色预警信号',
  '解除橙色,发布黄色;其余镇街',
  '文峰街道、'.repeat(400),
  '&amp;amp;lt;b&amp;amp;gt;'.repeat(300),
  '<b>'.repeat(1000),
  '<'.repeat(3000),
  '\u202E',
  '\u0000',
  'Immediate',
  'zh-CN',
  '2026-07-12T15:26:00+08:00',
  'x'.repeat(50_000),
  '__proto__',
  'constructor',
  'a,b,c '.repeat(2000),
]
const nastyBytes = [
  [0x00],
  [0xff, 0xfe],
  [0xef, 0xbb, 0xbf],
  [0xc3],
  [0x3c],
  [0x26],
  [0x5d, 0x5d, 0x3e],
  [0x22],
  [0x7b],
  [0x5b],
  [0x0d, 0x0a],
  [...Buffer.from('<!DOCTYPE x [<!ENTITY a "b">]>')],
  [...Buffer.from('<![CDATA[')],
  [...Buffer.from('&#x110000;')],
]
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

/** The bytes of one sample with everything done to it, one after the other. Rough: to its bytes, with pieces of other samples, too. */
export function mutate(raw: Buffer, mutations: Mutation[], others: Buffer[], rough: boolean): Buffer {
  let now = raw
  for (const mutation of mutations) {
    // Grown beyond what a feed may send, it would only be cut off before it is read.
    if (now.length > mostBytes) break
    const { kind } = mutation
    const isJson = /^\s*(?:var [\w$]+\s*=\s*)?[[{]/.test(now.subarray(0, 200).toString('latin1'))
    now = rough && kind % 2 === 0 ? changeBytes(now, mutation, others) : isJson ? changeJson(now, mutation) : changeMarkup(now, mutation)
  }
  return now.subarray(0, mostBytes)
}
const mostBytes = 2_000_000

function changeBytes(raw: Buffer, { kind, where, size, what }: Mutation, others: Buffer[]): Buffer {
  const at = raw.length === 0 ? 0 : where % raw.length
  const end = Math.min(raw.length, at + (size % 400))
  const join = (...parts: Buffer[]) => Buffer.concat(parts)
  switch (Math.floor(kind / 4) % 7) {
    case 0: {
      const copy = Buffer.from(raw)
      if (copy.length > 0) copy[at] = copy[at]! ^ (1 << (what % 8))
      return copy
    }
    case 1:
      return join(raw.subarray(0, at), raw.subarray(end))
    case 2:
      return join(raw.subarray(0, end), raw.subarray(at, end), raw.subarray(end))
    case 3:
      return raw.subarray(0, at)
    case 4:
      return join(raw.subarray(0, at), Buffer.from(pick(nastyBytes, what)), raw.subarray(at))
    case 5: {
      const other = pick(others, what)
      const from = other.length === 0 ? 0 : size % other.length
      return join(raw.subarray(0, at), other.subarray(from, from + 2000), raw.subarray(end))
    }
    default:
      return join(raw.subarray(0, at), Buffer.from(pick(nastyText, what)), raw.subarray(end))
  }
}

/** Tags and what stands between them: the odd parts are tags. Most of what is done leaves the document well-formed. */
function changeMarkup(raw: Buffer, { kind, where, size, what }: Mutation): Buffer {
  const parts = raw.toString('utf8').split(/(<[^<>]*>)/)
  const tags = parts.length >> 1
  if (tags === 0) return Buffer.from(pick(nastyText, what))
  let tag = (where % tags) * 2 + 1
  while (parts[tag]!.startsWith('</') && tag > 2) tag -= 2
  const end = endOf(parts, tag)
  const element = parts.slice(tag, end + 1)
  switch (Math.floor(kind / 4) % 9) {
    case 0:
      parts.splice(tag, element.length)
      break
    case 1:
    case 2:
      parts[tag + 1] = pick(nastyText, what).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      break
    case 3:
      for (let i = 0; i < size % 40; i++) parts.splice(tag, 0, element.join(''))
      break
    case 4: {
      const name = pick(['alert', 'info', 'area', 'polygon', 'geocode', 'references', 'resource', '测试'], what)
      for (const at of [tag, end]) parts[at] = parts[at]!.replace(/[\w:.-]+/, name)
      break
    }
    case 5:
      parts[tag] = `${'<v>'.repeat(size % 35)}${parts[tag]}`
      parts[end] = `${parts[end]}${'</v>'.repeat(size % 35)}`
      break
    case 6: {
      const other = ((where >> 8) % tags) * 2 + 1
      parts.splice(tag, element.length)
      parts.splice(Math.min(other, parts.length), 0, ...element)
      break
    }
    case 7:
      parts.splice(tag, element.length, `<![CDATA[${element.join('')}]]>`)
      break
    default:
      parts[tag] = parts[tag]!.replace(
        /\s*\/?>$/,
        ` ${pick(['a="1"', 'lang="zh"', 'xmlns="urn:x"', 'a="1" a="2"', 'xmlns:cap=""', 'x:y="z"'], what)}>`,
      )
  }
  return Buffer.from(parts.join(''))
}

/** The closing tag of an element, or the tag itself where it has none. */
function endOf(parts: string[], tag: number): number {
  const name = /^<([\w:.-]+)[^>]*[^/]>$|^<([\w:.-]+)>$/.exec(parts[tag]!)
  if (!name) return tag
  let depth = 0
  for (let at = tag; at < parts.length; at += 2) {
    const part = parts[at]!
    if (part === `</${name[1] ?? name[2]}>` && --depth === 0) return at
    if (part.startsWith(`<${name[1] ?? name[2]}`) && !part.endsWith('/>')) depth++
  }
  return tag
}

function changeJson(raw: Buffer, { kind, where, size, what }: Mutation): Buffer {
  const text = raw.toString('utf8').replace(/^\uFEFF/, '')
  const before = /^\s*var [\w$]+\s*=\s*/.exec(text)?.[0] ?? ''
  let json: unknown
  try {
    json = JSON.parse(text.slice(before.length).trimEnd().replace(/;$/, ''))
  } catch {
    return changeBytes(raw, { kind: kind + 4, where, size, what }, [raw])
  }
  const places: { holder: Record<string, unknown>; key: string }[] = []
  const walk = (value: unknown, depth: number) => {
    if (typeof value !== 'object' || value === null || depth > 40) return
    for (const key of Object.keys(value)) {
      if (places.length < 20_000) places.push({ holder: value as Record<string, unknown>, key })
      walk((value as Record<string, unknown>)[key], depth + 1)
    }
  }
  walk(json, 0)
  if (places.length === 0) return Buffer.from(`${before}${JSON.stringify(nastyValue(what, size, json))}`)
  const { holder, key } = pick(places, where)
  if (Math.floor(kind / 4) % 3 === 0 && !Array.isArray(holder)) delete holder[key]
  else if (Math.floor(kind / 4) % 3 === 1) holder[pick(['data', 'alert', 'info', 'code', '0', '1', 'x'], what)] = holder[key]
  else holder[key] = nastyValue(what, size, holder[key])
  return Buffer.from(`${before}${JSON.stringify(json)}`)
}

function nastyValue(what: number, size: number, old: unknown): unknown {
  const kinds: (() => unknown)[] = [
    () => null,
    () => [],
    () => ({}),
    () => true,
    () => -1e300,
    () => 1583884800000,
    () => [old],
    () => ({ value: old }),
    () => Array.from({ length: size % 300 }, () => old),
    () => Array.from({ length: size % 3000 }, () => null),
    () => {
      let deep: unknown = old
      for (let i = 0; i < size % 800; i++) deep = i % 2 ? [deep] : { info: deep }
      return deep
    },
    () => (typeof old === 'string' ? Number(old) : String(old)),
  ]
  return what % 2 === 0 ? pick(kinds, what >> 1)() : pick(nastyText, what >> 1)
}
