import fc from 'fast-check'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import t from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { answerError } from '../../../src/http/errors.js'
import { readSince } from '../../../src/journal/journal.js'
import { doorLabel } from '../../../src/register/door-label.js'
import { applyImport, undoImport } from '../../../src/register/import/apply-import.js'
import { doorKey } from '../../../src/register/import/compare-grid.js'
import { createGridFinder } from '../../../src/register/import/find-grid.js'
import { matchHeadings } from '../../../src/register/import/headings.js'
import { type ImportAnswer, importRoutes } from '../../../src/register/import/import-routes.js'
import { atHomeOf, doorOfAddress, judgeAny, peopleOf, phonesOf, tagsOf } from '../../../src/register/import/judge-cells.js'
import { readTable } from '../../../src/register/import/read-table.js'
import { tryImport } from '../../../src/register/import/try-import.js'
import { registerRoutes } from '../../../src/register/register-routes.js'
import { tagName } from '../../../src/register/risk-tags.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { snapshotOf, town } from './town-snapshot.js'

const kind: Store['kind'] = testDatabaseUrl ? 'postgres' : 'embedded'
const admin: Actor = { person: 'p-admin', role: 'admin', scope: '500154002' }
const officer: Actor = { person: 'p-officer', role: 'officer', scope: '500154002' }
const grid = '500154002001004'
const gridName = '三中社区四网格'

/** "滨河苑3栋2单元502室" and so on, in GB18030: every character is one the table below knows. */
const gbk = (text: string): Buffer => {
  const known = new Map<string, number[]>()
  const decoder = new TextDecoder('gb18030')
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) if (low !== 0x7f) known.set(decoder.decode(new Uint8Array([high, low])), [high, low])
  return Buffer.from([...text].flatMap((c) => (c < '\x80' ? [c.charCodeAt(0)] : known.get(c)!)))
}

t.test('headings people really use are understood; what was said of a heading goes first', async (t) => {
  const fields = (headings: string[], mapping = {}) => matchHeadings(headings, mapping).map((c) => c.field)
  t.same(
    fields([
      '序号',
      '户主姓名',
      '现住址',
      '联系电话',
      '所属网格',
      '人数(人)',
      '风险类型',
      '备注',
      '楼栋',
      '单元',
      '楼层',
      '房号',
      '经度',
      '纬度',
    ]),
    ['ignored', 'head', 'address', 'phone', 'grid', 'people', 'risk', 'ignored', 'building', 'unit', 'floor', 'room', 'lon', 'lat'],
  )
  t.same(fields(['户主', '手机', '电话', '老人姓甚名谁']), ['head', 'phone', null, null], 'one column each')
  t.same(fields(['户主', '手机', '电话'], { 电话: 'emergencyPhone' }), ['head', 'phone', 'emergencyPhone'])
  t.same(fields(['户主', '老人'], { 老人: 'head' }), [null, 'head'])
  t.same(fields(['constructor', '__proto__']), [null, null])
})

t.test('a table is read in both encodings, with each separator, below a title; a lost quotation mark is told by its line', async (t) => {
  const read = async (bytes: Buffer) => {
    const table = await readTable(bytes)
    const rows = []
    for await (const row of table.rows) rows.push(row)
    return { ...table, rows }
  }
  const text = '文峰街道住户登记表,,\n户主,住址,网格\n李某,滨河苑3栋1单元101室,三中社区四网格\n\n"王""某","滨河苑,4栋","四\n网格"\n'
  for (const [bytes, encoding] of [
    [Buffer.from(`\ufeff${text}`), 'UTF-8'],
    [gbk(text), 'GB18030'],
  ] as const) {
    const table = await read(bytes)
    t.equal(table.encoding, encoding)
    t.same(table.headings, ['户主', '住址', '网格'])
    t.same(table.rows[0], { line: 3, cells: ['李某', '滨河苑3栋1单元101室', '三中社区四网格'] })
    t.same(table.rows[1]!.cells, ['王"某', '滨河苑,4栋', '四\n网格'])
    t.equal(table.rows.length, 2)
  }
  t.same((await read(Buffer.from('户主\t住址\n李\ta;b\n'))).rows[0]!.cells, ['李', 'a;b'])
  t.same((await read(Buffer.from('户主;住址\n李;a,b\n'))).rows[0]!.cells, ['李', 'a,b'])
  const broken = `户主,住址\n李,甲\n"王,乙\n${'丙,丁\n'.repeat(40)}`
  await t.rejects(read(Buffer.from(broken)), { kind: 'unreadable', errors: [{ line: 3 }] })
  await t.rejects(read(Buffer.from('')), { kind: 'unreadable', errors: [] })
  await t.rejects(read(Buffer.from('PK\x03\x04 a workbook')), { kind: 'unreadable', errors: [] })
})

