import { newId } from '../../base/ids.js'
import { notFound, Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Store, Tx } from '../../base/store/store.js'
import { record } from '../../journal/journal.js'
import { breakContacts, type DeadContact } from '../break-contacts.js'
import { doorLabel } from '../door-label.js'
import {
  addPhones,
  countGrid,
  findHousehold,
  type GridState,
  type Home,
  type HouseholdRow,
  type Link,
  lockGrid,
  markContact,
  readBroken,
  readConsents,
  readGrid,
  removeUnused,
  replaceLinks,
  writeConsents,
  writeHousehold,
} from '../household-store.js'
import { doorKey } from '../import/compare-grid.js'
import { insertRows } from '../register-store.js'
import { changeBlock } from '../sealed-block-store.js'
import type { Register, Snapshot } from '../snapshot.js'
import { applyEdit, type ContactEdit, changedFields, type EditedField, type HouseholdEdit, judgePhone, unfit } from './household-edit.js'
import { moveGrid } from './move-grid.js'
import { refuseStale } from './refuse-stale.js'

export interface EditDeps {
  store: Store
  register: Register
  seal: Seal
}
export interface NewHousehold extends HouseholdEdit {
  place: string
  building: string
  room: string
}

/** What is said of a household is written with its number of contacts, its sealed block and one journal entry, in one transaction. */
export async function changeHousehold(deps: EditDeps, actor: Actor, id: string, version: number, edit: HouseholdEdit): Promise<void> {
  refuseUnknown(deps.register.snapshot(), actor, edit)
  await deps.store.act(actor, (tx) => editHousehold(tx, deps.seal, id, version, edit))
  await deps.register.refresh()
}

/** In the transaction of whoever learnt it; the caller has judged what it refers to. */
export async function editHousehold(tx: Tx, seal: Seal, id: string, version: number, edit: HouseholdEdit): Promise<void> {
  const { home, state } = await open(tx, seal, id, version, edit.place)
  const from = home.row.place
  const now = edit.place === undefined || edit.place === from ? { home, state } : await moveGrid(tx, seal, home, state, edit.place)
  const { place } = now.home.row
  const before = { row: home.row, sealed: home.sealed, links: now.home.links, consents: await readConsents(tx, id) }
  const after = applyEdit(now.home, edit)
  if (place !== from || doorKey(after.row) !== doorKey(home.row)) refuseTwin(now.state, after.row, edit)
  const fields = await write(tx, seal, now.state, before, after, edit)
  if (fields.length === 0) return
  await writeHousehold(tx, after.row)
  if (place !== from) await countGrid(tx, from)
  if (place !== from || fields.includes('people')) await countGrid(tx, place)
  const data = place === from ? { fields } : { fields, from }
  await record(tx, { event: 'household.changed', place, thing: { type: 'household', id }, data })
}

export async function addHousehold(deps: EditDeps, actor: Actor, edit: NewHousehold): Promise<string> {
  const { place } = edit
  refuseUnknown(deps.register.snapshot(), actor, edit)
  const id = newId()
  await deps.store.act(actor, async (tx) => {
    await lockGrid(tx, place)
    const state = await readGrid(tx, deps.seal, place)
    const { row, ...rest } = applyEdit({ row: emptyRow(id, place), links: [], sealed: undefined }, edit)
    refuseTwin(state, row, edit)
    await insertRows(tx, 'household', rowColumns, [row])
    await write(tx, deps.seal, state, { row, links: [], sealed: undefined, consents: [] }, { row, ...rest }, edit)
    await countGrid(tx, place)
    await record(tx, { event: 'household.registered', place, thing: { type: 'household', id } })
  })
  await deps.register.refresh()
  return id
}

/** Taken out by a date and a reason: what was done for them stays, and it can be taken back. */
export async function moveOut(deps: EditDeps, actor: Actor, id: string, version: number, reason: string): Promise<void> {
  await deps.store.act(actor, async (tx) => {
    const { home } = await open(tx, deps.seal, id, version)
    await writeHousehold(tx, { ...home.row, removed_at: new Date(), removed_reason: reason })
    await countGrid(tx, home.row.place)
    await record(tx, { event: 'household.moved-out', place: home.row.place, thing: { type: 'household', id }, data: { reason } })
  })
  await deps.register.refresh()
}

export async function moveBack(deps: EditDeps, actor: Actor, id: string): Promise<void> {
  await deps.store.act(actor, async (tx) => {
    const row = await findHousehold(tx, id)
    if (!row) throw notFound('household', id)
    await lockGrid(tx, row.place)
    if (row.removed_at === null) return
    await writeHousehold(tx, { ...row, removed_at: null, removed_reason: null })
    await countGrid(tx, row.place)
    await record(tx, { event: 'household.moved-back', place: row.place, thing: { type: 'household', id } })
  })
  await deps.register.refresh()
}

const rowColumns = [
  ...(['id', 'place', 'building', 'unit', 'floor', 'room', 'lon', 'lat', 'people', 'tags', 'at_home'] as const),
  ...(['point_id', 'shelter_id', 'helper_id'] as const),
]
const emptyRow = (id: string, place: string): HouseholdRow => ({
  ...{ id, place, building: '', unit: 1, floor: 1, room: '', lon: null, lat: null, people: 1, tags: [], at_home: true },
  ...{ point_id: null, shelter_id: null, helper_id: null, version: 1, removed_at: null, removed_reason: null },
})

