import { z } from 'zod'
import type { AlertDeps } from '../alerts/describe-alert.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { readStory, reportStory, tellStory } from './read-series.js'
import { type AudienceReport, nameOfPhase, type Report, readAloud } from './report.js'
import { renderReport } from './report-page.js'

const count = z.number()
const figure = z.object({ households: count, people: count })
const when = time.nullable()
const audienceShape = z
  .object({
    title: z.string(),
    issuedAt: when,
    issuedByName: z.string().nullable(),
    planned: count,
    people: count,
    unreachable: count,
    firstAcceptedAt: when,
    lastAcceptedAt: when,
    answered: count,
    byDeputy: count,
    byGrade: z.object({ listened: count, pressed: count, stated: count }),
    askedForHelp: count,
    reach: z.object({ told: count, notTold: count, unknown: count, at: when }).nullable(),
  })
  .nullable()
const reportShape = z.object({
  alertId: z.string(),
  seriesId: z.string(),
  exercise: z.boolean(),
  title: z.string(),
  level: z.string().nullable(),
  placeName: z.string(),
  station: z.string(),
  sentAt: when,
  warnedAt: when,
  staff: audienceShape,
  residents: audienceShape,
  notWoken: count,
  knocks: z.object({ opened: count, done: count }),
  evacuation: z
    .object({
      orderedAt: when,
      orderedByName: z.string().nullable(),
      planned: figure,
      plannedArrived: figure,
      moved: figure,
      told: figure,
      left: figure,
      arrived: figure,
      unverified: figure,
      refused: count,
      talkedRound: count,
      added: figure,
      corrected: count,
      allInAt: when,
      returned: figure,
    })
    .nullable(),
  points: z.object({ watched: count, looks: count }),
  groups: z.object({ total: count, posted: count }),
  help: z.object({ asked: count, answered: count }),
  safe: count,
  liftedAt: when,
  allClearAt: when,
  calledOffAt: when,
  phase: z.enum(['first', 'further', 'final']),
  phaseName: z.string(),
  /** Five lines to read aloud on the telephone. */
  aloud: z.array(z.string()),
})
const timelineShape = z.object({
  items: z.array(z.object({ position: count, at: time, event: z.string(), text: z.string(), textEn: z.string(), person: z.string() })),
  nextCursor: z.string().nullable(),
})

interface ReportDeps extends AlertDeps {
  store: Store
  registerKind: 'sample' | 'live'
}

/** What happened, from the journal: line by line, and on one page. */
export function reportRoutes(app: App, deps: ReportDeps): void {
  const params = z.object({ id: z.string().min(1).max(80) })
  app.get(
    '/api/alerts/:id/timeline',
    {
      schema: {
        tags: ['alerts'],
        params,
        querystring: z.object({
          cursor: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(5000).default(1000),
          /** true: the last `limit` lines instead of the first; what a live column shows. */
          newest: z.stringbool().default(false),
        }),
        response: { 200: timelineShape },
      },
    },
    (request) =>
      deps.store.act(permit(request, 'read'), async (tx) => {
        const { cursor = 0, limit, newest } = request.query
        const lines = tellStory(await readStory(tx, request.params.id), deps.register.snapshot()).filter((l) => l.position > cursor)
        const shown = newest ? lines.slice(-limit) : lines.slice(0, limit)
        const items = shown.map((l) => ({ ...l, at: chinaTime(l.at) }))
        return { items, nextCursor: !newest && lines.length > limit ? String(items.at(-1)!.position) : null }
      }),
  )
  app.get('/api/alerts/:id/report', { schema: { tags: ['alerts'], params } }, async (request, reply) => {
    const actor = permit(request, 'read')
    const { story, told, viewer } = await deps.store.act(actor, async (tx) => {
      const found = await readStory(tx, request.params.id)
      const person = await tx.selectFrom('person').select('name').where('id', '=', actor.person).executeTakeFirst()
      const made = await reportStory(tx, found, deps.register.snapshot(), deps.clock.now())
      return { story: found, told: made, viewer: person?.name ?? '' }
    })
    const names = (id: string) => story.names.get(id) ?? ''
    if (request.headers.accept?.includes('text/html')) {
      const context = { ...told.context, sample: deps.registerKind === 'sample', names, viewer }
      const lines = tellStory(story, deps.register.snapshot()).filter((l) => l.event !== 'answer.received')
      return reply.type('text/html; charset=utf-8').send(renderReport(told.report, context, lines))
    }
    // Two kinds of answer on one address: the shape is checked here rather than by the route.
    return reply.send(reportShape.parse(viewReport(story.alert.id, told.report, told.context, names)))
  })
}

function viewReport(
  alertId: string,
  report: Report,
  context: { placeName: string; station: string; sentAt: Date | null; now: Date },
  names: (id: string) => string,
): z.input<typeof reportShape> {
  const audience = (a: AudienceReport | null) => {
    if (!a) return null
    const { issuedBy, issuedAt, firstAcceptedAt, lastAcceptedAt, reach, ...rest } = a
    return {
      ...rest,
      issuedAt: chinaTimeOrNull(issuedAt),
      firstAcceptedAt: chinaTimeOrNull(firstAcceptedAt),
      lastAcceptedAt: chinaTimeOrNull(lastAcceptedAt),
      reach: reach && { ...reach, at: chinaTimeOrNull(reach.at) },
      issuedByName: issuedBy ? names(issuedBy) : null,
    }
  }
  const { evacuation: e } = report
  return {
    ...report,
    alertId,
    placeName: context.placeName,
    station: context.station,
    sentAt: chinaTimeOrNull(context.sentAt),
    warnedAt: chinaTimeOrNull(report.warnedAt),
    staff: audience(report.staff),
    residents: audience(report.residents),
    evacuation: e && {
      ...e,
      orderedAt: chinaTimeOrNull(e.orderedAt),
      allInAt: chinaTimeOrNull(e.allInAt),
      orderedByName: e.orderedBy ? names(e.orderedBy) : null,
    },
    liftedAt: chinaTimeOrNull(report.liftedAt),
    allClearAt: chinaTimeOrNull(report.allClearAt),
    calledOffAt: chinaTimeOrNull(report.calledOffAt),
    phaseName: nameOfPhase(report.phase),
    aloud: readAloud(report, context),
  }
}
