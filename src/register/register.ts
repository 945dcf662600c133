import type { GridGeometry } from '../base/store/tables.js'

/** The slow data that the stream reads. Everything hangs on a place code: 6 district, 9 subdistrict, 12 community, 15 grid. */
export interface Place {
  place: string
  name: string
  level: 'district' | 'subdistrict' | 'community'
  aliases: string[]
}
export interface Grid {
  place: string
  community: string
  number: number
  /** e.g. 三中社区四网格 */
  name: string
  geometry: GridGeometry
  households: number
  people: number
}

/**
 * Who the reader is to the message: only `self` counts as the person reached.
 * self · family-away (an absent relative) · emergency (emergency contact) · helper (paired neighbour) · staff · group.
 */
export const relations = ['self', 'family-away', 'emergency', 'helper', 'staff', 'group'] as const
export type Relation = (typeof relations)[number]
export type ContactKind = 'phone' | 'push' | 'robot'

export interface Household {
  id: string
  place: string
  building: string
  unit: number
  floor: number
  room: string
  lon: number | null
  lat: number | null
  people: number
  /** Closed list in risk-tags: 'ground-floor' 'old-building' 'slope' 'river-bank' 'alone' 'bedridden' 'deaf' 'pregnant' 'owner-away' … */
  tags: string[]
  atHome: boolean
  pointId: string | null
  shelterId: string | null
  helperId: string | null
  contacts: { contactId: number; relation: Relation }[]
}
export interface Contact {
  id: number
  place: string
  kind: ContactKind
  /** HMAC of the address in hex: two contacts of one address are told once. */
  blind: string
  allowListed: boolean
  broken: string | null
}
export interface HazardPoint {
  id: string
  place: string
  kind: 'waterlogging' | 'old-building' | 'slope' | 'river-bank'
  number: number
  name: string
  lon: number
  lat: number
  radiusM: number
  grade: string | null
  keeperId: string | null
  version: number
}
export interface Shelter {
  id: string
  place: string
  name: string
  address: string
  lon: number
  lat: number
  capacityDay: number
  capacityNight: number
  keeperId: string | null
  version: number
}
/** Posts of "1+3+N": 网格长 · 专职网格员 · 兼职网格员 · 网格指导员 · 楼栋长 · 党员志愿者, and 带班领导 · 值班员 · 社区书记 · 安置点管理员. */
export interface Staff {
  id: string
  place: string
  name: string
  post: string
  duty: boolean
  deputyId: string | null
  contactId: number | null
  personId: string | null
  version: number
}
export interface Group {
  id: string
  place: string
  name: string
  platform: 'wechat' | 'wecom'
  ownerId: string
  /** The contact of its robot (WeCom webhook); null: a person posts. */
  robotContactId: number | null
  members: number
  /** Which grids it speaks to; none named: all under its place. */
  grids: string[]
  version: number
}

/** Whether a group speaks to anybody in these grids. */
export const speaksTo = ({ place, grids }: Pick<Group, 'place' | 'grids'>, places: readonly string[]): boolean =>
  places.some((grid) => (grids.length > 0 ? grids.includes(grid) : grid.startsWith(place)))

export interface Member {
  name: string
  /** In years; of whom only the band is known, where the band begins. */
  age: number
  /** Of the closed list in risk-tags. */
  needs: string[]
  /** What a helper at the door has to know besides. */
  remark?: string | undefined
}
export interface SealedHousehold {
  head: string
  members: Member[]
}

/** What a sealed block of one grid holds; opened in memory only. */
export interface SealedBlock {
  households: Record<string, SealedHousehold>
  contacts: Record<string, string>
}
