import type { XmlElement } from '../xml/read-xml.js'
import { childrenOf, repeatable, required } from './cap-names.js'
import type { Notes } from './notes.js'

interface Rules {
  size: number
  needed: readonly string[]
  places: Map<string, { place: number; once: boolean; needed: boolean }>
}
const rulesOf = new Map<string, Rules>(
  Object.entries(childrenOf).map(([name, allowed]) => {
    const needed = required[name]!
    const rule = (child: string, place: number) => ({ place, once: !repeatable[name]!.includes(child), needed: needed.includes(child) })
    return [name, { size: allowed.length, needed, places: new Map(allowed.map((child, place) => [child, rule(child, place)])) }]
  }),
)

/** Elements that do not belong, stand twice, are missing or out of order; words where only elements may stand. */
export function checkStructure(element: XmlElement, notes: Notes): void {
  const rules = rulesOf.get(element.name)
  if (!rules) return
  let reached = 0
  let told = false
  const counts = new Uint16Array(rules.size)
  let missing = rules.needed
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
    if (++counts[place]! === 2 && rule.once)
      notes.add('error', 'repeated-element', child, `<${child.name}> 只能写一次,这里写了多次`, `<${child.name}> may stand only once`)
    if (place < reached && !told) {
      notes.add('remark', 'sequence', child, `<${child.name}> 的先后次序不对,不影响阅读`, `<${child.name}> is out of order`)
      told = true
    }
    if (place > reached) reached = place
    if (rule.needed && missing.includes(child.name) && child.text.trim() !== '') missing = missing.filter((name) => name !== child.name)
  }
  for (const name of missing) notes.add('error', 'missing-element', element, `缺少 <${name}> 或内容为空`, `<${name}> is missing or empty`)
  const stray = element.text.trim()
  if (stray) notes.add('error', 'stray-text', element, `元素之间有多余的文字“${clip(stray)}”`, `stray text "${clip(stray)}"`)
}

const clip = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text)
