import type { XmlElement } from '../xml/read-xml.js'
import { childNamed, childrenNamed, type Notes, textOf } from './notes.js'

/** The words CAP 1.0 to 1.2 knows, all versions together: an old word in a new message misleads nobody. */
const vocabulary: [string, readonly string[]][] = Object.entries({
  category: ['Geo', 'Met', 'Safety', 'Security', 'Rescue', 'Fire', 'Health', 'Env', 'Transport', 'Infra', 'CBRNE', 'Other'],
  responseType: ['Shelter', 'Evacuate', 'Prepare', 'Execute', 'Avoid', 'Monitor', 'Assess', 'AllClear', 'None'],
  urgency: ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'],
  severity: ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'],
  certainty: ['Observed', 'Likely', 'Very Likely', 'Possible', 'Unlikely', 'Unknown'],
})
const languageTag = /^(?:[a-z]{2,8}|[ix](?=-))(?:-[a-z0-9]{1,8}){0,8}$/i
const absoluteUri = /^[a-z][a-z0-9+.-]{0,30}:\S+$/i
const mimeType = /^[a-z0-9][\w.+-]{0,80}\/[\w.+-]{1,80}(?:\s*;.{0,200})?$/i

/** Words that stand where CAP has its own list, or that break its rules without hindering the reading. */
export function checkAlertWords(alert: XmlElement, notes: Notes): void {
  const scope = textOf(alert, 'scope')
  const restriction = childNamed(alert, 'restriction')
  if (restriction?.text.trim() && scope !== 'Restricted')
    notes.add('remark', 'restriction', restriction, '写了限制条件,公开范围却不是 Restricted', 'restriction without scope Restricted')
  tellSameText(childrenNamed(alert, 'info'), notes)
}

/** The children of an info, by name. */
export function checkInfoWords(children: ReadonlyMap<string, XmlElement[]>, notes: Notes): void {
  for (const [name, known] of vocabulary) {
    for (const child of children.get(name) ?? []) {
      const word = child.text.trim()
      if (word && !known.includes(word))
        notes.add('error', 'unknown-word', child, `<${name}> 的“${clip(word)}”不是 CAP 规定的词`, `"${clip(word)}" is no CAP ${name}`)
    }
  }
  const language = children.get('language')?.[0]
  if (language?.text.trim() && !languageTag.test(language.text.trim()))
    notes.add('error', 'language-tag', language, `语言“${clip(language.text)}”的写法不对`, `"${clip(language.text)}" is no language tag`)
  const web = children.get('web')?.[0]
  if (web?.text.trim() && !absoluteUri.test(web.text.trim()))
    notes.add('remark', 'web-address', web, '<web> 不是完整的网址', 'web is not an absolute URI')
  for (const resource of children.get('resource') ?? []) checkResource(resource, notes)
}

function checkResource(resource: XmlElement, notes: Notes): void {
  const wrong = (at: XmlElement, message: string, english: string) => notes.add('remark', 'resource', at, message, english)
  const mime = childNamed(resource, 'mimeType')
  if (mime?.text.trim() && !mimeType.test(mime.text.trim())) wrong(mime, '附件的类型写法不对', 'not a MIME type')
  const uri = childNamed(resource, 'uri')
  const inline = childNamed(resource, 'derefUri')
  if (uri?.text.trim() && !inline && !absoluteUri.test(uri.text.trim()))
    wrong(uri, '附件只写了相对地址,又没有附上内容', 'a relative uri without derefUri')
  if (inline && !isBase64(inline.text)) wrong(inline, '附件的内容不是 base64', 'derefUri is not base64')
}

const isBase64 = (text: string): boolean => {
  const bare = text.replace(/\s+/g, '')
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare)
}

/** The same words under two languages: one of them was not translated. */
function tellSameText(infos: XmlElement[], notes: Notes): void {
  const seen = new Map<string, string>()
  for (const info of infos) {
    const language = textOf(info, 'language') || 'en-US'
    const text = `${textOf(info, 'headline')}\n${textOf(info, 'description')}`
    if (text.trim() === '') continue
    const before = seen.get(text)
    if (before !== undefined && before.toLowerCase() !== language.toLowerCase())
      notes.add(
        'remark',
        'not-translated',
        info,
        `${clip(before)} 和 ${clip(language)} 的文字相同,没有翻译`,
        'the same text in two languages',
      )
    seen.set(text, before ?? language)
  }
}

const clip = (text: string) => (text.trim().length > 30 ? `${text.trim().slice(0, 30)}…` : text.trim())
