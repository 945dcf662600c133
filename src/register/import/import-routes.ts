import { Readable } from 'node:stream'
import { z } from 'zod'
import { datums } from '../../base/datum.js'
import { Problem } from '../../base/problem.js'
import type { Actor } from '../../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, time } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import { writeXlsx, xlsxType } from '../sheet/write-sheet.js'
import { answerWatched } from './answer-watched.js'
import { applyImport, undoImport } from './apply-import.js'
import { type ImportField, importFields } from './headings.js'
import { gridFields } from './judge-grid.js'
import { markSheet } from './mark-sheet.js'
import { problemWords } from './problems.js'
import { isGridFile } from './read-grids.js'
import { readTable } from './read-table.js'
import { anyHeadings, sheetThings, thingFields, thingOf } from './thing-sheets.js'
import { tryGrids } from './try-grids.js'
import { type ImportDeps, tryImport } from './try-import.js'
import { tryThings } from './try-things.js'
import { type ImportWatch, unwatched } from './watch-import.js'

const largest = 48 * 1024 * 1024

/** What a heading of a sheet or a property of an outline may be. */
const allFields = [...new Set([...importFields, ...gridFields, ...thingFields])]

const counts = z.object({
  rows: z.number(),
  taken: z.number(),
  leftOut: z.number(),
  problems: z.number(),
  added: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  gone: z.number(),
  kept: z.number().default(0),
  removed: z.number().default(0),
})
const things = z.enum(['households', 'grids', ...sheetThings])
const words = z.object({ zh: z.string(), en: z.string() })
const dryRun = z.object({
  thing: things,
  id: z.string().nullable(),
  encoding: z.string(),
  sheet: z.string().nullable(),
  otherSheets: z.array(z.string()),
  samples: z.array(z.array(z.string())),
  columns: z.array(z.object({ heading: z.string(), field: z.enum(allFields).nullable() })),
  missing: z.array(z.string()),
  counts: counts.nullable(),
  problems: z.array(
    z.object({ line: z.number(), column: z.string().nullable(), code: z.string(), taken: z.boolean(), what: words, next: words }),
  ),
  changes: z.array(
    z.object({
      kind: z.enum(['added', 'changed', 'gone']),
      line: z.number().nullable(),
      gridName: z.string(),
      label: z.string(),
      /** Names of what changes, for a screen to put into words. */
      fields: z.array(z.string()),
      kept: z.boolean(),
    }),
  ),
})
const done = z.object({ id: z.string(), thing: things, state: z.string(), counts })
const imported = done.extend({
  person: z.string(),
  triedAt: time,
  appliedAt: time.nullable(),
  undoneAt: time.nullable(),
})
const params = z.object({ id: z.uuid() })
const options = z.object({ removeGone: z.boolean().default(false) }).nullish()
const asked = z.object({
  datum: z.enum(datums).default('wgs84'),
  mapping: z.string().max(8000).default('{}'),
  sheet: z.string().max(64).optional(),
})

export type ImportAnswer = z.output<typeof dryRun>
export type ImportedList = { items: z.output<typeof imported>[] }
export type ImportDone = z.output<typeof done>

export function importRoutes(app: App, deps: ImportDeps): void {
  const { store } = deps
  app.register(async (scope) => tryRoute(scope as App, deps))
  app.get('/api/register/imports', { schema: { tags: ['register'], response: { 200: listOf(imported) } } }, async (request) => {
    const actor = permit(request, 'register.import')
    const rows = await store.act(actor, (tx) =>
      tx
        .selectFrom('register_import')
        .selectAll()
        .where('state', 'in', ['applied', 'undone'])
        .orderBy('applied_at', 'desc')
        .limit(50)
        .execute(),
    )
    const items = rows.map(({ id, state, person, counts, ...r }) => ({
      ...{ id, thing: r.thing, state, person, counts: { kept: 0, removed: 0, ...counts }, triedAt: chinaTime(r.tried_at) },
      ...{ appliedAt: chinaTimeOrNull(r.applied_at), undoneAt: chinaTimeOrNull(r.undone_at) },
    }))
    return { items, nextCursor: null }
  })
  app.post(
    '/api/register/imports/:id/apply',
    { schema: { tags: ['register'], params, body: options, response: { 200: done } } },
    async (request, reply) => {
      const { id } = request.params
      const actor = permit(request, 'register.import')
      return answerWatched(request, reply, async (watch) => {
        const { thing, counts } = await applyImport(deps, actor, id, request.body ?? { removeGone: false }, watch)
        return { id, thing, state: 'applied', counts: { kept: 0, removed: 0, ...counts } }
      })
    },
  )
  app.post('/api/register/imports/:id/undo', { schema: { tags: ['register'], params, response: { 200: done } } }, async (request) => {
    const { id } = request.params
    const { thing, counts } = await undoImport(deps, permit(request, 'register.import'), id)
    return { id, thing, state: 'undone', counts: { kept: 0, removed: 0, ...counts } }
  })
}

