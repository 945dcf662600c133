import { sql } from 'kysely'
import type { Seal } from '../../base/seal.js'
import type { Store, Tx } from '../../base/store/store.js'
import { addShifts } from '../duty/duty-store.js'
import type { SealedBlock } from '../register.js'
import { insertRows, readRegisterKind, reserveContactIds, writeFact } from '../register-store.js'
import { addBlocks, hex } from '../sealed-block-store.js'
import { makeCrowd } from './crowd.js'
import { makePoints, makeShelters } from './make-hazards.js'
import { makeHouseholds } from './make-households.js'
import { makeGrids, makePlaces, worstGrid } from './make-places.js'
import { makeRoster } from './make-roster.js'
import { makeGroups, makeStaff } from './make-staff.js'
import type { SampleContact, SampleTown } from './sample-town.js'
import { makeRiver } from './town-shape.js'

export { sampleStaffIds } from './make-staff.js'

/** The old resident whose phone the tour shows: 81, alone, ground floor by a waterlogging point; the son is away. */
export const sampleResidentHousehold = `${worstGrid}-004`

/** The whole sample subdistrict, or a crowd of single-contact households in its grids. Pure: the same every time. */
export function makeTown(contacts?: number): SampleTown {
  const placed = makeGrids()
  const shelters = makeShelters(placed)
  const points = contacts === undefined ? makePoints(placed) : []
  const households = contacts === undefined ? makeHouseholds(placed, points, shelters) : makeCrowd(placed, contacts)
  const count = new Map<string, { households: number; people: number }>()
  for (const h of households) {
    const known = count.get(h.place) ?? { households: 0, people: 0 }
    count.set(h.place, { households: known.households + 1, people: known.people + h.people })
  }
  const grids = placed.map(({ along: _, inland: __, ...grid }) => ({ ...grid, ...count.get(grid.place) }))
  return {
    places: makePlaces(),
    grids,
    households,
    points,
    shelters,
    staff: makeStaff(grids, shelters),
    groups: contacts === undefined ? makeGroups(grids) : [],
  }
}

/**
 * Fills an empty store with the sample subdistrict and marks it as a sample register, which can reach the sandbox only.
 * A store that already has a register is left alone.
 */
export async function loadSample(store: Store, seal: Seal, options: { contacts?: number } = {}): Promise<void> {
  if ((await store.system(readRegisterKind)) !== 'none') return
  const town = makeTown(options.contacts)
  await store.system(async (tx) => {
    // Several processes may start at once on an empty store: one writes, the others wait and find it done.
    await sql`select pg_advisory_xact_lock(7264002)`.execute(tx)
    if ((await readRegisterKind(tx)) !== 'none') return
    await writeFact(tx, 'register', 'sample')
    await writeFact(tx, 'backdrop', {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { kind: 'water' }, geometry: makeRiver() }],
    })
    await writeTown(tx, seal, town)
  })
}

async function writeTown(tx: Tx, seal: Seal, town: SampleTown): Promise<void> {
  const book = await writeContacts(tx, seal, town)
  const idOf = (place: string, contact: SampleContact) => book.get(contactKey(place, contact))!
  await insertRows(tx, 'place', ['place', 'name', 'level', 'aliases'], town.places)
  await insertRows(tx, 'grid', ['place', 'community', 'number', 'name', 'geometry', 'households', 'people'], town.grids)
  await insertRows(
    tx,
    'staff',
    ['id', 'place', 'name', 'post', 'duty', 'deputy_id', 'contact_id'],
    town.staff.map((s) => ({ ...s, deputy_id: s.deputyId, contact_id: idOf(s.place, { kind: 'phone', address: s.phone }) })),
  )
  await addShifts(tx, makeRoster(town.staff), 'sample')
  await insertRows(
    tx,
    'shelter',
    ['id', 'place', 'name', 'address', 'lon', 'lat', 'capacity_day', 'capacity_night', 'keeper_id'],
    town.shelters.map((s) => ({ ...s, capacity_day: s.capacityDay, capacity_night: s.capacityNight, keeper_id: s.keeperId })),
  )
  await insertRows(
    tx,
    'hazard_point',
    ['id', 'place', 'kind', 'number', 'name', 'lon', 'lat', 'radius_m', 'grade', 'keeper_id'],
    town.points.map((p) => ({ ...p, radius_m: p.radiusM, keeper_id: p.keeperId })),
  )
  await insertRows(
    tx,
    'grid_group',
    ['id', 'place', 'name', 'platform', 'owner_id', 'robot_contact_id', 'members', 'grids'],
    town.groups.map((g) => ({
      ...g,
      owner_id: g.ownerId,
      robot_contact_id: g.robot ? idOf(g.place, { kind: 'robot', address: g.robot }) : null,
    })),
  )
  await writeHouseholds(tx, town, idOf)
}

