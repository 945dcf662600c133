import type { XmlElement } from '../xml/read-xml.js'
import { childrenOf, repeatable, required } from './cap-names.js'
import type { Notes } from './notes.js'

/** Elements that do not belong, stand twice, are missing or out of order; words where only elements may stand. */
export function checkStructure(element: XmlElement, notes: Notes): void {
  const allowed = childrenOf[element.name]
  if (!allowed) return
  let reached = 0
  let told = false
  const counts = new Map<string, number>()
  for (const child of element.children) {
    if (child.namespace !== element.namespace) continue
    const place = allowed.indexOf(child.name)
    if (place < 0) {
      notes.add(
        'error',
        'unsupported-element',
        child,
        `CAP 里没有 <${clip(child.name)}> 这个元素,已忽略`,
        `<${clip(child.name)}> is not a CAP element`,
      )
      continue
    }
    counts.set(child.name, (counts.get(child.name) ?? 0) + 1)
    if (counts.get(child.name) === 2 && !repeatable[element.name]!.includes(child.name))
      notes.add('error', 'repeated-element', child, `<${child.name}> 只能写一次,这里写了多次`, `<${child.name}> may stand only once`)
    if (place < reached && !told) {
      notes.add('remark', 'sequence', child, `<${child.name}> 的先后次序不对,不影响阅读`, `<${child.name}> is out of order`)
      told = true
    }
    reached = Math.max(reached, place)
  }
  for (const name of required[element.name]!) {
    if (!element.children.some((c) => c.name === name && c.namespace === element.namespace && c.text.trim() !== ''))
      notes.add('error', 'missing-element', element, `缺少 <${name}> 或内容为空`, `<${name}> is missing or empty`)
  }
  const stray = element.text.trim()
  if (stray) notes.add('error', 'stray-text', element, `元素之间有多余的文字“${clip(stray)}”`, `stray text "${clip(stray)}"`)
}

const clip = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text)
