import type { HouseholdAnswer } from '../../../register/household-routes.js'
import { isNeed } from './register-words.js'

/** One number in the form: one the household has (shown as the service shows it), or one being typed. */
export interface ContactDraft {
  key: string
  contactId?: number
  shown: string
  kind: string
  phone?: string
  relation: string
  broken: boolean
}
export interface MemberDraft {
  key: string
  name: string
  age: number
  needs: string[]
  remark: string
}
export interface Draft {
  version: number
  place: string
  building: string
  unit: number
  floor: number
  room: string
  another: boolean
  position: { lon: number; lat: number } | null
  people: number
  tags: string[]
  atHome: boolean
  pointId: string | null
  shelterId: string | null
  helperId: string | null
  head: string
  members: MemberDraft[]
  contacts: ContactDraft[]
  consents: string[]
}

let made = 0
export const newKey = () => `new-${++made}`
export const newContact = (): ContactDraft => ({ key: newKey(), shown: '', kind: 'phone', phone: '', relation: 'self', broken: false })

export const newDraft = (place: string): Draft => ({
  ...{ version: 0, place: place.length === 15 ? place : '', building: '', unit: 1, floor: 1, room: '', another: false, position: null },
  ...{
    people: 1,
    tags: [],
    atHome: true,
    pointId: null,
    shelterId: null,
    helperId: null,
    head: '',
    members: [],
    contacts: [newContact()],
    consents: [],
  },
})

export const draftOf = (card: HouseholdAnswer): Draft => ({
  ...{
    version: card.version,
    place: card.place,
    building: card.building,
    unit: card.unit,
    floor: card.floor,
    room: card.room,
    another: false,
  },
  position: card.lon !== null && card.lat !== null ? { lon: card.lon, lat: card.lat } : null,
  ...{ people: card.people, tags: card.tags.map((t) => t.tag), atHome: card.atHome },
  ...{ pointId: card.point?.id ?? null, shelterId: card.shelter?.id ?? null, helperId: card.helper?.id ?? null, head: card.head ?? '' },
  members: (card.members ?? []).map(({ needs, remark, ...member }) => ({
    ...{ key: newKey(), ...member, needs: needs.filter(isNeed) },
    // What was typed freely before there was a list of needs is a remark.
    remark: [...needs.filter((need) => !isNeed(need)), ...(remark ? [remark] : [])].join(';'),
  })),
  contacts: card.contacts.map(({ contactId, address, relation, kind, broken }) => ({
    ...{ key: String(contactId), contactId, shown: address, kind, relation, broken: broken !== null },
  })),
  consents: card.consents,
})

/** What the service is told: of a known household only what is different; a list is the whole list. */
export function changesOf(base: Draft, draft: Draft, isNew: boolean): Record<string, unknown> {
  const plain = {
    place: draft.place,
    ...{ building: draft.building.trim(), unit: draft.unit, floor: draft.floor, room: draft.room.trim(), position: draft.position },
    ...{
      people: draft.people,
      tags: draft.tags,
      atHome: draft.atHome,
      pointId: draft.pointId,
      shelterId: draft.shelterId,
      helperId: draft.helperId,
    },
    ...{ head: draft.head.trim(), consents: draft.consents },
    members: draft.members
      .filter((m) => m.name.trim())
      .map(({ name, age, needs, remark }) => ({
        ...{ name: name.trim(), age, needs },
        ...(remark.trim() ? { remark: remark.trim() } : {}),
      })),
    contacts: draft.contacts
      .filter((c) => c.contactId !== undefined || c.phone?.trim())
      .map(({ contactId, phone, relation, broken }) => (phone === undefined ? { contactId, relation, broken } : { phone, relation })),
  }
  const said = { ...plain, ...(draft.another ? { another: true } : {}) }
  if (isNew) return said
  const before = changesOf(base, base, true)
  return Object.fromEntries(Object.entries(said).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])))
}
