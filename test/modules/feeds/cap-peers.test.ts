import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ParsedMessage, Reading } from '../../../src/feeds/bulletin.js'
import { readPolygon } from '../../../src/feeds/cap/cap-area.js'
import { readCapTime } from '../../../src/feeds/cap/cap-time.js'
import { readCap } from '../../../src/feeds/cap/read-cap.js'
import { readContext } from '../../rig/reading.js'
import { type CapParts, makeCap, squareOverHome } from '../../rig/samples/make-cap.js'

/**
 * What the tests of other readers assert, held against ours: google/cap-library, capparselib, KDE foss-public-alert-server,
 * oasiscap, seevee/cap_alerts. The cases are written anew. Where we take what a peer refuses, the fault is told and the reason
 * stands in docs/decisions/0008-where-readers-disagree.md.
 */
const read = (xml: string | Buffer): Reading => readCap(Buffer.from(xml), readContext())
function one(xml: string | Buffer): ParsedMessage {
  const reading = read(xml)
  if (reading.kind !== 'messages') throw new Error(JSON.stringify(reading))
  return reading.messages[0]!
}
const make = (parts: Partial<CapParts> = {}) => one(makeCap(parts))
const told = (m: ParsedMessage) => m.problems.map((p) => `${p.code} ${p.path ?? ''}`.trim())
const inArea = (area: string) => told(make({ area: `<polygon>${squareOverHome}</polygon>${area}` }))
const add = (after: string, what: string, parts: Partial<CapParts> = {}) => one(makeCap(parts).replace(after, `${after}${what}`))

const area = '/alert[1]/info[1]/area[1]'

t.test('what peers reject: unreadable or refused here too', async (t) => {
  const unreadable: [string, string | Buffer, string][] = [
    ['an empty string', '', 'empty'],
    ['another root', '<report xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', 'not-cap'],
    ['an unknown namespace', makeCap().replace('cap:1.2', 'cap:1.3'), 'not-cap'],
    ['<alert</alert>', '<alert</alert>', 'malformed-xml'],
    ['an external entity', `<!DOCTYPE alert [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>${makeCap().slice(39)}`, 'doctype'],
    [
      'the same in a list',
      '<!DOCTYPE feed [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&xxe;</feed>',
      'doctype',
    ],
    ['sent with month 14', makeCap({ sent: '2003-14-02T16:49:00-07:00' }), 'sent-unreadable'],
    ['two senders', makeCap({ extra: '<sender>b@example</sender>' }), 'no-identity'],
    ['declared UTF-8, other bytes', Buffer.from(makeCap({ event: 'é' }), 'latin1'), 'encoding'],
  ]
  for (const [name, xml, code] of unreadable) t.match(read(xml), { kind: 'unreadable', problems: [{ code }] }, name)
  for (const [name, parts, code] of [
    ['an unknown scope', { scope: 'Everybody' }, 'scope'],
    ['no scope', { scope: '' }, 'scope'],
    ['an unknown status', { status: 'Real' }, 'status'],
    ['an unknown kind', { msgType: 'Alarm' }, 'message-type'],
  ] as const)
    t.equal(make(parts).refusal?.code, code, name)
})

