import type { Tx } from '../base/store/store.js'
import type { Arrived } from '../delivery/tell-arrived.js'
import { type Reaction, record } from '../journal/journal.js'
import { readConsents } from '../register/household-store.js'
import { maskName } from '../register/show-household.js'
import type { Register } from '../register/snapshot.js'
import { findEvacuation, lockDoor } from './evacuation-store.js'

export interface TellFamilyDeps {
  register: Pick<Register, 'snapshot' | 'directory'>
  tellArrived(tx: Tx, arrived: Arrived): Promise<number>
}

/**
 * household.arrived: when the shelter has counted all of a household, the relatives who could do nothing but wait hear it. An extra:
 * only where the household agreed to it.
 */
export const tellFamily =
  ({ register, tellArrived }: TellFamilyDeps): Reaction =>
  async (tx, entry) => {
    const door = await lockDoor(tx, entry.thing.id)
    if (!door?.householdId || !door.arrivedAt) return
    const home = register.snapshot().households.find((one) => one.id === door.householdId)
    const family = (home?.contacts ?? []).filter(({ relation }) => relation === 'family-away' || relation === 'emergency')
    if (family.length === 0 || !(await readConsents(tx, door.householdId)).includes('family-message')) return
    const { alertId, seriesId } = (await findEvacuation(tx, door.evacuationId))!
    const head = register.directory().household(door.householdId)?.head
    const person = head ? maskName(head) : ''
    const { place, shelterId, arrivedAt } = door
    const contacts = await tellArrived(tx, { alertId, place, shelterId, person, arrivedAt, family })
    if (contacts === 0) return
    await record(tx, {
      event: 'family.told',
      place,
      thing: { type: 'evacuation-household', id: door.id },
      series: seriesId,
      data: { contacts },
    })
  }
