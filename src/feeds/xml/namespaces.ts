import type { SaxesTagPlain } from 'saxes'

/** Which prefix stands for which namespace, at one place of a document. Shared by all elements that declare nothing. */
export type Scope = ReadonlyMap<string, string>
export const outermost: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
])

export interface Named {
  name: string
  namespace: string
  /** By local name, without the declarations of namespaces. */
  attributes: Record<string, string>
  /** Attributes as written, declarations among them. */
  count: number
  scope: Scope
}

const none: Record<string, string> = Object.freeze(Object.create(null))

const xml = 'http://www.w3.org/XML/1998/namespace'
const xmlns = 'http://www.w3.org/2000/xmlns/'

/** Namespaces in XML 1.0: an element's local name and namespace; a text in the parser's words when its names are not right. */
export function nameElement(tag: SaxesTagPlain, outer: Scope): Named | string {
  let scope = outer
  let attributes = none
  let count = 0
  let prefixed: string[] | null = null
  for (const name in tag.attributes) {
    const value = tag.attributes[name]!
    count++
    if (name.startsWith('xmlns') && (name.length === 5 || name[5] === ':')) {
      const wrong = name.length === 6 || name.includes(':', 6) ? malformed(name) : faultOfDeclaration(name.slice(6), value.trim())
      if (wrong) return wrong
      if (scope === outer) scope = new Map(outer)
      ;(scope as Map<string, string>).set(name.slice(6), value.trim())
      continue
    }
    if (attributes === none) attributes = Object.create(null) as Record<string, string>
    const colon = name.indexOf(':')
    if (colon >= 0) prefixed = [...(prefixed ?? []), name]
    attributes[name.slice(colon + 1)] = value
  }
  // An attribute may use a prefix that is declared after it in the same tag.
  const wrong = prefixed && faultOfAttributes(prefixed, scope)
  if (wrong) return wrong
  const colon = tag.name.indexOf(':')
  if (colon < 0) return { name: tag.name, namespace: scope.get('')!, attributes, count, scope }
  const prefix = tag.name.slice(0, colon)
  const name = tag.name.slice(colon + 1)
  if (prefix === '' || name === '' || name.includes(':')) return malformed(tag.name)
  const namespace = scope.get(prefix)
  return namespace ? { name, namespace, attributes, count, scope } : unbound(prefix)
}

/** No prefix may be taken back, and the two that the standard itself uses may not be given away. */
function faultOfDeclaration(prefix: string, uri: string): string | null {
  if (prefix === 'xmlns' || uri === xmlns || (prefix === 'xml') !== (uri === xml))
    return `the prefix "${prefix}" cannot be bound to "${uri}".`
  return prefix !== '' && uri === '' ? `invalid attempt to undefine prefix ${prefix}.` : null
}

function faultOfAttributes(names: string[], scope: Scope): string | null {
  const seen = new Set<string>()
  for (const written of names) {
    const [prefix, name, ...more] = written.split(':')
    if (!prefix || !name || more.length > 0) return malformed(written)
    const namespace = scope.get(prefix)
    if (!namespace) return unbound(prefix)
    const full = `{${namespace}}${name}`
    if (seen.has(full)) return `duplicate attribute: ${full}.`
    seen.add(full)
  }
  return null
}

const unbound = (prefix: string) => `unbound namespace prefix: "${prefix}".`
const malformed = (name: string) => `malformed name: ${name}.`
