import { maskPhone } from '../../base/seal.js'
import type { Relation } from '../../register/register.js'
import type { Register, Snapshot } from '../../register/snapshot.js'

export interface ContactName {
  to: string
  name: string | null
  relation: Relation
}
interface Holder {
  name: string | null
  householdId: string | null
  relation: Relation
}

/**
 * Whose phone an inbox belongs to. Opened from the directory for the answer only and never written down. On a live register
 * the people are real: the address is masked and nobody is named.
 */
export function createContactNames(register: Register, registerKind: 'sample' | 'live'): (contactId: number) => ContactName {
  let built: { snapshot: Snapshot; holders: Map<number, Holder> } | null = null
  const holders = (): Map<number, Holder> => {
    const snapshot = register.snapshot()
    if (built?.snapshot !== snapshot) built = { snapshot, holders: findHolders(snapshot) }
    return built.holders
  }
  return (contactId) => {
    const holder = holders().get(contactId)
    const kind = register.snapshot().contacts.get(contactId)?.kind
    const relation = holder?.relation ?? 'self'
    const address = register.directory().address(contactId)
    if (registerKind === 'live') return { to: kind === 'phone' && address ? maskPhone(address) : '****', name: null, relation }
    const to = kind === 'push' ? '网页推送' : kind === 'robot' ? '群机器人' : (address ?? '')
    const head = holder?.householdId ? register.directory().household(holder.householdId)?.head : undefined
    return { to, name: holder?.name ?? head ?? null, relation }
  }
}

function findHolders(snapshot: Snapshot): Map<number, Holder> {
  const holders = new Map<number, Holder>()
  for (const household of snapshot.households)
    for (const { contactId, relation } of household.contacts)
      if (!holders.has(contactId) || relation === 'self') holders.set(contactId, { name: null, householdId: household.id, relation })
  for (const group of snapshot.groups)
    if (group.robotContactId !== null) holders.set(group.robotContactId, { name: group.name, householdId: null, relation: 'group' })
  for (const person of snapshot.staff)
    if (person.contactId !== null && !holders.has(person.contactId))
      holders.set(person.contactId, { name: person.name, householdId: null, relation: 'staff' })
  return holders
}