t.test('what peers reject and we take with the fault told: a red warning is not dropped for a typing error', async (t) => {
  t.match(told(make({ identifier: 'a,b' })), ['identity-characters /alert[1]/identifier[1]'])
  t.match(told(make({ extra: '  <sender>drill@qixiang.example</sender>\n' })), ['repeated-element /alert[1]/sender[2]', /sequence/])
  t.match(told(make({ extra: '  stray\n' })), ['stray-text /alert[1]'])
  for (const name of ['scoep', 'address'])
    t.match(told(make({ extra: `<${name}>x</${name}>` })), [`unsupported-element /alert[1]/${name}[1]`])
  const prefixed = makeCap({ extra: '<scoep>x</scoep>' })
    .replace('xmlns=', 'xmlns:cap=')
    .replace(/<(\/?)(?=[a-z])/gi, '<$1cap:')
  t.match(told(one(prefixed)), ['unsupported-element /alert[1]/scoep[1]'])
  t.match(told(add('</severity>', '<urgency>Immediate</urgency>')), ['repeated-element /alert[1]/info[1]/urgency[2]', /^sequence/])
  t.match(told(make({ msgType: 'Update', references: 'a,b,c' })), ['reference-unreadable /alert[1]/references[1]'])
  for (const [shape, code] of [
    ['<polygon>1,2 3,4 1,2</polygon>', 'polygon-too-few'],
    ['<polygon>3,4 a,b 5,6 3,4</polygon>', 'coordinate-unreadable'],
    ['<polygon>300,200 1,2 3,4 300,200</polygon>', 'coordinate-out-of-range'],
    ['<circle>invalid</circle>', 'circle-unreadable'],
    ['<circle>1,2 -1</circle>', 'circle-radius'],
    ['<altitude>-1</altitude>', 'area-heights'],
    ['<ceiling>5</ceiling>', 'area-heights'],
    ['<altitude>9</altitude><ceiling>5</ceiling>', 'area-heights'],
  ] as const)
    t.equal(inArea(shape)[0]!.split(' ')[0], code, shape)
  t.same(inArea('<polygon>1,2 3,4 5,7</polygon>'), [`polygon-not-closed ${area}/polygon[2]`])
  t.same(inArea('<circle>1, 2 3</circle>'), [`blank-in-pair ${area}/circle[1]`])
  t.same(inArea('<polygon>20.0, -105 21.0, -105 21.0, -104 20.0, -105</polygon>'), [`blank-in-pair ${area}/polygon[2]`])
})

t.test('every fault of a file is told, each with its own path', async (t) => {
  const info = (body: string) =>
    `<info><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>${body}</info>`
  const m = make({
    identifier: 'a,b',
    info: `${info(`<area><areaDesc>x</areaDesc><polygon>${squareOverHome}</polygon></area>`)}
      ${info('<web>nowhere</web><area><areaDesc>y</areaDesc><polygon>1,2 3,4 1,2</polygon><polygon>9,9</polygon><circle>x</circle></area>')}`,
  })
  t.same(told(m), [
    'identity-characters /alert[1]/identifier[1]',
    'web-address /alert[1]/info[2]/web[1]',
    'polygon-too-few /alert[1]/info[2]/area[1]/polygon[1]',
    'polygon-too-few /alert[1]/info[2]/area[1]/polygon[2]',
    'circle-unreadable /alert[1]/info[2]/area[1]/circle[1]',
    'area-unplaced /alert[1]/info[2]/area[1]',
  ])
})

t.test('dates', async (t) => {
  for (const good of ['2011-10-07T17:00:00-05:00', '2008-02-29T24:00:00-00:00', '2013-01-05T10:58:23+00:00', '2013-01-05T10:58:23Z'])
    t.equal(readCapTime(good)?.flaw, null, good)
  t.equal(+readCapTime('2026-01-01T00:00:00-00:00')!.at, +readCapTime('2026-01-01T00:00:00.999Z')!.at, 'fractions are dropped, -00:00 is Z')
  for (const bad of [
    '2011/10/07T17:00:00-05:00',
    '2011-10-07T17:61:00-05:00',
    '2011-10-07T17:00:61-05:00',
    '2011-10-07T17:00:00-24:00',
    '2011-10-07T17:00:00-05:61',
    '2011-10-07T17:00:00-05:000',
    '2026/1/6 上午 04:00:00',
    '2569-13-06T00:00:00Z',
    'date:now +28800 seconds',
  ])
    t.equal(readCapTime(bad), null, bad)
  t.equal(readCapTime('2011-10-07 17:00:00-05:00')?.flaw, 'blank-for-t')
  t.equal(readCapTime('2011-10-07T17:00:00')?.flaw, 'no-offset')
  t.match(told(make({ expires: '2126-07-12T09:26:00' })), ['time-without-offset /alert[1]/info[1]/expires[1]'])
  t.match(make({ expires: '' }), { expires: null, refusal: null }, 'no end is not over')
})

