/** CAP of our own writing, signed 气象台(演练); every part can be changed, so that a rule needs no file of its own. */
export interface CapParts {
  version: '1.0' | '1.1' | '1.2'
  identifier: string
  sender: string
  sent: string
  status: string
  msgType: string
  scope: string
  references: string
  event: string
  headline: string
  description: string
  severity: string
  urgency: string
  responseType: string
  expires: string
  /** Elements of the area after areaDesc. */
  area: string
  /** Instead of the one info. */
  info: string
  /** Put in before the info. */
  extra: string
}

const namespaces = {
  '1.0': 'http://www.incident.com/cap/1.0',
  '1.1': 'urn:oasis:names:tc:emergency:cap:1.1',
  '1.2': 'urn:oasis:names:tc:emergency:cap:1.2',
}
export const squareOverHome = '31.10,108.30 31.10,108.50 31.22,108.50 31.22,108.30 31.10,108.30'

export function makeCap(parts: Partial<CapParts> = {}): string {
  const p: Omit<CapParts, 'info'> & { info?: string } = {
    version: '1.2',
    identifier: 'YS-0001',
    sender: 'drill@qixiang.example',
    sent: '2026-07-12T03:26:00+08:00',
    status: 'Actual',
    msgType: 'Alert',
    scope: 'Public',
    references: '',
    event: '暴雨',
    headline: '气象台(演练)发布暴雨红色预警信号',
    description: '',
    severity: 'Extreme',
    urgency: 'Immediate',
    responseType: 'Shelter',
    expires: '2126-07-12T09:26:00+08:00',
    area: `<polygon>${squareOverHome}</polygon>`,
    extra: '',
    ...parts,
  }
  const info =
    p.info ??
    `  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>${p.event}</event>
    <responseType>${p.responseType}</responseType>
    <urgency>${p.urgency}</urgency>
    <severity>${p.severity}</severity>
    <certainty>Observed</certainty>
    ${p.expires ? `<expires>${p.expires}</expires>` : ''}
    <senderName>气象台(演练)</senderName>
    <headline>${p.headline}</headline>
    ${p.description ? `<description>${p.description}</description>` : ''}
    <area>
      <areaDesc>文峰街道</areaDesc>
      ${p.area}
    </area>
  </info>`
  const element = (name: string, text: string) => (text === '' ? '' : `  <${name}>${text}</${name}>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="${namespaces[p.version]}">
${element('identifier', p.identifier)}${element('sender', p.sender)}${element('sent', p.sent)}${element('status', p.status)}${element('msgType', p.msgType)}${element('scope', p.scope)}${element('references', p.references)}${p.extra}${info}
</alert>
`
}

/** "sender,identifier,sent" of a sample. */
export const referenceTo = (identifier: string, sent = '2026-07-12T03:26:00+08:00', sender = 'drill@qixiang.example') =>
  `${sender},${identifier},${sent}`
