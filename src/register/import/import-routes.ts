import { z } from 'zod'
import { datums } from '../../base/datum.js'
import { Problem } from '../../base/problem.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, time } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import { importFields } from './headings.js'
import { problemWords } from './problems.js'
import { applyImport, type ImportDeps, tryImport, undoImport } from './run-import.js'

const largest = 48 * 1024 * 1024

const counts = z.object({
  rows: z.number(),
  taken: z.number(),
  leftOut: z.number(),
  problems: z.number(),
  added: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  gone: z.number(),
})
const words = z.object({ zh: z.string(), en: z.string() })
const dryRun = z.object({
  id: z.string().nullable(),
  encoding: z.string(),
  columns: z.array(z.object({ heading: z.string(), field: z.enum(importFields).nullable() })),
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
      fields: z.array(z.enum(['head', 'people', 'phones', 'tags', 'position', 'atHome'])),
    }),
  ),
})
const done = z.object({ id: z.string(), state: z.string(), counts })
const imported = done.extend({
  person: z.string(),
  triedAt: time,
  appliedAt: time.nullable(),
  undoneAt: time.nullable(),
})
const params = z.object({ id: z.uuid() })

export type ImportAnswer = z.output<typeof dryRun>
export type ImportedList = { items: z.output<typeof imported>[] }
export type ImportDone = z.output<typeof done>

export function importRoutes(app: App, deps: ImportDeps): void {
  const { store } = deps
  app.register(async (scope) => tryRoute(scope as App, deps))
  app.get('/api/register/imports', { schema: { tags: ['register'], response: { 200: listOf(imported) } } }, async (request) => {
    const actor = permit(request, 'register.import')
    const rows = await store.act(actor, (tx) =>
      tx.selectFrom('register_import').selectAll().where('state', '<>', 'tried').orderBy('applied_at', 'desc').limit(50).execute(),
    )
    const items = rows.map(({ id, state, person, counts, ...r }) => ({
      ...{ id, state, person, counts, triedAt: chinaTime(r.tried_at) },
      ...{ appliedAt: chinaTimeOrNull(r.applied_at), undoneAt: chinaTimeOrNull(r.undone_at) },
    }))
    return { items, nextCursor: null }
  })
  app.post('/api/register/imports/:id/apply', { schema: { tags: ['register'], params, response: { 200: done } } }, async (request) => {
    const { id } = request.params
    return { id, state: 'applied', counts: await applyImport(deps, permit(request, 'register.import'), id) }
  })
  app.post('/api/register/imports/:id/undo', { schema: { tags: ['register'], params, response: { 200: done } } }, async (request) => {
    const { id } = request.params
    return { id, state: 'undone', counts: await undoImport(deps, permit(request, 'register.import'), id) }
  })
}

/** In a scope of its own: here any content type is the bytes of a file. */
function tryRoute(app: App, deps: ImportDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largest }, (_, body, done) => done(null, body))
  // Who may not is turned away before a byte of the file is taken.
  app.addHook('onRequest', async (request) => void permit(request, 'register.import'))
  app.post(
    '/api/register/imports',
    {
      bodyLimit: largest,
      schema: {
        tags: ['register'],
        summary: 'Try a CSV of households: what is wrong with it, and what it would change. Nothing is changed.',
        querystring: z.object({ datum: z.enum(datums).default('wgs84'), mapping: z.string().max(8000).default('{}') }),
        response: { 200: dryRun },
      },
    },
    async (request) => {
      const actor = permit(request, 'register.import')
      if (!Buffer.isBuffer(request.body) || request.body.length === 0)
        throw new Problem('malformed', '没有收到文件', 'the body is the file itself')
      const run = await tryImport(deps, actor, request.body, request.query.datum, readMapping(request.query.mapping))
      return { ...run, problems: run.problems.map((p) => ({ ...p, ...wordsOf(p.code) })) }
    },
  )
}

const mappingShape = z.record(z.string().max(200), z.enum(importFields))
function readMapping(text: string): z.output<typeof mappingShape> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  const read = mappingShape.safeParse(value)
  if (!read.success)
    throw new Problem('malformed', '表头对照读不懂', 'mapping is JSON: {"heading": "field"}', [
      { path: 'mapping', message: importFields.join(', ') },
    ])
  return read.data
}

function wordsOf(code: keyof typeof problemWords) {
  const [what, next, whatEn, nextEn] = problemWords[code]
  return { what: { zh: what, en: whatEn }, next: { zh: next, en: nextEn } }
}
