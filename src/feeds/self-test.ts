import { newOutId } from '../base/ids.js'
import { chinaTime } from '../base/web.js'
import type { Reading } from './bulletin.js'

/** Our own test of the line: a CAP bulletin that goes the whole way to the exercise list and is over after five minutes. */
export const selfTestSender = 'yinshi.self-test'
export const selfTestMinutes = 5
export const selfTestEvent = '线路测试'

export function makeSelfTest(place: string, now: Date): Buffer {
  const at = chinaTime(now)
  const expires = chinaTime(new Date(+now + selfTestMinutes * 60_000))
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>yinshi-test-${place}-${newOutId()}</identifier>
  <sender>${selfTestSender}</sender>
  <sent>${at}</sent>
  <status>Test</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <note>全链路测试,不是真实预警,五分钟后自动结束。A test of the line, not a real warning; it ends by itself.</note>
  <info>
    <language>zh-CN</language>
    <category>Other</category>
    <event>${selfTestEvent}</event>
    <urgency>Past</urgency>
    <severity>Minor</severity>
    <certainty>Unlikely</certainty>
    <effective>${at}</effective>
    <expires>${expires}</expires>
    <senderName>本系统(测试)</senderName>
    <headline>线路测试:检查从来源到手机的全过程</headline>
    <description>这是本系统的线路测试,只发到演练名单,不需要采取任何措施。</description>
    <area>
      <areaDesc>本辖区</areaDesc>
      <geocode><valueName>CPEAS Geographic Code</valueName><value>${place.padEnd(12, '0')}</value></geocode>
    </area>
  </info>
</alert>
`)
}

/**
 * A status Test is refused from anybody: it may not look like the real thing. The one exception is what this house wrote itself,
 * known by the way it came (no outsider can come that way), not by what it says of itself. Alerts treat it as an exercise.
 */
export function allowOwnTest(reading: Reading): Reading {
  if (reading.kind !== 'messages') return reading
  return {
    ...reading,
    messages: reading.messages.map((m) =>
      m.sender === selfTestSender && m.status === 'Test' && m.refusal?.code === 'not-actual' ? { ...m, refusal: null } : m,
    ),
  }
}
