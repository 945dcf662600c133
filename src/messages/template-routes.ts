import { z } from 'zod'
import { type App, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { relations } from '../register/register.js'
import { channels, languages } from './channel.js'
import { audiences, origins, purposes } from './template-file.js'
import type { WordBook } from './words.js'

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
})
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
const previewShape = z.object({
  channel: z.enum(channels),
  language: z.enum(languages),
  relation: z.enum(relations),
  text: z.string(),
  template: z.string(),
  segments: z.number(),
  characters: z.number(),
  cut: z.array(z.string()),
})

interface Deps {
  words: WordBook
  /** Who we are in every text. */
  subdistrict: string
  hotline: string
}

/** GET /api/templates (what stands in templates/, and what is to be filed with the carrier), POST /api/words/preview. */
export function templateRoutes(app: App, { words, subdistrict, hotline }: Deps): void {
  app.get(
    '/api/templates',
    { schema: { response: { 200: z.object({ items: z.array(summaryShape), nextCursor: z.null() }) } } },
    async (request) => {
      permit(request, 'read')
      return { items: words.list(), nextCursor: null }
    },
  )

  app.post(
    '/api/words/preview',
    { schema: { body: previewBody, response: { 200: z.object({ items: z.array(previewShape), nextCursor: z.null() }) } } },
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
      const items = words.preview({
        ...ask,
        ...(only && { channels: only }),
        ...(tongues && { languages: tongues }),
        facts: { ...rest, ...optional, subdistrict, hotline, issuedAt: date(issuedAt), until: date(until) },
      })
      return { items, nextCursor: null }
    },
  )
}
