import { sql } from 'kysely'
import t from 'tap'
import { homesByPlace, openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore } from '../../rig/store.js'

const grid = '500154002001004'

t.test('homes and contacts are packed grid by grid, and none is read for another', async (t) => {
  const store = await openTestStore(t, 'embedded', 'sample')
  const change = (statement: ReturnType<typeof sql>) => store.system((tx) => statement.execute(tx))
  // Rows that were written again come after the others; and somebody pasted what we put between our fields and rows.
  await change(sql`update household set people = people + 1 where id = ${`${grid}-001`}`)
  await change(sql`update household set lon = null, lat = null, room = 'A' || chr(30) || 'B' || chr(31) || 'C' where id = ${`${grid}-003`}`)
  await change(sql`update contact set broken = '空' || chr(30) || '号' where id = 2`)
  const { rows } = await store.system((tx) =>
    sql<{ id: string; lon: number | null; lat: number | null; people: number; floor: number; room: string; contacts: string }>`
      select id, lon, lat, people, floor, translate(room, chr(30) || chr(31), '') as room,
        coalesce((select string_agg(contact_id || ' ' || relation, ',' order by contact_id) from household_contact where household_id = id), '') as contacts
      from household where place = ${grid} order by id collate "C"`.execute(tx),
  )
  const snapshot = (await openRegister(store, seal)).snapshot()

  t.test('each home has its own numbers and words, in the order of their ids', async (t) => {
    const homes = snapshot.households.filter((h) => h.place === grid)
    t.same(
      homes.map(({ id, lon, lat, people, floor, room, contacts }) => ({
        ...{ id, lon, lat, people, floor, room },
        contacts: contacts.map((c) => `${c.contactId} ${c.relation}`).join(),
      })),
      rows,
    )
    t.equal(homes.find((h) => h.id === `${grid}-003`)?.room, 'ABC')
    t.equal(homes.find((h) => h.id === `${grid}-003`)?.lon, null)
  })

  t.test('the numbers of a grid are those of its homes', async (t) => {
    const block = homesByPlace(snapshot).get(grid)!
    t.equal(
      block.people,
      rows.reduce((sum, h) => sum + h.people, 0),
    )
    t.equal(block.unplaced, rows.filter((h) => h.lon === null).length)
    t.same(
      [...block.lons],
      rows.map((h) => h.lon ?? Number.NaN),
    )
  })

  t.test('every contact is found by its number, and nobody by a number that nobody has', async (t) => {
    const all = [...snapshot.contacts.values()]
    t.equal(all.length, snapshot.contacts.size)
    for (const contact of all) t.equal(snapshot.contacts.get(contact.id), contact)
    t.equal(snapshot.contacts.get(2)?.broken, '空号')
    for (const id of [0, -1, 1_000_000]) t.same([snapshot.contacts.has(id), snapshot.contacts.get(id)], [false, undefined])
  })
})
