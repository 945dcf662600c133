import fc from 'fast-check'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import t from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { answerError } from '../../../src/http/errors.js'
import { readSince } from '../../../src/journal/journal.js'
import { exportHouseholds } from '../../../src/register/export/export-households.js'
import { exportRoutes } from '../../../src/register/export/export-routes.js'
import { applyImport, undoImport } from '../../../src/register/import/apply-import.js'
import { importRoutes } from '../../../src/register/import/import-routes.js'
import { readTable } from '../../../src/register/import/read-table.js'
import { tryImport } from '../../../src/register/import/try-import.js'
import type { ImportProgress } from '../../../src/register/import/watch-import.js'
import { type Cell, writeCsv, writeXlsx } from '../../../src/register/sheet/write-sheet.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const kind: Store['kind'] = testDatabaseUrl ? 'postgres' : 'embedded'
/** Of one community: an export and an import concern one's own area. */
const admin: Actor = { person: 'p-admin', role: 'admin', scope: '500154002001' }
const grid = '500154002001004'

const gather = async (pieces: AsyncIterable<Buffer | string>): Promise<Buffer> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece as string))
  return Buffer.concat(all)
}

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (e: unknown) => e,
  )

t.test('out of the register and in again', async (t) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, register, seal }
  const sheetOf = (sealed = true) => exportHouseholds(register.snapshot(), register.directory(), admin.scope, sealed)
  const xlsx = (sealed?: boolean) => gather(writeXlsx(sheetOf(sealed)))
  const csv = (sealed?: boolean) => gather(writeCsv(sheetOf(sealed)))
  const attempt = (bytes: Buffer) => tryImport(deps, admin, bytes, 'wgs84', {})
  const inGrid = () => register.snapshot().households.filter((h) => h.place === grid)
  const shown = () => JSON.stringify(register.snapshot().households)
  const csvOf = (rows: Cell[][]) => gather(writeCsv({ name: '', headings: sheetOf().headings, rows }))

  t.test('whatever was changed by an import, what is exported then changes nothing, as XLSX and as CSV, open and covered', async (t) => {
    const homes = register.snapshot().households.filter((h) => h.place.startsWith(admin.scope))
    const change = fc.record({
      at: fc.nat(homes.length - 1),
      head: fc.constantFrom('', '某甲', '=某乙', '某 丙'),
      phone: fc.constantFrom('', '16200888001', '023-52000000、19900888002'),
      tags: fc.constantFrom('', '无', '独居、临河'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const rows = [...(sheetOf().rows as Iterable<Cell[]>)]
        const changed = changes.map((c) => rows[c.at]!.map((cell, i) => (i === 1 ? c.head : i === 7 ? c.phone : i === 10 ? c.tags : cell)))
        const { id } = await attempt(await csvOf(changed))
        await applyImport(deps, admin, id!)
        for (const bytes of [await xlsx(), await csv(), await xlsx(false)]) {
          const again = await attempt(bytes)
          t.match(again.counts, { added: 0, changed: 0, gone: 0, leftOut: 0, unchanged: homes.length })
          t.same(again.problems, [])
        }
        await undoImport(deps, admin, id!)
      }),
      runs(3, 25),
    )
    const covered = (await csv(false)).toString()
    for (const home of inGrid()) t.notMatch(covered, register.directory().household(home.id)!.head)
    t.notMatch(covered, /1[69]\d{9}/)
  })

  t.test('who is not in the file: stays, or leaves the register when that is pressed; never where somebody is on the way', async (t) => {
    const before = shown()
    const homes = inGrid()
    const [stays, needed, ...others] = homes
    await store.system((tx) =>
      tx
        .insertInto('task')
        .values({ id: 'knock', place: grid, kind: 'knock', household_id: needed!.id, title: 'x' } as never)
        .execute(),
    )
    const row = [...(sheetOf().rows as Iterable<Cell[]>)][
      register
        .snapshot()
        .households.filter((h) => h.place.startsWith(admin.scope))
        .indexOf(stays!)
    ]!
    const run = await attempt(await csvOf([row]))
    t.match(run.counts, { gone: homes.length - 1, kept: 1, unchanged: 1 })
    t.equal(run.changes.filter((c) => c.kept).length, 1, 'told door by door')
    const done = await applyImport(deps, admin, run.id!, { removeGone: true })
    t.equal(done.counts.removed, others.length)
    t.same(
      inGrid().map((h) => h.id),
      [stays!.id, needed!.id].sort(),
    )
    t.equal(register.snapshot().grids.find((g) => g.place === grid)!.households, 2)
    const rows = await store.system((tx) => tx.selectFrom('household').selectAll().where('id', '=', others[0]!.id).execute())
    t.match(rows, [{ removed_reason: '不在导入的名册里' }], 'taken out by a date, not deleted')
    await undoImport(deps, admin, run.id!)
    t.equal(shown(), before)

    const again = await attempt(await csvOf([row]))
    await store.system((tx) =>
      tx
        .insertInto('task')
        .values({ id: 'later', place: grid, kind: 'knock', household_id: others[0]!.id, title: 'x' } as never)
        .execute(),
    )
    await t.rejects(
      applyImport(deps, admin, again.id!, { removeGone: true }),
      { kind: 'conflict', errors: [] },
      'not by the count that was shown',
    )
    await store.system((tx) => tx.deleteFrom('task').where('id', 'in', ['knock', 'later']).execute())
    t.equal(shown(), before)
  })

  t.test('an edit made after the import is not lost by an undo', async (t) => {
    const rows = [...(sheetOf().rows as Iterable<Cell[]>)]
    const run = await attempt(await csvOf([rows[0]!.map((cell, i) => (i === 6 ? 9 : cell))]))
    await applyImport(deps, admin, run.id!)
    const home = register.snapshot().households.find((h) => h.people === 9 && h.place.startsWith(admin.scope))!
    const version = (by: number) =>
      store.system((tx) =>
        tx
          .updateTable('household')
          .set((e) => ({ version: e('version', '+', by) }))
          .where('id', '=', home.id)
          .execute(),
      )
    await version(1)
    t.match(await refusal(undoImport(deps, admin, run.id!)), { kind: 'conflict', title: /又改过/ })
    await version(-1)
    await undoImport(deps, admin, run.id!)
  })

  t.test('steps are told, and whoever waits may call it off', async (t) => {
    const before = shown()
    const rows = [...(sheetOf().rows as Iterable<Cell[]>)].map((row) => row.map((cell, i) => (i === 6 ? 5 : cell)))
    const steps: ImportProgress[] = []
    const stop = new AbortController()
    const watch = { signal: stop.signal, tell: (step: ImportProgress): void => void steps.push(step) }
    const run = await tryImport(deps, admin, await csvOf(rows), 'wgs84', {}, watch)
    t.same([...new Set(steps.map((s) => s.phase))], ['reading', 'comparing'])
    t.match(steps.at(-1), { done: rows.length, of: rows.length })
    watch.tell = (step) => {
      steps.push(step)
      if (step.phase === 'writing') stop.abort()
    }
    t.match(await refusal(applyImport(deps, admin, run.id!, { removeGone: false }, watch)), { kind: 'conflict', title: /已取消/ })
    await register.refresh()
    t.equal(shown(), before, 'called off in the middle, nothing is written')
    t.match(await refusal(tryImport(deps, admin, await csvOf(rows), 'wgs84', {}, watch)), { title: /已取消/ })
    t.same(await store.system((tx) => tx.selectFrom('register_import').select('id').where('state', '=', 'trying').execute()), [])
  })

  t.test('over HTTP: a journal line for every export, the marked sheet, the steps as lines', async (t) => {
    const app = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as App
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    app.setErrorHandler(answerError)
    let actor: Actor = { ...admin, role: 'secretary', person: 'p-secretary' }
    app.decorateRequest('actor', null)
    app.addHook('onRequest', async (request) => {
      request.actor = actor
    })
    exportRoutes(app, deps)
    importRoutes(app, deps)
    t.teardown(() => app.close())
    const taken = await app.inject('/api/register/export?format=xlsx')
    t.same((await readTable(taken.rawPayload)).headings.slice(0, 2), ['网格', '户主'])
    t.match((await app.inject('/api/register/export?format=csv')).body, /1[69]\d{9}/, 'who may see numbers gets them')
    actor = admin
    t.notMatch((await app.inject('/api/register/export?format=csv')).body, /1[69]\d{9}/)
    actor = { ...admin, role: 'worker' }
    t.equal((await app.inject('/api/register/export')).statusCode, 403)
    const entries = (await store.system((tx) => readSince(tx, 0, 10_000))).filter((e) => e.event === 'register.exported')
    t.same(
      entries.map((e) => [e.person, e.data.format, e.data.sealed]),
      [
        ['p-secretary', 'xlsx', true],
        ['p-secretary', 'csv', true],
        ['p-admin', 'csv', false],
      ],
    )
    actor = admin
    const file = await csvOf([
      ['三中社区四网格', '李某', '滨河苑96栋', 1, 1, '101', 2, '12', '', '', '无', '在家', null, null],
      ['月亮网格', '王某', '滨河苑96栋', 1, 1, '102', 2, '', '', '', '无', '在家', null, null],
      ['三中社区四网格', '赵某', '滨河苑96栋', 1, 1, '103', 2, '', '', '', '无', '在家', null, null],
    ])
    const send = (path: string, accept = '*/*') =>
      app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/octet-stream', accept }, payload: file })
    const marked = await readTable((await send('/api/register/imports/marked')).rawPayload)
    t.same(marked.headings.slice(0, 3), ['问题', '网格', '户主'])
    const verdicts = []
    for await (const { cells } of marked.rows) verdicts.push([cells[0], cells[2], cells[8]])
    t.match(verdicts, [
      [/已收.*联系电话.*核对位数/, '李某', '12'],
      [/未收.*网格.*核对网格/, '王某', ''],
      ['', '赵某', ''],
    ])
    const lines = (await send('/api/register/imports', 'application/x-ndjson')).body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    t.match(lines.at(-1), { answer: { counts: { added: 2, leftOut: 1 } } })
    t.ok(lines.some((line) => line.progress?.phase === 'comparing'))
    const id = lines.at(-1).answer.id
    const apply = () =>
      app.inject({
        method: 'POST',
        url: `/api/register/imports/${id}/apply`,
        headers: { accept: 'application/x-ndjson' },
        payload: { removeGone: false },
      })
    t.match(JSON.parse((await apply()).body.trim().split('\n').at(-1)!), { answer: { state: 'applied', counts: { added: 2 } } })
    t.match(JSON.parse((await apply()).body.trim()), { problem: { status: 409, type: /conflict/ } }, 'a problem is the last line')
  })
})
