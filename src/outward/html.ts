/** Text on its way into HTML or XML. Everything that came from outside passes through here. */
export const escapeMarkup = (text: string): string =>
  text
    // Characters that XML 1.0 does not know would make the whole document unreadable.
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Already safe markup, told apart from text by its type. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | null | undefined | false | Part[]
const write = (part: Part): string => {
  if (part === null || part === undefined || part === false) return ''
  if (Array.isArray(part)) return part.map(write).join('')
  return part instanceof Markup ? part.text : escapeMarkup(String(part))
}

/** html`<p>${text}</p>`: what is put in is escaped unless it is markup itself. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(strings.reduce((all, s, i) => all + s + (i < parts.length ? write(parts[i]) : ''), ''))

export const raw = (text: string) => new Markup(text)
