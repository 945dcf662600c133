import type { Tx } from '../base/store/store.js'
import { doorLabel } from '../register/door-label.js'

/** Whose address a contact is, without anybody's name but those of staff and groups: a door is called by its place in the house. */
export interface NamedContact {
  householdId: string | null
  staffId: string | null
  label: string
}

export async function nameContacts(tx: Tx, contactIds: number[]): Promise<Map<number, NamedContact>> {
  const named = new Map<number, NamedContact>()
  if (contactIds.length === 0) return named
  const groups = await tx
    .selectFrom('grid_group')
    .select(['robot_contact_id', 'name'])
    .where('robot_contact_id', 'in', contactIds)
    .execute()
  for (const g of groups) named.set(g.robot_contact_id!, { householdId: null, staffId: null, label: g.name })
  const homes = await tx
    .selectFrom('household_contact as c')
    .innerJoin('household as h', 'h.id', 'c.household_id')
    .select(['c.contact_id', 'c.relation', 'h.id', 'h.building', 'h.unit', 'h.floor', 'h.room'])
    .where('c.contact_id', 'in', contactIds)
    .orderBy('h.id')
    .execute()
  for (const h of homes.sort((a, b) => Number(b.relation === 'self') - Number(a.relation === 'self')))
    if (!named.has(h.contact_id)) named.set(h.contact_id, { householdId: h.id, staffId: null, label: doorLabel(h) })
  const staff = await tx
    .selectFrom('staff')
    .select(['id', 'contact_id', 'name', 'post'])
    .where('contact_id', 'in', contactIds)
    .orderBy('id')
    .execute()
  for (const s of staff)
    named.set(s.contact_id!, { householdId: named.get(s.contact_id!)?.householdId ?? null, staffId: s.id, label: `${s.post} ${s.name}` })
  return named
}