t.test('phones: 16x and 19x, landlines with their area code, several in one cell', async (t) => {
  t.same(phonesOf('16200123456、199 0012 3456'), { phones: ['+8616200123456', '+8619900123456'], problem: null })
  t.same(phonesOf('+86 166-0012-3456;023-52000000'), { phones: ['+8616600123456', '+862352000000'], problem: null })
  t.same(phonesOf('19500123456(儿子) 16200123457'), { phones: ['+8619500123456', '+8616200123457'], problem: null })
  t.same(phonesOf('１６２００１２３４５６'), { phones: ['+8616200123456'], problem: null }, 'full-width digits')
  t.same(phonesOf('16200123456、1620012345'), { phones: ['+8616200123456'], problem: 'phone-bad' }, 'the good one is kept')
  t.same(phonesOf('14112345678').problem, 'phone-bad')
  t.same(phonesOf('52000000').problem, 'phone-bad')
  t.same(phonesOf('无').problem, 'phone-bad')
  t.same(phonesOf('1.62E+10').problem, 'phone-rounded')
  t.same(phonesOf(' '), { phones: [], problem: null })
  t.same(phonesOf('、16200123456、'), { phones: ['+8616200123456'], problem: null })
  const tail = fc.stringMatching(/^\d{6}$/)
  for (let start = 13_000; start < 20_000; start++) {
    const number = `${start}${fc.sample(tail, { numRuns: 1, seed: start })[0]}`
    const other = `${start}${fc.sample(tail, { numRuns: 1, seed: -start })[0]}`
    const wrong = [number, other].find((n) => (phonesOf(n).phones[0] ?? null) !== judgeAny(n))
    if (wrong) t.fail(`${wrong} is judged otherwise than by libphonenumber`)
  }
})

t.test('people, risks and presence: what is not understood takes nothing away', async (t) => {
  t.same(['3', '3人', '3', '0', '100', '三', '2.5', ''].map(peopleOf), [3, 3, 3, null, null, null, null, null])
  t.same(tagsOf('独居老人、C级危房'), { tags: ['old-building', 'alone'], unknown: false })
  t.same(tagsOf('底层,外星人'), { tags: ['ground-floor'], unknown: true })
  t.same(tagsOf('外星人'), { tags: null, unknown: true })
  t.same(
    [tagsOf('无'), tagsOf('')],
    [
      { tags: [], unknown: false },
      { tags: null, unknown: false },
    ],
  )
  t.same(['在家', '外出务工', '', '也许'].map(atHomeOf), [true, false, null, 'unclear'])
})

t.test('every door of the sample is read back from how it is called', async (t) => {
  const wrong = town.households.filter((h) => {
    const door = doorOfAddress(doorLabel(h))
    return !door || doorKey(door) !== doorKey(h)
  })
  t.same(wrong.slice(0, 5).map(doorLabel), [])
  t.same(doorOfAddress('3-2-502'), { building: '3', unit: 2, floor: 5, room: '502' })
  t.same(doorOfAddress('滨河苑3栋 二单元 1203'), { building: '滨河苑3栋', unit: 2, floor: 12, room: '1203' })
  t.same(doorOfAddress('平山村3组12号'), { building: '平山村3组', unit: 1, floor: 1, room: '12号' })
  t.equal(doorOfAddress('河边大树旁'), null)
})

t.test('grids by the names people give them', async (t) => {
  const finder = createGridFinder(snapshotOf(town), admin.scope)
  for (const name of [gridName, grid, '三中4网格', '文峰街道三中社区第4网格', '三中社区 04网格'])
    t.equal(finder.byName(name, ''), grid, name)
  t.equal(finder.byName('四网格', '三中社区'), grid)
  t.equal(finder.byName('4', '三中社区'), grid)
  t.equal(finder.byName('四网格', ''), 'grid-ambiguous')
  t.equal(finder.byName('月亮网格', ''), 'grid-unknown')
  t.equal(createGridFinder(snapshotOf(town), '500154002002').byName(grid, ''), 'grid-unknown', 'outside the scope')
})

