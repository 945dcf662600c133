import type { Grid, Group, HazardPoint, Household, Member, Place, Relation, Shelter, Staff } from '../register.js'

/** The sample subdistrict before it is written: addresses and names still in clear, in memory only. */
export interface SampleContact {
  kind: 'phone' | 'push' | 'robot'
  /** A phone in E.164, a subscription as JSON, a robot's URL. */
  address: string
}
export interface SampleHousehold extends Omit<Household, 'contacts'> {
  contacts: (SampleContact & { relation: Relation })[]
  head: string
  members: Member[]
  consents: string[]
}
export type SamplePoint = Omit<HazardPoint, 'version'>
export type SampleShelter = Omit<Shelter, 'version'>
export interface SampleStaff extends Omit<Staff, 'contactId' | 'personId' | 'version'> {
  phone: string
}
export interface SampleGroup extends Omit<Group, 'robotContactId' | 'version'> {
  robot: string | null
}
export interface SampleTown {
  places: Place[]
  grids: Grid[]
  households: SampleHousehold[]
  points: SamplePoint[]
  shelters: SampleShelter[]
  staff: SampleStaff[]
  groups: SampleGroup[]
}