/** A second household behind one door has to be meant. */
function refuseTwin({ homes }: GridState, row: HouseholdRow, { another }: HouseholdEdit): void {
  if (another || !homes.some((home) => home.row.id !== row.id && doorKey(home.row) === doorKey(row))) return
  throw new Problem('conflict', `${doorLabel(row)} 已有一户,没有保存`, 'that door has a household already', [
    { path: 'room', message: '先看看已有的那一户;确是同门另一户,请勾选“同一门牌另有一户” · or say that it is another one' },
  ])
}

/** The household with its grid locked, and the one it is to go to; or who was first. In the order of places: two that swap do not wait for each other. */
async function open(tx: Tx, seal: Seal, id: string, version: number, to?: string): Promise<{ home: Home; state: GridState }> {
  const found = await findHousehold(tx, id)
  if (!found) throw notFound('household', id)
  for (const place of [...new Set([found.place, to ?? found.place])].sort()) await lockGrid(tx, place)
  const state = await readGrid(tx, seal, found.place)
  const home = state.homes.find((h) => h.row.id === id)
  const row = home?.row ?? (await findHousehold(tx, id))
  if (row?.place !== found.place) await refuseStale(tx, { type: 'household', id, version: row?.version ?? 0 }, version)
  if (!home) throw new Problem('conflict', '这户已经迁出名册', 'the household has moved out; take it back first')
  await refuseStale(tx, { type: 'household', id, version: home.row.version }, version)
  return { home, state }
}

/** Contacts, sealed block and consents; answers everything that is different. */
async function write(
  tx: Tx,
  seal: Seal,
  state: GridState,
  before: Home & { consents: string[] },
  after: ReturnType<typeof applyEdit>,
  edit: HouseholdEdit,
): Promise<EditedField[]> {
  const { id, place } = after.row
  const numbers = edit.contacts ? await settleContacts(tx, seal, place, state, before, edit.contacts) : null
  const links = numbers?.links ?? after.links
  const fields = changedFields(before, { ...after, links })
  if (numbers?.marked && !fields.includes('contacts')) fields.push('contacts')
  if (edit.consents && [...edit.consents].sort().join() !== before.consents.join()) {
    await writeConsents(tx, after.row, edit.consents)
    fields.push('consents')
  }
  if (fields.length === 0) return fields
  if (numbers) await replaceLinks(tx, place, [{ row: after.row, links }])
  const left = before.links.map((l) => l.contact_id).filter((c) => !links.some((l) => l.contact_id === c))
  const unused = await removeUnused(tx, left)
  await changeBlock(tx, seal, place, (block) => {
    for (const [phone, contact] of numbers?.fresh ?? []) block.contacts[contact] = phone
    for (const contact of unused) delete block.contacts[contact]
    block.households[id] = after.sealed
  })
  return fields
}

async function settleContacts(tx: Tx, seal: Seal, place: string, state: GridState, { links: had }: Home, wanted: ContactEdit[]) {
  const typed = wanted.map((w, i) => (w.phone === undefined ? null : judgePhone(w.phone, `contacts/${i}/phone`)))
  const { ids, fresh } = await addPhones(
    tx,
    seal,
    place,
    state,
    typed.filter((p) => p !== null),
  )
  const links: Link[] = []
  const known = await readBroken(tx, [...had.map((l) => l.contact_id), ...ids.values()])
  const wrong: DeadContact[] = []
  let marked = false
  for (const [i, want] of wanted.entries()) {
    const id = typed[i] === null ? want.contactId : ids.get(typed[i]!)
    if (id === undefined || (typed[i] === null && !had.some((l) => l.contact_id === id)))
      throw unfit('有一个联系方式对不上,没有保存', 'that contact is none of this household', [
        { path: `contacts/${i}`, message: '请填号码,或重新打开这一户 · give a number, or open the household anew' },
      ])
    if (links.some((l) => l.contact_id === id))
      throw unfit('同一个号码写了两次,没有保存', 'the same number twice', [{ path: `contacts/${i}`, message: '去掉一个 · leave one out' }])
    links.push({ contact_id: id, relation: want.relation })
    // A number that somebody has just typed is believed, even where it was marked before.
    const broken = want.broken ?? (typed[i] === null ? known.has(id) : false)
    if (broken === known.has(id)) continue
    if (!broken) await markContact(tx, id, null)
    else wrong.push({ contactId: id, reason: 'marked-wrong' })
    marked = true
  }
  // As if a carrier had said so: somebody is asked to find the right one.
  await breakContacts(tx, wrong, null)
  return { links, fresh, marked }
}

function refuseUnknown(snapshot: Snapshot, { scope }: Actor, { place, pointId, shelterId, helperId }: HouseholdEdit): void {
  if (place !== undefined && !(place.startsWith(scope) && snapshot.grids.some((g) => g.place === place)))
    throw unfit('没有这个网格', 'the place is no grid of your area', [{ path: 'place', message: '请选一个网格 · choose a grid' }])
  const missing = (id: string | null | undefined, list: readonly { id: string }[]) => id && !list.some((one) => one.id === id)
  const errors = [
    ...(missing(pointId, snapshot.points) ? ['pointId'] : []),
    ...(missing(shelterId, snapshot.shelters) ? ['shelterId'] : []),
    ...(missing(helperId, snapshot.staff) ? ['helperId'] : []),
  ].map((path) => ({ path, message: '名册里没有,请重新选 · not in the register, choose again' }))
  if (errors.length > 0) throw unfit('所选的部位、安置点或帮扶人不在名册里', 'point, shelter or helper is not in the register', errors)
}
