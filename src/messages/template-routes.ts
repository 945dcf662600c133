import { Readable } from 'node:stream'
import { z } from 'zod'
import { type App, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { relations } from '../register/register.js'
import { writeCsv, writeXlsx, xlsxType } from '../register/sheet/write-sheet.js'
import { channels, languages } from './channel.js'
import { filingName, filingSheet } from './filing-sheet.js'
import { type Fit, misfits } from './fit-words.js'
import { audiences, origins, purposes } from './template-file.js'
import type { Preview, PreviewRequest, WordBook } from './words.js'

const summaryShape = z.object({
  id: z.string(),
  file: z.string(),
  audience: z.enum(audiences),
  channels: z.array(z.enum(channels)),
  language: z.enum(languages),
  origins: z.array(z.enum(origins)),
  purpose: z.enum(purposes),
  relations: z.array(z.enum(relations)),
  exercise: z.boolean(),
  note: z.string(),
  filed: z
    .object({ channel: z.enum(['sms', 'voice']), text: z.string(), variables: z.array(z.string()), code: z.string().nullable() })
    .nullable(),
  source: z.string(),
  /** As it is called in the carrier's list. */
  name: z.string(),
  nameEn: z.string(),
  eventName: z.object({ zh: z.string(), en: z.string() }),
  level: z.string(),
  example: z.object({ text: z.string(), characters: z.number(), segments: z.number() }),
})
const sheets = {
  xlsx: { type: xlsxType, write: writeXlsx },
  csv: { type: 'text/csv; charset=utf-8', write: writeCsv },
} as const
const moment = time.nullable().default(null)
const previewBody = z.object({
  origin: z.enum(origins),
  purpose: z.enum(purposes).default('warn'),
  kind: z.enum(['actual', 'exercise']).default('actual'),
  event: z.string().min(1).max(60),
  level: z.string().max(20).nullable(),
  audience: z.enum(audiences),
  channels: z.array(z.enum(channels)).optional(),
  languages: z.array(z.enum(languages)).optional(),
  facts: z.object({
    station: z.string().max(200).default(''),
    issuedAt: moment,
    until: moment,
    headline: z.string().max(500).default(''),
    community: z.string().max(100).optional(),
    grid: z.string().max(100).optional(),
    shelter: z.string().max(100).optional(),
    helper: z.string().max(100).optional(),
    ownText: z.string().max(2000).optional(),
  }),
})
export const previewShape = z.object({
  channel: z.enum(channels),
  language: z.enum(languages),
  relation: z.enum(relations),
  text: z.string(),
  template: z.string(),
  segments: z.number(),
  characters: z.number(),
  cut: z.array(z.string()),
})

const count = z.number().int().min(0)
export const fitShape = z.object({
  template: z.string(),
  variable: z.string().nullable(),
  ...{ used: count, most: count, characters: count, segments: count },
  problems: z.array(z.object({ code: z.enum(misfits), zh: z.string(), en: z.string() })),
  closest: z.object({ ownText: z.string(), text: z.string(), template: z.string(), characters: count, segments: count }).nullable(),
})

interface Deps {
  words: WordBook
  /** Who we are in every text. */
  subdistrict: string
  hotline: string
}

/** How a text would look and sound, and whether what an officer wrote fits the filed SMS. */
export const previewOwn = (words: WordBook, request: PreviewRequest): { items: Preview[]; fit: Fit | null } => ({
  items: words.preview(request),
  fit: request.facts.ownText ? words.fit(request) : null,
})

/** GET /api/templates, its filing sheet (what stands in templates/, and what is to be filed with the carrier), POST /api/words/preview. */
export function templateRoutes(app: App, { words, subdistrict, hotline }: Deps): void {
  app.get(
    '/api/templates',
    { schema: { response: { 200: z.object({ items: z.array(summaryShape), nextCursor: z.null() }) } } },
    async (request) => {
      permit(request, 'read')
      return {
        items: words.examples({ subdistrict, hotline }).map((one) => ({ ...one, name: filingName(one), nameEn: filingName(one, 'en') })),
        nextCursor: null,
      }
    },
  )

  app.get(
    '/api/templates/filing-sheet',
    {
      schema: {
        summary: 'Every text that a carrier has to approve, in the fields of its form.',
        querystring: z.object({ format: z.enum(['xlsx', 'csv']).default('xlsx') }),
      },
    },
    async (request, reply) => {
      permit(request, 'read')
      const { format } = request.query
      const sheet = filingSheet(words.examples({ subdistrict, hotline }), subdistrict)
      return reply
        .type(sheets[format].type)
        .header('content-disposition', `attachment; filename="filing-sheet.${format}"`)
        .send(Readable.from(sheets[format].write(sheet)))
    },
  )

  app.post(
    '/api/words/preview',
    {
      schema: {
        body: previewBody,
        response: { 200: z.object({ items: z.array(previewShape), fit: fitShape.nullable(), nextCursor: z.null() }) },
      },
    },
    async (request) => {
      permit(request, 'alert.draft')
      const { facts, channels: only, languages: tongues, ...ask } = request.body
      const date = (at: string | null) => (at === null ? null : new Date(at))
      const { issuedAt, until, community, grid, shelter, helper, ownText, ...rest } = facts
      const optional = {
        ...(community && { community }),
        ...(grid && { grid }),
        ...(shelter && { shelter }),
        ...(helper && { helper }),
        ...(ownText && { ownText }),
      }
      const asked = { ...ask, facts: { ...rest, ...optional, subdistrict, hotline, issuedAt: date(issuedAt), until: date(until) } }
      return {
        ...previewOwn(words, { ...asked, ...(only && { channels: only }), ...(tongues && { languages: tongues }) }),
        nextCursor: null,
      }
    },
  )
}
