/** What CAP 1.0–1.2 lets stand where, and in which order. */
export const capNamespaces = new Map([
  ['http://www.incident.com/cap/1.0', '1.0'],
  ['urn:oasis:names:tc:emergency:cap:1.0', '1.0'],
  ['urn:oasis:names:tc:emergency:cap:1.1', '1.1'],
  ['urn:oasis:names:tc:emergency:cap:1.2', '1.2'],
])

export const childrenOf: Record<string, readonly string[]> = {
  alert: [
    'identifier',
    'sender',
    'password',
    'sent',
    'status',
    'msgType',
    'source',
    'scope',
    'restriction',
    'addresses',
    'code',
    'note',
    'references',
    'incidents',
    'info',
  ],
  info: [
    'language',
    'category',
    'event',
    'responseType',
    'urgency',
    'severity',
    'certainty',
    'audience',
    'eventCode',
    'effective',
    'onset',
    'expires',
    'senderName',
    'headline',
    'description',
    'instruction',
    'web',
    'contact',
    'parameter',
    'resource',
    'area',
  ],
  area: ['areaDesc', 'polygon', 'circle', 'geocode', 'altitude', 'ceiling'],
}

/** Elements that may stand more than once. */
export const repeatable: Record<string, readonly string[]> = {
  alert: ['code', 'info'],
  info: ['category', 'responseType', 'eventCode', 'parameter', 'resource', 'area'],
  area: ['polygon', 'circle', 'geocode'],
}

export const required: Record<string, readonly string[]> = {
  alert: ['identifier', 'sender', 'sent', 'status', 'msgType', 'scope'],
  info: ['category', 'event', 'urgency', 'severity', 'certainty'],
  area: ['areaDesc'],
}