t.test('the rules of validators', async (t) => {
  t.match(told(add('</scope>', '<restriction>staff</restriction>')), ['restriction /alert[1]/restriction[1]'])
  const own = 'drill@qixiang.example,YS-0001,2026-07-12T03:26:00+08:00'
  t.match(told(make({ msgType: 'Update', references: own })), ['self-reference /alert[1]/references[1]'])
  t.match(told(make({ msgType: 'Update', references: own.replace('YS-0001,2026', 'YS-0000,2027') })), [
    'postdated-reference /alert[1]/references[1]',
  ])
  t.match(told(make({ msgType: 'Update' })), ['references-missing /alert[1]'])
  const twice = makeCap().replace(/ *<info>[\s\S]*<\/info>/, (info) => info + info.replace('zh-CN', 'en-US'))
  t.match(told(one(twice)), ['not-translated /alert[1]/info[2]'])
  const tag = (language: string) => told(one(makeCap().replace('zh-CN', language)))
  for (const bad of ['12345', 'en_US', '??', 'abcdefghi']) t.match(tag(bad), ['language-tag /alert[1]/info[1]/language[1]'], bad)
  for (const good of ['EN', 'en-scouse', 'i-klingon', 'x-pig-latin', 'zh-Hans-HK', 'de-LS', 'es-419']) t.same(tag(good), [], good)
  const info = '/alert[1]/info[1]'
  t.same(told(add('</senderName>', '<web>www.example.org</web>')), [`sequence ${info}/headline[1]`, `web-address ${info}/web[1]`])
  const resource = (body: string) =>
    told(one(makeCap().replace('<area>', `<resource><resourceDesc>x</resourceDesc>${body}</resource><area>`)))
  t.same(resource('<mimeType>picture</mimeType>'), [`resource ${info}/resource[1]/mimeType[1]`])
  t.same(resource('<mimeType>image/png</mimeType><uri>a.png</uri>'), [`resource ${info}/resource[1]/uri[1]`])
  t.same(resource('<mimeType>image/png</mimeType><uri>a.png</uri><derefUri>iVBORw0KGgo=</derefUri>'), [])
  t.same(resource('<mimeType>image/png</mimeType><derefUri>not base64!</derefUri>'), [`resource ${info}/resource[1]/derefUri[1]`])
  for (const [name, word] of [
    ['severity', 'Awful'],
    ['urgency', 'Soon'],
    ['certainty', 'Sure'],
    ['responseType', 'Run'],
  ] as const)
    t.match(told(one(makeCap().replace(new RegExp(`<${name}>[^<]*`), `<${name}>${word}`))), [`unknown-word ${info}/${name}[1]`])
  t.same(told(make({ headline: '红色 &lt;b&gt;预警&lt;/b&gt; &amp;amp; 通知' })), [`markup-removed ${info}/headline[1]`])
})

