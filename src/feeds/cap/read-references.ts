import type { Reference } from '../bulletin.js'
import type { XmlElement } from '../xml/read-xml.js'
import { readCapTime } from './cap-time.js'
import type { Notes } from './notes.js'

/** "sender,identifier,sent sender,identifier,sent"; national systems write a bare identifier. */
export function readReferences(
  element: XmlElement | undefined,
  own: { sender: string; identifier: string; sent: Date },
  notes: Notes,
): Reference[] {
  const text = element?.text.trim() ?? ''
  if (!element || text === '') return []
  const references = text.split(/\s+/).map((token) => readReference(token, element, notes))
  for (const r of references) {
    if (r.identifier === own.identifier && (r.sender ?? own.sender) === own.sender && (r.sent === null || +new Date(r.sent) === +own.sent))
      notes.add('remark', 'self-reference', element, '报文引用了自己,已接受,不会用它取代自己', 'the message refers to itself')
    else if (r.sent !== null && +new Date(r.sent) > +own.sent)
      notes.add(
        'error',
        'postdated-reference',
        element,
        `引用的报文 ${clip(r.identifier)} 比本报文还晚`,
        'a reference is dated after the message',
      )
  }
  return references
}

function readReference(token: string, at: XmlElement, notes: Notes): Reference {
  const first = token.indexOf(',')
  const last = token.lastIndexOf(',')
  if (first < 0) {
    notes.add('remark', 'bare-reference', at, `引用只写了编号 ${clip(token)},按编号查找`, 'a reference is a bare identifier')
    return { sender: null, identifier: token, sent: null }
  }
  const sent = last > first ? readCapTime(token.slice(last + 1)) : null
  if (!sent)
    notes.add(
      'error',
      'reference-unreadable',
      at,
      `引用“${clip(token)}”应写成“发送者,编号,时间”`,
      'a reference must read "sender,identifier,sent"',
    )
  const identifier = last > first ? token.slice(first + 1, last) : token.slice(first + 1)
  return { sender: token.slice(0, first), identifier, sent: sent?.at.toISOString() ?? null }
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
