import type { XmlElement } from '../xml/read-xml.js'
import { childrenOf, repeatable, required } from './cap-names.js'
import type { Notes } from './notes.js'

interface Rules {
  needed: readonly string[]
  /** `needed` is the bit of its place among the needed ones; 0: it may be missing. */
  places: Map<string, { place: number; once: boolean; needed: number }>
}
const rulesOf = new Map<string, Rules>(
  Object.entries(childrenOf).map(([name, allowed]) => {
    const needed = required[name]!
    const bitOf = (child: string) => (needed.includes(child) ? 1 << needed.indexOf(child) : 0)
    const rule = (child: string, place: number) => ({ place, once: !repeatable[name]!.includes(child), needed: bitOf(child) })
    return [name, { needed, places: new Map(allowed.map((child, place) => [child, rule(child, place)])) }]
  }),
)

/** Elements that do not belong, stand twice, are missing or out of order; words where only elements may stand. */
export function checkStructure(element: XmlElement, notes: Notes): void {
  const rules = rulesOf.get(element.name)
  if (!rules) return
  let reached = 0
  let told = false
  // One bit per place and per needed name: a bulletin may hold thousands of areas.
  let seen = 0
  let repeated = 0
  let filled = 0
  for (const child of element.children) {
    if (child.namespace !== element.namespace) continue
    const rule = rules.places.get(child.name)
    if (!rule) {
      notes.add(
        'error',
        'unsupported-element',
        child,
        `CAP 里没有 <${clip(child.name)}> 这个元素,已忽略`,
        `<${clip(child.name)}> is not a CAP element`,
      )
      continue
    }
    const { place } = rule
    const bit = 1 << place
    if (rule.once && (seen & bit & ~repeated) !== 0) {
      repeated |= bit
      notes.add('error', 'repeated-element', child, `<${child.name}> 只能写一次,这里写了多次`, `<${child.name}> may stand only once`)
    }
    seen |= bit
    if (place < reached && !told) {
      notes.add('remark', 'sequence', child, `<${child.name}> 的先后次序不对,不影响阅读`, `<${child.name}> is out of order`)
      told = true
    }
    if (place > reached) reached = place
    if (rule.needed !== 0 && (filled & rule.needed) === 0 && child.text.trim() !== '') filled |= rule.needed
  }
  for (const [i, name] of rules.needed.entries())
    if ((filled & (1 << i)) === 0)
      notes.add('error', 'missing-element', element, `缺少 <${name}> 或内容为空`, `<${name}> is missing or empty`)
  const stray = element.text.trim()
  if (stray) notes.add('error', 'stray-text', element, `元素之间有多余的文字“${clip(stray)}”`, `stray text "${clip(stray)}"`)
}

const clip = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text)
