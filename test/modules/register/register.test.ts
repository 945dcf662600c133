import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import { isValidPhoneNumber } from 'libphonenumber-js/max'
import t, { type Test } from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { answerError } from '../../../src/http/errors.js'
import { contains, type Ring } from '../../../src/matching/geometry.js'
import { householdRoutes } from '../../../src/register/household-routes.js'
import { registerRoutes } from '../../../src/register/register-routes.js'
import { loadSample, makeTown, sampleResidentHousehold, sampleStaffIds } from '../../../src/register/sample/load-sample.js'
import { createRandom } from '../../../src/register/sample/random.js'
import { changeBlock } from '../../../src/register/sealed-block-store.js'
import { openRegister, type Register } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { town } from './town-snapshot.js'

const kind: Store['kind'] = testDatabaseUrl ? 'postgres' : 'embedded'
const sanzhong = '500154002001'

t.test('the sample subdistrict is the one of the story', async (t) => {
  t.equal(town.grids.length, 135)
  t.equal(town.groups.length, 255)
  t.equal(new Set(town.grids.map((g) => g.community)).size, 15)
  for (const name of ['三中社区', '中吉社区', '文成社区', '杨柳社区', '双合店社区'])
    t.ok(
      town.places.some((p) => p.name === name),
      name,
    )
  t.equal(town.grids.find((g) => g.place === '500154002001004')!.name, '三中社区四网格')
  t.ok(town.households.length > 11_500 && town.households.length < 12_500)
  t.equal(new Set(town.households.map((h) => h.id)).size, town.households.length)
  t.equal(town.points.filter((p) => p.kind === 'waterlogging' && p.place.startsWith(sanzhong)).length, 3)
  t.equal(town.points.filter((p) => p.kind === 'old-building' && p.place.startsWith(sanzhong)).length, 8)
  t.equal(town.points.length, 11)
  t.ok(town.shelters.some((s) => s.name === '文峰小学' && s.capacityNight > 33))
  t.equal(town.staff.filter((s) => s.duty).length, 62)
  for (const post of ['网格长', '专职网格员', '兼职网格员', '网格指导员'])
    t.equal(town.staff.filter((s) => s.post === post).length, 135, post)
  t.equal(town.staff.filter((s) => s.post === '楼栋长').length, 405)
  for (const id of Object.values(sampleStaffIds))
    t.ok(
      town.staff.some((s) => s.id === id),
      id,
    )
  t.ok(town.groups.some((g) => g.platform === 'wecom' && g.robot) && town.groups.some((g) => g.platform === 'wechat' && !g.robot))
  const share = (of: (h: (typeof town.households)[number]) => boolean) => town.households.filter(of).length / town.households.length
  t.ok(share((h) => h.contacts.length === 0) > 0.003, 'some have no phone')
  t.ok(share((h) => h.lon === null) > 0.02, 'some have no coordinates')
  t.ok(
    town.households.some(
      (h) => h.contacts.length > 0 && h.contacts.every((c) => c.relation === 'family-away' || c.relation === 'emergency'),
    ),
  )
  const addresses = new Map<string, Set<string>>()
  for (const h of town.households) for (const c of h.contacts) addresses.set(c.address, (addresses.get(c.address) ?? new Set()).add(h.id))
  t.ok(
    [...addresses.values()].some((homes) => homes.size > 1),
    'some numbers stand for two homes',
  )
})

t.test('it is the same on every machine', async (t) => {
  const written = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  t.equal(written(makeTown()), written(town))
})

