import type { BulletinArea, BulletinInfo, Reference } from '../feeds/bulletin.js'

/** What has to be known of a message to compare it with others, small enough to be read for a whole chain. */
export interface Digest {
  /** Administrative codes without their closing zeros. */
  codes: string[]
  /** West, south, east, north around its shapes. */
  box: [number, number, number, number] | null
  /** It says more than its title. */
  words: boolean
  /** It replaces or ends something and does not say what: the lists of several authorities have no references. */
  loose: boolean
}

export const emptyDigest: Digest = { codes: [], box: null, words: false, loose: false }

export function digestOf(message: {
  identifier: string
  infos: BulletinInfo[]
  areas: BulletinArea[]
  references: Reference[]
  msgType: string
  ends: unknown
}): Digest {
  const codes = message.areas.flatMap((a) => a.geocodes.map((g) => bareCode(g.value))).filter((c) => c !== null)
  const others = message.references.filter((r) => r.identifier !== message.identifier)
  return {
    codes: [...new Set(codes)].slice(0, 500),
    box: boxOf(message.areas),
    words: message.infos.some((i) => i.description.trim().length > i.headline.trim().length),
    loose: others.length === 0 && (message.msgType === 'Update' || message.ends !== null),
  }
}

/** 500154000000 is the district 500154; anything that is not a Chinese code says nothing here. */
function bareCode(value: string): string | null {
  const code = value.trim()
  if (!/^\d{6}(\d{3}(\d{3}(\d{3})?)?)?$/.test(code)) return null
  const district = code.slice(0, 6).replace(/(00)+$/, '')
  const below = code.slice(6).replace(/(000)+$/, '')
  return below === '' ? district : code.slice(0, 6) + below
}

function boxOf(areas: BulletinArea[]): Digest['box'] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  const reach = (lon: number, lat: number, degrees = 0) => {
    west = Math.min(west, lon - degrees)
    south = Math.min(south, lat - degrees)
    east = Math.max(east, lon + degrees)
    north = Math.max(north, lat + degrees)
  }
  for (const area of areas) {
    for (const ring of area.polygons) for (const [lon, lat] of ring) reach(lon, lat)
    for (const c of area.circles) reach(c.lon, c.lat, c.radiusKm / 80)
  }
  return west === Infinity ? null : [west, south, east, north]
}

/** May both speak of one place? What cannot be compared (a code with a shape, a name alone) may. */
export function mayOverlap(a: Digest, b: Digest): boolean {
  const byCode = a.codes.length > 0 && b.codes.length > 0
  const byBox = a.box !== null && b.box !== null
  if (!byCode && !byBox) return true
  if (byCode && a.codes.some((x) => b.codes.some((y) => x.startsWith(y) || y.startsWith(x)))) return true
  if (!byBox) return false
  const [x, y] = [a.box!, b.box!]
  return x[0] <= y[2] && y[0] <= x[2] && x[1] <= y[3] && y[1] <= x[3]
}

/** One key for a station however its name was written: 重庆市开州区气象台, 开州区气象局 and 开州区气象台 are one. */
export function issuerKey(infos: BulletinInfo[], headline: string): string {
  const named = infos.find((i) => /^zh/i.test(i.language) && i.senderName)?.senderName ?? infos.find((i) => i.senderName)?.senderName
  const said = /(?:气象[台局]|水利[厅局]|应急管理[厅局]|自然资源[厅局]|规划和自然资源局)/
  // A list may put a person's login where the station's name belongs: the title says who issued it.
  const titled = /^(.{2,60}?)(?:继续|联合|更新|变更|升级|降级)?(?:发布|解除|撤销|取消)/.exec(headline.replace(/^[【[].*?[】\]]/, ''))?.[1]
  const name = [named, titled].find((n) => n && said.test(n)) ?? named ?? ''
  let key = name.replace(/\s+/g, '').replace(/气象局/g, '气象台')
  for (let step = 0; step < 2; step++) key = key.replace(/^.{2,8}?(?:省|自治区|自治州|市|地区|盟)(?=.{1,8}?(?:区|县|市|旗|州))/, '')
  return key.slice(0, 80)
}
