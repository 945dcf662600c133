import type { Alert } from '../alerts/alert.js'
import type { AlertRevision } from '../alerts/alert-store.js'
import { chinaTime } from '../base/web.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Level } from '../warnings/warning.js'
import { adviceFor } from './advice.js'
import { html, type Markup, raw } from './html.js'

/** One public alert with every wording it has had, and the message of the authority that it relays. */
export interface PublishedAlert {
  alert: Alert
  revisions: AlertRevision[]
  source: { sender: string; identifier: string; sent: Date } | null
}

export interface CapContext {
  snapshot: Snapshot
  publicUrl: string
  sample: boolean
}

/** Colour → severity, urgency, certainty (reference/domain.md 4.2); a notice of ours claims no more than it knows. */
const meaning: Record<Level | 'notice', [string, string, string]> = {
  red: ['Extreme', 'Immediate', 'Likely'],
  orange: ['Severe', 'Expected', 'Likely'],
  yellow: ['Moderate', 'Expected', 'Likely'],
  blue: ['Minor', 'Future', 'Possible'],
  unknown: ['Unknown', 'Expected', 'Unknown'],
  notice: ['Minor', 'Expected', 'Likely'],
}
const categories: [RegExp, string][] = [
  [/地震|海啸|滑坡|泥石流|地质/, 'Geo'],
  [/火/, 'Fire'],
  [/爆管|停水|停电|燃气/, 'Infra'],
]

/** Each wording is a message of its own: the first bears the alert's identifier, later ones .2, .3 … and refer to those before. */
export const identifierOf = (alert: Alert, revision: AlertRevision, first: AlertRevision): string =>
  revision.id === first.id ? alert.identifier : `${alert.identifier}.${revision.revision}`

const senderOf = (alert: Alert) => `yinshi-${alert.place}`
const msgTypeOf = { warn: 'Update', correct: 'Cancel', 'all-clear': 'Cancel' } as const

/** CAP 1.2 of one wording. On a sample register it is an exercise to everybody outside, whatever it is inside. */
export function renderCap({ alert, revisions, source }: PublishedAlert, revision: AlertRevision, context: CapContext): string {
  const first = revisions[0]!
  const before = revisions.filter((r) => r.id < revision.id)
  const sender = senderOf(alert)
  const references = before.map((r) => `${sender},${identifierOf(alert, r, first)},${chinaTime(r.issuedAt)}`).join(' ')
  const exercise = alert.kind === 'exercise' || context.sample
  return html`<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>${identifierOf(alert, revision, first)}</identifier>
  <sender>${sender}</sender>
  <sent>${chinaTime(revision.issuedAt)}</sent>
  <status>${exercise ? 'Exercise' : 'Actual'}</status>
  <msgType>${before.length === 0 ? 'Alert' : msgTypeOf[revision.purpose]}</msgType>
  ${
    source &&
    html`<source>relay of ${source.sender},${source.identifier},${chinaTime(source.sent)}</source>
  `
  }<scope>Public</scope>
  ${exercise && raw('<note>演练数据,不是真实预警。Exercise data, not a real warning.</note>\n  ')}${
    references &&
    html`<references>${references}</references>
  `
  }${info(alert, revision, context)}
</alert>
`.text
}

function info(alert: Alert, revision: AlertRevision, { snapshot, publicUrl }: CapContext): Markup {
  const { facts, level, previews } = revision.words
  const [severity, urgency, certainty] = meaning[level ?? 'notice']
  const over = revision.purpose !== 'warn'
  const text = previews.find((p) => p.channel === 'sms' && p.relation === 'self' && p.language === 'zh')?.text ?? facts.headline
  const headline = over ? `${alert.title}${revision.purpose === 'correct' ? '已撤回更正' : '已解除'}` : alert.title
  const category = categories.find(([words]) => words.test(alert.event))?.[1] ?? (alert.origin === 'notice' ? 'Safety' : 'Met')
  const instruction = over ? '已转移的居民请等待社区通知后再返回' : (facts.ownText ?? adviceFor(alert.event, 'zh').join(';'))
  const until = !over && facts.until
  return html`<info>
    <language>zh-CN</language>
    <category>${category}</category>
    <event>${alert.event}</event>
    <responseType>${over ? 'AllClear' : 'Prepare'}</responseType>
    <urgency>${over ? 'Past' : urgency}</urgency>
    <severity>${severity}</severity>
    <certainty>${certainty}</certainty>
    ${
      facts.issuedAt &&
      html`<effective>${chinaTime(new Date(facts.issuedAt))}</effective>
    `
    }${
      until &&
      html`<expires>${chinaTime(new Date(until))}</expires>
    `
    }<senderName>${facts.station}</senderName>
    <headline>${headline}</headline>
    <description>${text}</description>
    <instruction>${instruction}</instruction>
    ${
      publicUrl &&
      html`<web>${publicUrl}/</web>
    `
    }<contact>${facts.hotline}</contact>
    ${
      level &&
      level !== 'unknown' &&
      html`<parameter><valueName>ColorCode</valueName><value>${level}</value></parameter>
    `
    }${areas(revision, snapshot)}
  </info>`
}

/** One area per community, with the polygons of its grids (latitude first, as CAP wants it) and their codes. */
function areas(revision: AlertRevision, snapshot: Snapshot): Markup[] {
  const places = new Set(revision.words.grids.map((grid) => grid.place))
  const grids = snapshot.grids.filter((grid) => places.has(grid.place))
  const communities = [...new Set(grids.map((grid) => grid.community))]
  return communities.map((community) => {
    const mine = grids.filter((grid) => grid.community === community)
    const name = snapshot.places.find((p) => p.place === community)?.name ?? community
    return html`<area>
      <areaDesc>${name}(${mine.length} 个网格)</areaDesc>
      ${mine.map(
        (grid) => html`<polygon>${grid.geometry.coordinates[0]!.map(([lon, lat]) => `${lat},${lon}`).join(' ')}</polygon>
      `,
      )}<geocode><valueName>ADMINISTRATIVE_DIVISION_CODE</valueName><value>${community}</value></geocode>
    </area>
    `
  })
}

/** The index: the newest wording of every public alert. */
export function renderAtom(published: PublishedAlert[], context: CapContext & { now: Date; placeName: string }): string {
  const entry = ({ alert, revisions }: PublishedAlert) => {
    const last = revisions.at(-1)!
    const identifier = identifierOf(alert, last, revisions[0]!)
    const over = last.purpose !== 'warn'
    return html`  <entry>
    <id>urn:yinshi:${identifier}</id>
    <title>${context.sample ? '【演练】' : ''}${alert.title}${over ? (last.purpose === 'correct' ? '(撤回更正)' : '(解除)') : ''}</title>
    <updated>${chinaTime(last.issuedAt)}</updated>
    <published>${chinaTime(revisions[0]!.issuedAt)}</published>
    <author><name>${last.words.facts.subdistrict}</name></author>
    <summary>${last.words.facts.station} ${last.words.facts.headline}</summary>
    <link rel="alternate" type="application/cap+xml" href="${context.publicUrl}/cap/${identifier}.xml"/>
  </entry>
`
  }
  const newest = published.map((p) => p.revisions.at(-1)!.issuedAt.getTime())
  const updated = newest.length > 0 ? new Date(Math.max(...newest)) : context.now
  return html`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${context.publicUrl}/cap/atom.xml</id>
  <title>${context.placeName}对公众发出的预警信息</title>
  <updated>${chinaTime(updated)}</updated>
  <link rel="self" href="${context.publicUrl}/cap/atom.xml"/>
${published.map(entry)}</feed>
`.text
}