t.test('what peers accept: nothing to say', async (t) => {
  t.same(told(make({ version: '1.1' })), [])
  const old = makeCap({ version: '1.0', area: `<polygon>${squareOverHome}</polygon>`, extra: '<password>x</password>' })
    .replace('Observed', 'Very Likely')
    .replace('</certainty>', '</certainty><eventCode>EC=v1</eventCode>')
  t.same(one(old).infos[0]!.eventCodes, [{ name: 'EC', value: 'v1' }])
  t.notOk(told(one(old)).some((c) => c.startsWith('unknown-word')))
  t.equal(make({ version: '1.1', status: 'Draft' }).refusal?.code, 'not-actual')
  for (const responseType of ['Avoid', 'AllClear']) t.same(told(make({ responseType })), [])
  t.same(readPolygon('-11.,2 \t3,4\n5,-.6 -11.,2').faults, [])
  t.same(inArea('<circle>1.00,2.00 \t 3.125</circle>'), [])
  t.same(told(add('</scope>', '<addresses>"one two" three</addresses>')), [])
  t.same(told(one(makeCap().replace('</alert>', '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>'))), [])
  t.equal(make({ headline: '风 &amp; 雨 &#x7EA2;色' }).headline, '风 & 雨 红色')
  const references = 'a@b,urn:oid:2.49.0.1/x.y,2026-07-12T03:00:00-00:00\n\tc@d,2,2026-07-12T03:10:00+08:00'
  t.same(make({ msgType: 'Update', references }).references.length, 2)
  t.match(make({ msgType: 'Cancel', info: '', references: 'a@b,1,2026-07-12T03:00:00+08:00' }), { ends: 'cancelled', refusal: null })
  t.same(told(inAreaOnly('<polygon/><circle/><geocode><valueName>x</valueName><value>006109</value></geocode>')), [])
  t.equal(
    inAreaOnly('<geocode><valueName>x</valueName><value>006109</value></geocode>').areas[0]!.geocodes[0]!.value,
    '006109',
    'zeros stay',
  )
})
const inAreaOnly = (area: string) => make({ area })

const samplesDir = process.env.SAMPLES_DIR
const has = samplesDir !== undefined && existsSync(join(samplesDir, 'MANIFEST.tsv'))
t.test('their own files', { skip: has ? false : 'SAMPLES_DIR is not set' }, async (t) => {
  const file = (path: string) => readFileSync(join(samplesDir!, 'feeds', path))
  // capparselib: how many alerts, and the words of the first one, read here from the text itself.
  for (const [path, count] of [
    ['bushfire_valid.edxlde', 59],
    ['earthquake.cap', 1],
    ['mexico.xml', 1],
    ['NOAA_MultiplePolygons.txt', 1],
    ['sweden.cap', 1],
    ['taiwan.cap', 1],
    ['weather.atom', 1],
    ['weather.cap', 1],
  ] as const) {
    const bytes = file(`capparselib/${path}`)
    const reading = read(bytes)
    t.equal(reading.kind === 'messages' && reading.messages.length, count, path)
    const said = (name: string) => new RegExp(`<(?:\\w+:)?alert[\\s\\S]*?<(?:\\w+:)?${name}>([^<]*)<`).exec(bytes.toString())![1]!.trim()
    const m = one(bytes)
    t.same([m.sender, +m.sent, m.identifier], [said('sender'), Date.parse(said('sent')), said('identifier')], path)
  }
  t.match(one(file('capparselib/taiwan.cap')).infos[0]!.language, /^zh-tw$/i)
  t.equal(one(file('capparselib/NOAA_MultiplePolygons.txt')).areas[0]!.polygons.length, 2)
  t.equal(one(file('google-cap-library/testdata/canada.cap')).infos.length, 2)
  // KDE: open rings closed, both sides of the antimeridian, thousands of points.
  const extents = (path: string) => {
    const points = one(file(path)).areas.flatMap((a) => a.polygons.flat())
    const lons = points.map((p) => p[0])
    return [lons.reduce((a, b) => Math.min(a, b)), lons.reduce((a, b) => Math.max(a, b))].map((n) => Number(n.toFixed(3)))
  }
  const kde = 'kde-foss-public-alert-server/lib-testdata'
  t.same(extents(`${kde}/ru-20250301222516-0086037.xml`), [-180, 180])
  const fiji = one(file(`${kde}/gdacs-cap_1001150.xml`)).areas
  t.equal(fiji.flatMap((a) => a.polygons).length, 2, 'already in two halves')
  const noaa = one(file(`${kde}/noaa-2.49.0.1.840.0.bde6c30c43ead9c23c42bea7977652a7de76d87d.002.1.xml`))
  t.same([noaa.areas[0]!.polygons.length, Math.max(...noaa.areas[0]!.polygons.map((p) => p.length))], [18, 6842])
  // No real file is told a fault that its reader would not understand.
  t.notOk(told(noaa).some((c) => c.startsWith('unknown-word') || c.startsWith('language-tag')))
})