t.test('grids tile the ground: no place lies in two of them, and there are no holes between them', async (t) => {
  const random = createRandom(4)
  const rings = town.grids.map((g) => g.geometry.coordinates[0]!)
  const all = rings.flat()
  const [west, east] = [Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0]))]
  const [south, north] = [Math.min(...all.map((p) => p[1])), Math.max(...all.map((p) => p[1]))]
  let twice = 0
  let inside = 0
  const count = 20_000
  for (let i = 0; i < count; i++) {
    const point: [number, number] = [west + random.next() * (east - west), south + random.next() * (north - south)]
    const homes = rings.filter((ring) => contains([ring], point)).length
    if (homes > 1) twice++
    if (homes > 0) inside++
  }
  t.equal(twice, 0)
  const areaOf = (ring: Ring) => Math.abs(ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]![0] * y - x * ring[i]![1]) / 2, 0))
  const summed = rings.reduce((sum, ring) => sum + areaOf(ring), 0) / ((east - west) * (north - south))
  t.ok(Math.abs(summed - inside / count) < 0.015, 'the sum of the areas is the area of the union')
  // Every side belongs to two grids (there and back) or to the outer edge, and the outer edge is one closed line: no holes.
  const sides = new Map<string, number>()
  for (const ring of rings) for (let i = 0; i + 1 < ring.length; i++) sides.set(`${ring[i]} ${ring[i + 1]}`, 1)
  const edge = new Map<string, string>()
  for (const side of sides.keys()) {
    const [from, to] = side.split(' ') as [string, string]
    if (sides.has(`${to} ${from}`)) continue
    t.notOk(edge.has(from), 'the outer edge does not fork')
    edge.set(from, to)
  }
  const start = [...edge.keys()][0]!
  let length = 0
  for (let at = start; length <= edge.size; length++) {
    at = edge.get(at)!
    if (at === start) break
  }
  t.equal(length + 1, edge.size, 'one closed line around the whole town')
})

t.test('every home lies in its grid, every number is valid and of the invented block, nobody is named twice', async (t) => {
  const outline = new Map(town.grids.map((g) => [g.place, g.geometry.coordinates]))
  t.same(
    town.households.filter((h) => h.lon !== null && !contains(outline.get(h.place)!, [h.lon, h.lat!])).map((h) => h.id),
    [],
  )
  t.same(
    town.points.filter((p) => !contains(outline.get(p.place)!, [p.lon, p.lat])),
    [],
  )
  const phones = [
    ...town.staff.map((s) => s.phone),
    ...town.households.flatMap((h) => h.contacts.filter((c) => c.kind === 'phone').map((c) => c.address)),
  ]
  t.same(
    phones.filter((p) => !/^\+86(162|166|195|199)00\d{6}$/.test(p) || !isValidPhoneNumber(p)),
    [],
  )
  t.equal(new Set(town.staff.map((s) => s.phone)).size, town.staff.length, 'each of the staff has an own number')
  t.same(
    town.groups.filter((g) => g.robot && !new URL(g.robot).hostname.endsWith('.invalid')),
    [],
  )
  for (const grid of town.grids) {
    const homes = town.households.filter((h) => h.place === grid.place)
    if (grid.households !== homes.length || grid.people !== homes.reduce((n, h) => n + h.people, 0)) t.fail(`counts of ${grid.place}`)
  }
})

