import { z } from 'zod'
import type { Clock } from '../base/clock.js'
import { Problem } from '../base/problem.js'
import { type App, chinaTime, problemShape, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import type { Gazetteer } from '../register/gazetteer.js'
import { bulletinProblemShape, levels } from './bulletin.js'
import type { EventTable } from './event-table.js'
import type { Ingest } from './ingest.js'
import { ingested } from './ingest-routes.js'
import { checkEntry } from './manual/enter-manual.js'
import { acts, longestText, manualEntrySchema } from './manual/manual.js'
import { issuerOf } from './manual/read-manual.js'
import { readPasted } from './manual/read-pasted.js'

const pieceOf = <T extends z.ZodType>(value: T) =>
  z.object({ value, at: z.number().nullable(), end: z.number().nullable(), sure: z.enum(['sure', 'likely', 'guess']) })
const town = z.object({ name: z.string(), code: z.string().nullable() })
const pasted = z.object({
  at: z.number(),
  end: z.number(),
  issuers: z.array(pieceOf(z.string())),
  issuedAt: pieceOf(time).nullable(),
  act: pieceOf(z.enum(acts)).nullable(),
  event: pieceOf(z.string()).nullable(),
  level: pieceOf(z.enum(levels)).nullable(),
  district: pieceOf(z.string()).nullable(),
  towns: z.array(pieceOf(town)),
  until: pieceOf(time).nullable(),
  exercise: pieceOf(z.boolean()),
  parts: z.array(
    z.object({ level: z.enum(levels).nullable(), before: z.enum(levels).nullable(), rest: z.boolean(), towns: z.array(town) }),
  ),
  problems: z.array(bulletinProblemShape),
})
const choices = z.object({ events: z.array(z.string()), district: town.nullable(), towns: z.array(town), now: time })

export interface ManualRouteDeps {
  ingest: Ingest
  events: EventTable
  gazetteer: () => Gazetteer
  clock: Clock
}

/** 补录: a message from WeChat, a fax or a telephone call is read, shown for correction, signed by an officer and taken like any other. */
export function manualRoutes(app: App, { ingest, events, gazetteer, clock }: ManualRouteDeps): void {
  app.get('/api/bulletins/manual/choices', { schema: { response: { 200: choices } } }, async (request) => {
    const home = permit(request, 'bulletin.sign').scope.slice(0, 6)
    const names = gazetteer()
    const named = (code: string) => ({ name: names.nameOf(code) ?? code, code })
    return {
      events: events.names,
      district: home.length === 6 ? named(home) : null,
      towns: names.townsOf(home).map(named),
      now: chinaTime(clock.now()),
    }
  })

  app.post(
    '/api/bulletins/manual/read',
    {
      schema: {
        summary: 'Read a pasted message: every field with the piece of text it was read from',
        body: z.strictObject({ text: z.string().trim().min(1).max(longestText) }),
        response: { 200: z.object({ messages: z.array(pasted) }), 400: problemShape, 403: problemShape },
      },
    },
    async (request) => {
      const actor = permit(request, 'bulletin.sign')
      return { messages: readPasted(request.body.text, { events, gazetteer: gazetteer(), receivedAt: clock.now(), home: actor.scope }) }
    },
  )

  app.post(
    '/api/bulletins/manual',
    {
      schema: {
        summary: 'Enter a warning by hand: the officer signs for every field',
        body: manualEntrySchema.omit({ by: true, enteredAt: true }),
        response: { 202: ingested, 400: problemShape, 403: problemShape, 422: problemShape },
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'bulletin.sign')
      const now = clock.now()
      checkEntry(request.body, now)
      const entry = { ...request.body, by: actor.person, enteredAt: chinaTime(now) }
      const { outcome, ...result } = await ingest.ingest({
        dialect: 'manual',
        raw: Buffer.from(JSON.stringify(entry, null, 1)),
        contentType: 'application/json',
        via: 'manual',
        feedId: null,
        place: actor.scope.slice(0, 9),
        standing: 'authority',
        actor,
        entered: { source: entry.source, heardAt: entry.heardAt, issuer: issuerOf(entry.fields), from: entry.from },
      })
      if (outcome === 'unreadable')
        throw new Problem('unreadable', result.reason ?? '补录没有读懂', '', [], { bulletinId: result.bulletinId })
      return reply.code(202).send({ ...result, outcome })
    },
  )
}
