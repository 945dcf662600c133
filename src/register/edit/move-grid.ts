import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import { addPhones, copyStanding, type GridState, type Home, placeHousehold, readGrid, readOwn, replaceLinks } from '../household-store.js'
import type { SealedBlock } from '../register.js'
import { changeBlock } from '../sealed-block-store.js'

/**
 * The same family behind a door of another grid: the row, its numbers, its consents and what is sealed of it go along, and its history
 * goes on. A number that others have too stays with them; in the new grid it is the one that stands there, or is written anew. Both grids
 * are locked.
 */
export async function moveGrid(tx: Tx, seal: Seal, home: Home, from: GridState, place: string): Promise<{ home: Home; state: GridState }> {
  const { id, place: old } = home.row
  const own = await readOwn(
    tx,
    id,
    home.links.map((l) => l.contact_id),
    place,
  )
  const shared = home.links.flatMap((l) => (own.has(l.contact_id) ? [] : (from.phones.get(l.contact_id) ?? [])))
  const { ids, fresh } = await addPhones(tx, seal, place, await readGrid(tx, seal, place), shared)
  const links = home.links.map((l) => ({
    ...l,
    contact_id: own.has(l.contact_id) ? l.contact_id : (ids.get(from.phones.get(l.contact_id) ?? '') ?? l.contact_id),
  }))
  for (const [i, { contact_id: was }] of home.links.entries())
    if ([...fresh.values()].includes(links[i]!.contact_id)) await copyStanding(tx, was, links[i]!.contact_id)
  await placeHousehold(tx, id, [...own], place)
  await replaceLinks(tx, place, [{ row: home.row, links }])
  const taken: SealedBlock = { households: {}, contacts: {} }
  await changeBlock(tx, seal, old, ({ households, contacts }) => {
    if (households[id]) taken.households[id] = households[id]
    delete households[id]
    for (const contact of own) {
      taken.contacts[contact] = contacts[contact]!
      delete contacts[contact]
    }
  })
  await changeBlock(tx, seal, place, ({ households, contacts }) => {
    Object.assign(households, taken.households)
    Object.assign(contacts, taken.contacts)
    for (const [phone, contact] of fresh) contacts[contact] = phone
  })
  return { home: { ...home, row: { ...home.row, place }, links }, state: await readGrid(tx, seal, place) }
}