/** In a scope of its own: here any content type is the bytes of a file. */
function tryRoute(app: App, deps: ImportDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largest }, (_, body, done) => done(null, body))
  // Who may not is turned away before a byte of the file is taken.
  app.addHook('onRequest', async (request) => void permit(request, 'register.import'))
  const fileOf = ({ body }: { body: unknown }): Buffer => {
    if (!Buffer.isBuffer(body) || body.length === 0) throw new Problem('malformed', '没有收到文件', 'the body is the file itself')
    return body
  }
  app.post(
    '/api/register/imports',
    {
      bodyLimit: largest,
      schema: {
        tags: ['register'],
        summary:
          'Try a sheet of households, staff, points, shelters or groups (XLSX, CSV) or outlines of grids (GeoJSON, zipped Shapefile): what is wrong with it, and what it would change. Nothing is changed. With Accept: application/x-ndjson every step is told.',
        querystring: asked,
        response: { 200: dryRun },
      },
    },
    async (request, reply) => {
      const [actor, file, mapping] = [permit(request, 'register.import'), fileOf(request), readMapping(request.query.mapping)]
      return answerWatched(request, reply, async (watch) => {
        const run = await tryFile(deps, actor, file, { ...request.query, mapping }, watch)
        const counts = run.counts && { kept: 0, removed: 0, ...run.counts }
        return { ...run, counts, problems: run.problems.map((p) => ({ ...p, ...wordsOf(p.code) })) }
      })
    },
  )
  app.post(
    '/api/register/imports/marked',
    {
      bodyLimit: largest,
      schema: { tags: ['register'], summary: 'The same file as XLSX, what is wrong marked in it. Nothing is kept.', querystring: asked },
    },
    async (request, reply) => {
      const actor = permit(request, 'register.import')
      const sheet = await markSheet(
        deps.register,
        actor,
        fileOf(request),
        request.query.datum,
        householdFields(readMapping(request.query.mapping)),
        unwatched,
      )
      return reply.type(xlsxType).send(Readable.from(writeXlsx(sheet)))
    },
  )
}

/** What a file is about is seen from the file; of a workbook one sheet is read at a time. */
async function tryFile(deps: ImportDeps, actor: Actor, file: Buffer, { datum, sheet, mapping }: Asked, watch: ImportWatch) {
  if (await isGridFile(file)) return { thing: 'grids' as const, ...(await tryGrids(deps, actor, file, datum, mapping, watch)) }
  const table = await readTable(file, anyHeadings, sheet)
  const thing = thingOf(table)
  if (thing !== 'households') return { thing, ...(await tryThings(deps, actor, thing, table, datum, mapping, watch)) }
  return { thing, ...(await tryImport(deps, actor, table, datum, householdFields(mapping), watch)) }
}

const mappingShape = z.record(z.string().max(200), z.enum(allFields))
type Mapping = z.output<typeof mappingShape>
type Asked = Omit<z.output<typeof asked>, 'mapping'> & { mapping: Mapping }
const isHouseholdField = (field: string): field is ImportField => (importFields as readonly string[]).includes(field)
const householdFields = (mapping: Mapping): Record<string, ImportField> =>
  Object.fromEntries(Object.entries(mapping).flatMap(([heading, field]) => (isHouseholdField(field) ? [[heading, field]] : [])))
function readMapping(text: string): Mapping {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  const read = mappingShape.safeParse(value)
  if (!read.success)
    throw new Problem('malformed', '表头对照读不懂', 'mapping is JSON: {"heading": "field"}', [
      { path: 'mapping', message: allFields.join(', ') },
    ])
  return read.data
}

function wordsOf(code: keyof typeof problemWords) {
  const [what, next, whatEn, nextEn] = problemWords[code]
  return { what: { zh: what, en: whatEn }, next: { zh: next, en: nextEn } }
}