t.test('in the store', async (t) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, register, seal }
  const headings = '户主,网格,住址,人数,联系电话,家属电话,紧急联系电话,风险类型,在家,经度,纬度'
  /** What anybody can see of the register, with everything sealed opened. */
  const shown = () => {
    const { builtAt: _, contacts, ...rest } = register.snapshot()
    const directory = register.directory()
    return JSON.stringify([
      rest,
      [...contacts.values()].sort((a, b) => a.id - b.id).map((c) => [c, directory.address(c.id)]),
      rest.households.map((h) => directory.household(h.id)),
    ])
  }
  const rowOf = (id: string) => {
    const h = register.snapshot().households.find((one) => one.id === id)!
    const numbers = (relation: string) =>
      h.contacts
        .filter((c) => c.relation === relation && register.snapshot().contacts.get(c.contactId)!.kind === 'phone')
        .map((c) => register.directory().address(c.contactId)!)
        .join('、')
    const tags = h.tags.length > 0 ? h.tags.map(tagName).join('、') : '无'
    return [
      ...[register.directory().household(id)!.head, h.place, doorLabel(h), h.people, numbers('self'), numbers('family-away')],
      ...[numbers('emergency'), tags, h.atHome ? '在家' : '外出', h.lon ?? '', h.lat ?? ''],
    ].map(String)
  }
  const csv = (rows: string[][]) => Buffer.from(`${headings}\n${rows.map((r) => r.join(',')).join('\n')}\n`)
  const attempt = (bytes: Buffer, datum: 'wgs84' | 'gcj02' = 'wgs84') => tryImport(deps, admin, bytes, datum, {})
  const inGrid = (place: string) => register.snapshot().households.filter((h) => h.place === place)

  t.test('the register written out and read in again changes nothing', async (t) => {
    const before = shown()
    const { counts, problems, id } = await attempt(csv(register.snapshot().households.map((h) => rowOf(h.id))))
    t.same(problems, [])
    t.match(counts, { added: 0, changed: 0, gone: 0, leftOut: 0, unchanged: town.households.length })
    await applyImport(deps, admin, id!)
    t.equal(shown(), before)
    await undoImport(deps, admin, id!)
    t.equal(shown(), before)
  })

  t.test('good rows and bad: nothing else is lost because of a bad one, nobody is removed, and undo puts all back', async (t) => {
    const before = shown()
    const homes = inGrid(grid)
    const [first, second, third] = homes.map((h) => rowOf(h.id))
    const rows = [
      [...first!.slice(0, 3), '9', '16200777001 19900777002', ...first!.slice(5)],
      second!,
      ['新来某', gridName, '滨河苑99栋2单元1203室', '四', '1380', '', '19500777003', '独居、外星人', '外出', '116.39', '39.9'],
      ['无门某', gridName, '河边', '1', '', '', '', '', '', '', ''],
      ['无格某', '月亮网格', '滨河苑99栋2单元1204室', '1', '', '', '', '', '', '', ''],
      third!,
      third!,
    ]
    const run = await attempt(csv(rows))
    t.match(run.counts, { rows: 7, taken: 4, leftOut: 3, added: 1, changed: 1, unchanged: 2, gone: homes.length - 3 })
    t.same(
      run.problems.map((p) => [p.line, p.column, p.code, p.taken]),
      [
        [4, '人数', 'people-unclear', true],
        [4, '联系电话', 'phone-bad', true],
        [4, '风险类型', 'risk-unknown', true],
        [4, '经度', 'position-outside', true],
        [5, '住址', 'address-unclear', false],
        [6, '网格', 'grid-unknown', false],
        [8, null, 'duplicate', false],
      ],
    )
    t.same(
      run.changes.filter((c) => c.kind === 'changed').map((c) => c.fields),
      [['people', 'phones']],
    )
    t.notMatch(JSON.stringify([run.problems, run.changes, run.counts]), /某|1620077|河边/, 'the answer names nobody')
    t.equal(shown(), before, 'a dry run writes nothing')

    await applyImport(deps, admin, run.id!)
    t.equal(inGrid(grid).length, homes.length + 1)
    const changed = inGrid(grid).find((h) => h.id === homes[0]!.id)!
    t.equal(changed.people, 9)
    t.same(
      changed.contacts.filter((c) => c.relation === 'self').map((c) => register.directory().address(c.contactId)),
      ['+8616200777001', '+8619900777002'],
    )
    const added = inGrid(grid).find((h) => h.building === '滨河苑99栋')!
    t.match(added, { unit: 2, floor: 12, room: '1203', people: 1, tags: ['alone'], atHome: false, lon: null })
    t.same(register.directory().household(added.id), { head: '新来某', members: [] })
    t.same(
      added.contacts.map((c) => [c.relation, register.snapshot().contacts.get(c.contactId)!.blind]),
      [['emergency', seal.blind('+8619500777003').toString('hex')]],
    )
    const counted = register.snapshot().grids.find((g) => g.place === grid)!
    t.same([counted.households, counted.people], [homes.length + 1, inGrid(grid).reduce((n, h) => n + h.people, 0)])

    await t.rejects(applyImport(deps, admin, run.id!), { kind: 'conflict', errors: [] }, 'once')
    await undoImport(deps, admin, run.id!)
    t.equal(shown(), before, 'byte for byte')
    await t.rejects(undoImport(deps, admin, run.id!), { kind: 'conflict', errors: [] }, 'once')
    const entries = await store.system((tx) => readSince(tx, 0, 10_000))
    t.same(
      entries.filter((e) => e.thing.id === run.id).map((e) => [e.event, e.person, e.data]),
      [
        ['register.imported', admin.person, { thing: 'households', ...run.counts, removed: 0 }],
        ['register.import-undone', admin.person, { thing: 'households', ...run.counts, removed: 0 }],
      ],
      'the journal has numbers only',
    )
  })

  t.test('a position of a Chinese map service is shifted by its declared datum', async (t) => {
    const home = inGrid(grid).find((h) => h.lon !== null)!
    const row = rowOf(home.id)
    const run = await attempt(csv([row]), 'gcj02')
    t.ok(run.problems.some((p) => p.code === 'position-outside') || run.changes.some((c) => c.fields.includes('position')))
  })

  t.test('what came in between is seen: an outdated dry run is refused, an import below another is not undone', async (t) => {
    const before = shown()
    const one = await attempt(csv([['甲某', gridName, '滨河苑98栋1单元101室', '1', '', '', '', '', '', '', '']]))
    const other = await tryImport(
      deps,
      { ...admin, person: 'p-other' },
      csv([['乙某', gridName, '滨河苑98栋1单元101室', '1', '', '', '', '', '', '', '']]),
      'wgs84',
      {},
    )
    await applyImport(deps, admin, one.id!)
    await t.rejects(applyImport(deps, admin, other.id!), { kind: 'conflict', errors: [] })
    const next = await attempt(csv([['甲某', gridName, '滨河苑98栋1单元101室', '2', '', '', '', '', '', '', '']]))
    t.match(next.counts, { added: 0, changed: 1 })
    await applyImport(deps, admin, next.id!)
    await t.rejects(undoImport(deps, admin, one.id!), { kind: 'conflict', errors: [] })
    await undoImport(deps, admin, next.id!)
    await undoImport(deps, admin, one.id!)
    t.equal(shown(), before)
  })

  t.test('another process sees an import at its next look, and reads nothing again when there was none', async (t) => {
    const elsewhere = await openRegister(store, seal)
    const look = elsewhere.refresh
    const { builtAt } = elsewhere.snapshot()
    await look()
    t.equal(elsewhere.snapshot().builtAt, builtAt)
    const run = await attempt(csv([['丁某', gridName, '滨河苑95栋1单元101室', '1', '', '', '', '', '', '', '']]))
    await applyImport(deps, admin, run.id!)
    await look()
    t.ok(elsewhere.snapshot().households.some((h) => h.building === '滨河苑95栋'))
    await undoImport(deps, admin, run.id!)
    await look()
    t.notOk(elsewhere.snapshot().households.some((h) => h.building === '滨河苑95栋'))
  })

  t.test('a household somebody was sent to is not unmade', async (t) => {
    const before = shown()
    const run = await attempt(csv([['丙某', gridName, '滨河苑97栋1单元101室', '1', '', '', '', '', '', '', '']]))
    await applyImport(deps, admin, run.id!)
    const made = inGrid(grid).find((h) => h.building === '滨河苑97栋')!
    await store.system((tx) =>
      tx
        .insertInto('task')
        .values({ id: 'k1', place: grid, kind: 'knock', household_id: made.id, title: 'x' } as never)
        .execute(),
    )
    await t.rejects(undoImport(deps, admin, run.id!), { kind: 'conflict', errors: [] })
    await store.system((tx) => tx.deleteFrom('task').where('id', '=', 'k1').execute())
    await undoImport(deps, admin, run.id!)
    t.equal(shown(), before)
  })

  t.test('whatever is imported, undoing it is the identity', async (t) => {
    const before = shown()
    const homes = register.snapshot().households.filter((h) => h.place.startsWith('500154002001'))
    const cell = (...values: string[]) => fc.constantFrom(...values)
    const phone = cell('', '16200888001', '19900888002、16600888003', '12', '023-52000000')
    const change = fc.record({
      home: fc.nat(homes.length - 1),
      head: cell('', '某甲', '某乙'),
      door: fc.option(cell('滨河苑3栋1单元101室', '平山3组5号', '乱写'), { nil: null }),
      people: cell('', '1', '7', 'x'),
      phones: fc.tuple(phone, phone, phone),
      risk: cell('', '无', '独居、临河', '?'),
      atHome: cell('', '在家', '外出', '?'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const rows = changes.map((c) => {
          const row = rowOf(homes[c.home]!.id)
          return [c.head || row[0]!, row[1]!, c.door ?? row[2]!, c.people, ...c.phones, c.risk, c.atHome, row[9]!, row[10]!]
        })
        const { id, counts } = await attempt(csv(rows))
        const done = await applyImport(deps, admin, id!)
        const again = await attempt(csv(rows))
        t.match(again.counts, { added: 0, changed: 0, unchanged: counts!.taken }, 'what was imported is in the register')
        t.same(done, { thing: 'households', counts: { ...counts, removed: 0 } })
        await undoImport(deps, admin, id!)
        return shown() === before
      }),
      runs(4, 26),
    )
  })

  t.test('over HTTP: for the administrator, with the mapping, in words', async (t) => {
    const app = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as App
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    app.setErrorHandler(answerError)
    let actor = admin
    app.decorateRequest('actor', null)
    app.addHook('onRequest', async (request) => {
      request.actor = actor
    })
    registerRoutes(app, { store, register, now: () => new Date() })
    importRoutes(app, deps)
    t.teardown(() => app.close())
    const send = (body: Buffer, query = '') =>
      app.inject({ method: 'POST', url: `/api/register/imports${query}`, headers: { 'content-type': 'text/csv' }, payload: body })
    const file = gbk('老人,网格,门牌地址\n李某,三中社区四网格,滨河苑96栋1单元101室\n王某,三中社区四网格,桥边\n')
    const unmapped = (await send(file)).json<ImportAnswer>()
    t.match(unmapped, { id: null, encoding: 'GB18030', missing: ['address'] })
    const mapping = encodeURIComponent(JSON.stringify({ 老人: 'head', 门牌地址: 'address' }))
    const tried = (await send(file, `?mapping=${mapping}`)).json<ImportAnswer>()
    t.match(tried.counts, { rows: 2, added: 1, leftOut: 1 })
    t.match(tried.problems, [{ line: 3, column: '门牌地址', taken: false, what: { zh: /门牌/, en: /door/ }, next: { zh: /3栋/ } }])
    const press = (verb: string) => app.inject({ method: 'POST', url: `/api/register/imports/${tried.id}/${verb}` })
    t.equal((await send(file, '?mapping=x')).statusCode, 400)
    t.equal((await send(Buffer.alloc(0))).statusCode, 400)
    actor = officer
    t.equal((await send(file)).statusCode, 403)
    t.equal((await press('apply')).statusCode, 403)
    actor = admin
    t.match((await press('apply')).json(), { state: 'applied', counts: { added: 1 } })
    t.equal((await press('apply')).statusCode, 409)
    t.match((await app.inject('/api/register/imports')).json().items[0], { id: tried.id, state: 'applied', person: admin.person })
    t.match((await press('undo')).json(), { state: 'undone' })
    t.equal((await app.inject({ method: 'POST', url: `/api/register/imports/${grid}/apply` })).statusCode, 400)
  })
})
