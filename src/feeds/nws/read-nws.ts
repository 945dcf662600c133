import type { BulletinProblem, Reading } from '../bulletin.js'
import { readJsonAlert } from '../cap/cap-of-json.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import type { Dialect, ReadContext } from '../dialect.js'

const service = '美国国家气象局(api.weather.gov)'

/** api.weather.gov/alerts: a GeoJSON collection whose properties are CAP by other names. Most alerts have zones and no outline. */
export const nws: Dialect = { name: 'nws', label: '美国国家气象局 GeoJSON', read: readNws }

export function readNws(raw: Buffer, context: ReadContext): Reading {
  return readingOf(() => {
    const json = readJson(raw, service)
    if (!isObject(json)) throw changedShape(service, 'not an object')
    // "200 OK" with a Problem inside is an answer about a failure, not an empty list.
    if (json.type === 'Feature') return readFeatures([json], '', context)
    if (!Array.isArray(json.features)) throw changedShape(service, 'no features', textIn(json, 'title', 'detail'))
    return readFeatures(json.features, 'features', context)
  })
}

function readFeatures(features: unknown[], path: string, context: ReadContext): Reading {
  const { messages, problems } = readItems(features, path, service, (feature, at) => {
    const properties = isObject(feature.properties) ? feature.properties : null
    if (!properties) return '没有 properties'
    const shapes = shapesOf(feature.geometry)
    const message = readJsonAlert(capOf(properties, shapes.polygons), at, context)
    return typeof message === 'string' ? message : { ...message, problems: [...message.problems, ...shapes.problems] }
  })
  return { kind: 'messages', messages, problems }
}

/** The names of this service turned back into CAP's. `ends` is when the hazard is over, `expires` only when the message is. */
function capOf(of: Json, polygons: string[]): Json {
  const text = (name: string) => textIn(of, name)
  const references = Array.isArray(of.references) ? of.references.filter(isObject) : []
  return {
    identifier: text('id'),
    sender: text('sender'),
    sent: text('sent'),
    status: text('status'),
    msgType: text('messageType'),
    scope: text('scope') || 'Public',
    references: references.map((r) => ['sender', 'identifier', 'sent'].map((name) => textIn(r, name)).join(',')).join(' '),
    info: {
      language: text('language') || 'en-US',
      category: of.category,
      event: text('event'),
      responseType: of.response,
      urgency: text('urgency'),
      severity: text('severity'),
      certainty: text('certainty'),
      effective: text('effective'),
      onset: text('onset'),
      expires: laterOf(text('expires'), text('ends')),
      senderName: text('senderName'),
      headline: text('headline'),
      description: text('description'),
      instruction: text('instruction'),
      web: text('web'),
      parameter: pairsIn(of.parameters),
      area: { areaDesc: text('areaDesc'), polygon: polygons, geocode: pairsIn(of.geocode) },
    },
  }
}

/** An end that is no time goes on to be told as such, and is then none: to warn too long is the smaller harm. */
function laterOf(...ends: string[]): string {
  const said = ends.filter(Boolean)
  return said.find((end) => Number.isNaN(Date.parse(end))) ?? said.sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? ''
}

/** `{"SAME":["006075",…]}` is CAP's valueName and value. */
const pairsIn = (lists: unknown): { valueName: string; value: unknown }[] =>
  Object.entries(isObject(lists) ? lists : {}).flatMap(([valueName, values]) =>
    Array.isArray(values) ? values.map((value) => ({ valueName, value })) : [],
  )

/** GeoJSON says longitude first, CAP latitude; a hole cannot be said in CAP's words, so it is told and counted as inside. */
function shapesOf(geometry: unknown): { polygons: string[]; problems: BulletinProblem[] } {
  if (!isObject(geometry) || !Array.isArray(geometry.coordinates)) return { polygons: [], problems: [] }
  const several = geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : []
  const rings = several.filter(Array.isArray)
  const polygons = rings.map(([outer]) =>
    Array.isArray(outer) ? outer.map((p) => (Array.isArray(p) ? `${p[1]},${p[0]}` : '?')).join(' ') : '?',
  )
  const problems: BulletinProblem[] = []
  if (rings.some((r) => r.length > 1))
    problems.push({
      code: 'hole-ignored',
      severity: 'remark',
      message: '图形里有空洞,按在范围内处理',
      messageEn: 'the outline has a hole; it counts as inside',
    })
  return { polygons, problems }
}
