import { childNamed, childrenNamed, type Notes, textOf } from '../cap/notes.js'
import type { XmlElement } from '../xml/read-xml.js'

/** Where the national XML is not CAP 1.2, each told once with its line: whoever compares the two must not have to guess. */
export function noteDeviations(alert: XmlElement, notes: Notes): void {
  const tell = (code: string, at: XmlElement, message: string, english: string) => notes.add('remark', code, at, message, english)
  tell('no-namespace', alert, '没有命名空间,按国家突发事件预警信息发布系统的格式读', 'no namespace: read as the national system writes')
  const sendTime = childNamed(alert, 'sendTime')
  if (sendTime) tell('send-time', sendTime, '发送时间写在 <sendTime>,CAP 是 <sent>', '<sendTime> stands for <sent>')
  const infos = childrenNamed(alert, 'info')
  const times = [sendTime, ...infos.flatMap((i) => ['effective', 'onset', 'expires'].map((name) => childNamed(i, name)))]
  const blank = times.find((at) => at && /\d\s+\d/.test(at.text.trim()))
  if (blank) tell('time-with-blank', blank, '日期和时间之间是空格,CAP 是 T', 'a blank where CAP writes T')
  const local = times.find((at) => at?.text.trim() && !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(at.text.trim()))
  if (local) tell('time-without-offset', local, '时间没有写时区,按北京时间读', 'no offset: read as China\u2019s time')
  const info = infos[0]
  if (!info) return
  const severity = childNamed(info, 'severity')
  if (severity && /^(?:red|orange|yellow|blue|white)$/i.test(severity.text.trim()))
    tell('colour-in-severity', severity, `severity 写的是颜色 ${severity.text.trim()},不是 CAP 的严重程度`, 'severity holds a colour')
  if (!childNamed(info, 'event') && childNamed(info, 'eventType'))
    tell('no-event', info, '没有 <event>,灾种从标题和 eventType 看出', 'no <event>: the hazard is read from headline and eventType')
  const missing = ['category', 'urgency', 'certainty'].filter((name) => !textOf(info, name))
  if (missing.length > 0) tell('cap-missing', info, `没有写 CAP 要求的 ${missing.join('、')}`, `${missing.join(', ')} missing`)
  if (!textOf(info, 'expires')) tell('no-expires', info, '没有写失效时间', 'no end is given')
  const empty = [alert, info, ...childrenNamed(info, 'area')].flatMap((e) => e.children).filter(isEmpty)
  if (empty.length > 0) {
    const names = [...new Set(empty.map((e) => e.name.slice(0, 30)))].slice(0, 12).join('、')
    tell('empty-elements', empty[0]!, `有 ${empty.length} 个空元素(${names}),按没有写处理`, `${empty.length} empty elements`)
  }
}

const isEmpty = (element: XmlElement) => element.children.length === 0 && element.text.trim() === ''
