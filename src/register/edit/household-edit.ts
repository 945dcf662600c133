import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { Problem, type ProblemPlace } from '../../base/problem.js'
import type { Home } from '../household-store.js'
import type { Member, Relation } from '../register.js'

/** What a household may agree to besides being warned; it never decides who is warned. */
export const consentExtras = ['family-message', 'location', 'photo'] as const
export const moveOutReasons = ['moved', 'died', 'demolished', 'duplicate', 'mistake'] as const
/** Relations a household's number can have; staff and groups are kept elsewhere. */
export const householdRelations = ['self', 'family-away', 'emergency', 'helper'] as const satisfies readonly Relation[]

/** One number as it is to be: one the household has (by its id), or a new one. */
export interface ContactEdit {
  contactId?: number | undefined
  phone?: string | undefined
  relation: Relation
  broken?: boolean | undefined
}
/** What is not said stays as it is; a list is the whole list. */
export interface HouseholdEdit {
  /** Another grid: the same family behind another door. */
  place?: string | undefined
  /** Behind a door that has a household already. */
  another?: boolean | undefined
  building?: string | undefined
  unit?: number | undefined
  floor?: number | undefined
  room?: string | undefined
  position?: { lon: number; lat: number } | null | undefined
  people?: number | undefined
  tags?: string[] | undefined
  atHome?: boolean | undefined
  pointId?: string | null | undefined
  shelterId?: string | null | undefined
  helperId?: string | null | undefined
  head?: string | undefined
  members?: Member[] | undefined
  contacts?: ContactEdit[] | undefined
  consents?: string[] | undefined
}

/** Names of what can change, as the journal keeps them: never the values. */
export type EditedField =
  | 'grid'
  | 'address'
  | 'position'
  | 'people'
  | 'tags'
  | 'atHome'
  | 'point'
  | 'shelter'
  | 'helper'
  | 'head'
  | 'members'
  | 'contacts'
  | 'consents'

/** The household with the edit in it; its contacts are settled apart, for their numbers have to be found or made. */
export function applyEdit({ row, links, sealed }: Home, edit: HouseholdEdit): Home & { sealed: NonNullable<Home['sealed']> } {
  const position = edit.position === undefined ? { lon: row.lon, lat: row.lat } : (edit.position ?? { lon: null, lat: null })
  const next = {
    ...row,
    ...position,
    building: edit.building ?? row.building,
    unit: edit.unit ?? row.unit,
    floor: edit.floor ?? row.floor,
    room: edit.room ?? row.room,
    people: edit.people ?? row.people,
    tags: edit.tags ?? row.tags,
    at_home: edit.atHome ?? row.at_home,
    point_id: edit.pointId === undefined ? row.point_id : edit.pointId,
    shelter_id: edit.shelterId === undefined ? row.shelter_id : edit.shelterId,
    helper_id: edit.helperId === undefined ? row.helper_id : edit.helperId,
  }
  return { row: next, links, sealed: { head: edit.head ?? sealed?.head ?? '', members: edit.members ?? sealed?.members ?? [] } }
}

export function changedFields(before: Home, after: Home): EditedField[] {
  const [a, b] = [before.row, after.row]
  const differ = (...pairs: [unknown, unknown][]) => pairs.some(([x, y]) => JSON.stringify(x) !== JSON.stringify(y))
  const links = (home: Home) => home.links.map((l) => `${l.contact_id} ${l.relation}`).sort()
  const found: Record<Exclude<EditedField, 'consents'>, boolean> = {
    grid: a.place !== b.place,
    address: differ([a.building, b.building], [a.unit, b.unit], [a.floor, b.floor], [a.room, b.room]),
    position: differ([a.lon, b.lon], [a.lat, b.lat]),
    people: a.people !== b.people,
    tags: differ([[...a.tags].sort(), [...b.tags].sort()]),
    atHome: a.at_home !== b.at_home,
    point: a.point_id !== b.point_id,
    shelter: a.shelter_id !== b.shelter_id,
    helper: a.helper_id !== b.helper_id,
    head: (before.sealed?.head ?? '') !== (after.sealed?.head ?? ''),
    members: differ([before.sealed?.members ?? [], after.sealed?.members ?? []]),
    contacts: differ([links(before), links(after)]),
  }
  return (Object.keys(found) as (keyof typeof found)[]).filter((field) => found[field])
}

/** One typed number in E.164. The answer names the row of the form and never repeats the number. */
export function judgePhone(text: string, path: string): string {
  const phone = parsePhoneNumberFromString(text.normalize('NFKC').replace(/[^\d+\s-]/g, ''), 'CN')
  if (phone?.isValid() && !phone.ext) return phone.number
  throw unfit('号码不对,没有保存', 'the number is not valid', [
    { path, message: '手机 11 位,座机带区号(如 023-52000000);请和本人核对 · 11 digits, or a landline with its area code' },
  ])
}

export const unfit = (title: string, detail: string, errors: ProblemPlace[]) => new Problem('malformed', title, detail, errors)
