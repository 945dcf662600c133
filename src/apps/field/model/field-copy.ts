import type { Level } from '../../shared/api-types.js'
import type { DoorFacts } from './door-overlay.js'

/** The last copy of the server on this phone: only the own grids and what is open in them. */
export interface FieldCopy {
  now: string
  speed: number
  cursor: string
  register: 'sample' | 'live'
  me: FieldMe
  warning: FieldWarning | null
  evacuations: FieldEvacuation[]
  doors: FieldDoor[]
  tasks: FieldTask[]
  shelters: FieldShelter[]
  grids: { place: string; name: string }[]
  buildings: FieldBuilding[]
}
export interface FieldMe {
  staffId: string | null
  name: string
  post: string
  scope: string
  scopeName: string
  communityName: string
  subdistrictName: string
  hotline: string
}
export interface FieldWarning {
  id: string
  event: string
  title: string
  level: Level | null
  kind: 'actual' | 'exercise'
  issuer: string
  issuedAt: string | null
}
export interface FieldEvacuation {
  id: string
  deadline: string | null
  orderedAt: string
}
export interface FieldMember {
  name: string
  age: number
  needs: string[]
  remark?: string
}
export interface FieldPhone {
  number: string
  relation: string
}
export interface FieldDoor extends DoorFacts {
  id: string
  householdId: string | null
  place: string
  placeName: string
  label: string
  head: string | null
  members: FieldMember[]
  tags: string[]
  phones: FieldPhone[]
  because: string
  shelterId: string | null
  shelterName: string | null
  shelterAddress: string | null
  helperName: string | null
  conflict: string | null
  returnApproved: boolean
  version: number
}
export interface FieldTask {
  id: string
  type: 'task' | 'group-post'
  kind: 'watch' | 'knock' | 'help' | 'group-post' | 'incident' | 'correct-number'
  place: string
  placeName: string
  title: string
  label: string | null
  note: string | null
  householdId: string | null
  phones: FieldPhone[]
  assigneeName: string | null
  mine: boolean
  openedAt: string
  dueAt: string | null
  lastDoneAt: string | null
  doneAt: string | null
  result: string | null
  takenBy: string | null
  /** watch */
  pointKind: string | null
  everyMinutes: number | null
  reading: string | null
  verdict: 'good' | 'bad' | null
  /** group-post */
  text: string | null
  groupName: string | null
  members: number | null
  revision: number | null
  cardUrl: string | null
  version: number
}
export interface FieldShelter {
  id: string
  name: string
  address: string
  place: string
  capacity: number
  arrived: number
  planned: number
}
/** For the building chief: the doors of the own building whose people were called and did not answer. */
export interface FieldBuilding {
  place: string
  building: string
  households: number
  people: number
}