t.test('in the store', async (t) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)

  t.test('what was made is what is read', async (t) => {
    const { households, grids, groups, staff, points, shelters, places, contacts } = register.snapshot()
    t.same([households.length, grids.length, groups.length], [town.households.length, 135, 255])
    t.same(grids, town.grids)
    t.same(points.map((p) => p.id).sort(), town.points.map((p) => p.id).sort())
    t.same(
      shelters,
      town.shelters.map((s) => ({ ...s, version: 1 })),
    )
    t.equal(places.length, town.places.length)
    t.equal(staff.filter((s) => s.duty && contacts.get(s.contactId!)!.allowListed).length, 62)
    t.equal([...contacts.values()].filter((c) => c.allowListed).length, 62, 'exercises reach the duty list only')
    const resident = households.find((h) => h.id === sampleResidentHousehold)!
    const planned = town.households.find((h) => h.id === sampleResidentHousehold)!
    t.same(resident.tags, planned.tags)
    t.same(resident.contacts.map((c) => register.directory().address(c.contactId)).sort(), planned.contacts.map((c) => c.address).sort())
    t.same(register.directory().household(resident.id), { head: planned.head, members: planned.members })
    t.equal(register.directory().household('nobody'), undefined)
  })

  t.test('the same address has the same blind index wherever it stands, and only then', async (t) => {
    const byBlind = new Map<string, Set<string>>()
    for (const c of register.snapshot().contacts.values()) {
      const address = register.directory().address(c.id)!
      byBlind.set(c.blind, (byBlind.get(c.blind) ?? new Set()).add(address))
    }
    t.ok([...byBlind.values()].every((set) => set.size === 1))
    t.equal(byBlind.size, new Set([...byBlind.values()].map((set) => [...set][0])).size)
  })

  t.test('loading again changes nothing', async (t) => {
    await loadSample(store, seal)
    const again = await openRegister(store, seal)
    t.equal(JSON.stringify(again.snapshot().households), JSON.stringify(register.snapshot().households))
  })

  t.test('no phone, no name and no need of a resident stands in clear in any table', async (t) => {
    const phones = new Set([...town.staff.map((s) => s.phone), ...town.households.flatMap((h) => h.contacts.map((c) => c.address))])
    // Staff names are no secret and made from the same lists: a resident may be called like one of them.
    const known = new Set(town.staff.map((s) => s.name))
    const members = town.households.flatMap((h) => h.members)
    const words = new Set(
      members.flatMap((m) => [...(m.remark ? [m.remark] : []), ...(m.name.length > 2 && !known.has(m.name) ? [m.name] : [])]),
    )
    const inText = [...words].slice(0, 80)
    const isSealed = (text: string) =>
      (text.match(/1\d{10}/g) ?? []).some((digits) => phones.has(`+86${digits}`)) ||
      text.split(/[\s",:{}()[\]\\]+/).some((word) => words.has(word)) ||
      inText.some((word) => text.includes(word))
    t.ok(isSealed(`(4,+86${town.staff[0]!.phone.slice(3)},x)`) && isSealed(`{"note":"找${inText[7]}"}`), 'the eye that looks can see')
    const { rows } = await store.system((tx) =>
      sql<{
        table: string
      }>`select table_name as table from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(tx),
    )
    t.ok(rows.length > 25)
    let read = 0
    for (const { table } of rows) {
      const found = await store
        .system((tx) => sql<{ text: string }>`select x::text as text from ${sql.table(table)} x`.execute(tx))
        .catch((e: { code?: string }) => {
          if (e.code !== '42501') throw e
          return { rows: [] }
        })
      for (const { text } of found.rows) {
        read++
        if (isSealed(text)) t.fail(`${table} holds a sealed value`)
      }
    }
    t.ok(read > town.households.length * 3, 'all rows were looked at')
    const one = town.households.find((h) => h.members[0]!.needs.length > 0)!
    const block = await store.system((tx) =>
      tx.selectFrom('sealed_block').select('data').where('place', '=', one.place).executeTakeFirstOrThrow(),
    )
    t.notOk(block.data.includes(one.head))
    t.notOk(block.data.includes(one.contacts[0]?.address ?? '+86'))
  })

  t.test('a block moved to another grid does not open', async (t) => {
    const row = await store.system((tx) =>
      tx.selectFrom('sealed_block').selectAll().where('place', '=', '500154002001001').executeTakeFirstOrThrow(),
    )
    t.throws(() => seal.open(row.data, '500154002001002'))
  })

  t.test('a changed block is read again by refresh, and only its changes', async (t) => {
    const id = sampleResidentHousehold
    const before = register.directory().household(id)!
    await store.system((tx) =>
      changeBlock(tx, seal, '500154002001004', (block) => {
        block.households[id] = { ...before, head: '改名人' }
      }),
    )
    t.equal(register.directory().household(id)!.head, before.head, 'not before it is asked for')
    const old = register.snapshot()
    await Promise.all([register.refresh(), register.refresh(), register.refresh()])
    t.not(register.snapshot(), old)
    t.equal(register.directory().household(id)!.head, '改名人')
    await store.system((tx) =>
      changeBlock(tx, seal, '500154002001004', (block) => {
        block.households[id] = before
      }),
    )
    await register.refresh()
    t.same(register.directory().household(id), before)
  })

  await routes(t, store, register)
})

async function routes(t: Test, store: Store, register: Register): Promise<void> {
  let actor: Actor | null = null
  const app = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.decorateRequest('actor', null)
  app.decorateRequest('ingestKey', null)
  app.addHook('onRequest', async (request) => {
    request.actor = actor
  })
  registerRoutes(app, { store, register, now: () => new Date() })
  householdRoutes(app, { store, register })
  t.teardown(() => app.close())
  const as = (role: string, scope: string) => async (url: string) => {
    actor = { person: `${role}-1`, role, scope }
    const answer = await app.inject({ url })
    return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() }
  }
  const officer = as('officer', '500154002')
  const worker = as('worker', '500154002001004')

  t.test('the map: grids, water, points, shelters', async (t) => {
    const grids = await officer('/api/grids.geojson')
    t.equal(grids.status, 200)
    t.match(grids.type, /geo\+json/)
    t.equal(grids.body.features.length, 135)
    t.match(grids.body.features[3].properties, {
      place: '500154002001004',
      name: '三中社区四网格',
      community: sanzhong,
      households: Number,
      people: Number,
    })
    t.equal((await officer('/api/backdrop.geojson')).body.features[0].properties.kind, 'water')
    t.equal((await officer('/api/points')).body.items.length, 11)
    t.ok((await worker('/api/points')).body.items.every((p: { place: string }) => p.place === '500154002001004'))
    t.equal((await worker('/api/shelters')).body.items.length, 5)
  })

  t.test('the summary counts what lies in the own area', async (t) => {
    const whole = (await officer('/api/register/summary')).body
    t.match(whole, { kind: 'sample', grids: 135, communities: 15, households: town.households.length, groups: { total: 255 } })
    t.match(whole, { staff: { duty: 62 }, points: { waterlogging: 3, oldBuildings: 8 }, shelters: 5 })
    t.ok(whole.unreachable.households > 0 && whole.withoutPosition > 0)
    t.equal((await worker('/api/register/summary')).body.grids, 1)
  })

  t.test('doors are found by address, by initials and by pinyin, in the own area only', async (t) => {
    const found = async (search: string, who = officer) =>
      (await who(`/api/households?search=${encodeURIComponent(search)}`)).body.items.map((d: { id: string }) => d.id) as string[]
    t.ok((await found('后巷9号院')).includes(sampleResidentHousehold))
    t.ok((await found('hx9h')).includes(sampleResidentHousehold))
    t.ok((await found('houxiang szsq')).includes(sampleResidentHousehold))
    t.same(await found('后巷9号院', as('worker', '500154002002')), [])
    t.same(await found('没有这个地方'), [])
    const first = (await officer('/api/households?limit=150')).body
    t.equal(first.items.length, 150)
    const second = (await officer(`/api/households?limit=150&cursor=${first.nextCursor}`)).body
    t.ok(second.items[0].id > first.items[149].id)
    const all = await worker('/api/households?limit=1000')
    t.equal(all.body.nextCursor, null)
    t.ok(all.body.items.every((d: { place: string }) => d.place === '500154002001004'))
    t.notOk(JSON.stringify(all.body).includes(town.households.find((h) => h.id === sampleResidentHousehold)!.head))
  })

  t.test('a household is masked; opening it leaves a trace; outside the own area it is not there', async (t) => {
    const planned = town.households.find((h) => h.id === sampleResidentHousehold)!
    const url = `/api/households/${sampleResidentHousehold}`
    const seen = () =>
      store.system((tx) => tx.selectFrom('journal').select(['person', 'place', 'thing_id']).where('event', '=', 'sealed.seen').execute())
    const masked = (await worker(url)).body
    t.equal(masked.head, `${planned.head[0]}某某`)
    t.equal(masked.members, null)
    t.ok(masked.contacts.every((c: { address: string }) => /^\d{3}\*{4}\d{4}$/.test(c.address)))
    t.match(masked, { people: 1, helper: { post: '专职网格员' }, shelter: { name: '文峰小学' }, point: { number: 1 } })
    t.same(await seen(), [])
    const open = (await worker(`${url}?see=sealed`)).body
    t.equal(open.head, planned.head)
    t.same(open.contacts.map((c: { address: string }) => `+86${c.address}`).sort(), planned.contacts.map((c) => c.address).sort())
    t.same(await seen(), [{ person: 'worker-1', place: '500154002001004', thing_id: sampleResidentHousehold }])
    t.equal((await as('worker', '500154002002001')(url)).status, 404)
    t.equal((await as('worker', '500154002002001')(`${url}?see=sealed`)).status, 404)
    t.equal((await as('auditor', '500154002')(url)).status, 403)
    t.equal((await as('admin', '500154002')(url)).status, 200)
    t.equal((await as('admin', '500154002')(`${url}?see=sealed`)).status, 403)
    t.equal((await seen()).length, 1, 'what was refused was not seen')
  })
}

t.test('a crowd: as many households as asked for, one working contact each', async (t) => {
  const store = await openTestStore(t, kind)
  await loadSample(store, seal, { contacts: 3000 })
  const { households, grids, contacts, groups, staff } = (await openRegister(store, seal)).snapshot()
  t.equal(households.length, 3000)
  t.equal(grids.length, 135)
  t.equal(groups.length, 0)
  t.equal(new Set(households.map((h) => contacts.get(h.contacts[0]!.contactId)!.blind)).size, 3000)
  t.equal(contacts.size, 3000 + staff.length)
  t.equal(
    grids.reduce((sum, g) => sum + g.households, 0),
    3000,
  )
})