async function writeHouseholds(tx: Tx, town: SampleTown, idOf: (place: string, contact: SampleContact) => number): Promise<void> {
  await insertRows(
    tx,
    'household',
    ['id', 'place', 'building', 'unit', 'floor', 'room', 'lon', 'lat', 'people', 'tags', 'at_home', 'point_id', 'shelter_id', 'helper_id'],
    town.households.map(({ id, place, building, unit, floor, room, lon, lat, people, tags, atHome, pointId, shelterId, helperId }) => ({
      ...{ id, place, building, unit, floor, room, lon, lat, people, tags },
      ...{ at_home: atHome, point_id: pointId, shelter_id: shelterId, helper_id: helperId },
    })),
  )
  await insertRows(
    tx,
    'household_contact',
    ['household_id', 'contact_id', 'place', 'relation'],
    town.households.flatMap((h) =>
      h.contacts.map((c) => ({ household_id: h.id, contact_id: idOf(h.place, c), place: h.place, relation: c.relation })),
    ),
  )
  const given_at = new Date(Date.UTC(2025, 3, 20)).toISOString()
  await insertRows(
    tx,
    'consent',
    ['household_id', 'place', 'extra', 'given_at'],
    town.households.flatMap((h) => h.consents.map((extra) => ({ household_id: h.id, place: h.place, extra, given_at }))),
  )
}

const contactKey = (place: string, contact: SampleContact) => `${place} ${contact.kind} ${contact.address}`

/** Every address once per place: the blind index as rows, the addresses and families sealed per grid. Answers the ids. */
async function writeContacts(tx: Tx, seal: Seal, town: SampleTown): Promise<Map<string, number>> {
  const wanted = new Map<string, { place: string; contact: SampleContact; allowListed: boolean }>()
  const want = (place: string, { kind, address }: SampleContact, allowListed = false) => {
    const key = contactKey(place, { kind, address })
    if (!wanted.has(key)) wanted.set(key, { place, contact: { kind, address }, allowListed })
  }
  // Exercises reach tonight's duty list and nobody else.
  for (const s of town.staff) want(s.place, { kind: 'phone', address: s.phone }, s.duty)
  for (const g of town.groups) if (g.robot) want(g.place, { kind: 'robot', address: g.robot })
  for (const h of town.households) for (const c of h.contacts) want(h.place, c)
  const ids = await reserveContactIds(tx, wanted.size)
  const book = new Map<string, number>()
  const blocks = new Map<string, SealedBlock>()
  const blockOf = (place: string): SealedBlock => {
    const block = blocks.get(place) ?? { households: {}, contacts: {} }
    blocks.set(place, block)
    return block
  }
  const rows = [...wanted].map(([key, { place, contact, allowListed }], i) => {
    const id = ids[i]!
    book.set(key, id)
    blockOf(place).contacts[id] = contact.address
    return { id, place, kind: contact.kind, blind: hex(seal.blind(blindAddress(contact))), allow_listed: allowListed }
  })
  for (const h of town.households) blockOf(h.place).households[h.id] = { head: h.head, members: h.members }
  await insertRows(tx, 'contact', ['id', 'place', 'kind', 'blind', 'allow_listed'], rows)
  await addBlocks(tx, seal, blocks)
  return book
}

/** A subscription is known by its endpoint, everything else by itself. */
const blindAddress = ({ kind, address }: SampleContact): string =>
  kind === 'push' ? (JSON.parse(address) as { endpoint: string }).endpoint : address
