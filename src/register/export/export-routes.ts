import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Store } from '../../base/store/store.js'
import { type App, chinaTime } from '../../base/web.js'
import { record } from '../../journal/journal.js'
import { can, permit } from '../../people/permissions.js'
import { writeCsv, writeXlsx, xlsxType } from '../sheet/write-sheet.js'
import type { Register } from '../snapshot.js'
import { exportHouseholds } from './export-households.js'

const kinds = {
  xlsx: { type: xlsxType, write: writeXlsx },
  csv: { type: 'text/csv; charset=utf-8', write: writeCsv },
} as const

/** The register taken along. Names and numbers are open for who may see them; either way the journal says who took how many. */
export function exportRoutes(app: App, { store, register }: { store: Store; register: Register }): void {
  app.get(
    '/api/register/export',
    {
      schema: {
        tags: ['register'],
        summary: 'Households of one’s area as a sheet, in the headings that the import knows.',
        querystring: z.object({ format: z.enum(['xlsx', 'csv']).default('xlsx') }),
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'register.export')
      const { format } = request.query
      const sealed = can(actor, 'register.see-sealed')
      const sheet = exportHouseholds(register.snapshot(), register.directory(), actor.scope, sealed)
      await store.act(actor, (tx) =>
        record(tx, {
          event: 'register.exported',
          place: actor.scope,
          thing: { type: 'register', id: actor.scope },
          data: { households: sheet.count, format, sealed },
        }),
      )
      const day = chinaTime(new Date()).slice(0, 10)
      return reply
        .type(kinds[format].type)
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="households-${day}.${format}"`)
        .send(Readable.from(kinds[format].write(sheet)))
    },
  )
}
