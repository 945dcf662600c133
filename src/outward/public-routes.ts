import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readRevisions, readWarningFacts } from '../alerts/alert-store.js'
import { notFound } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, time } from '../base/web.js'
import { record, watchJournal } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { homeName } from '../register/home.js'
import { levels } from '../warnings/warning.js'
import { adviceFor } from './advice.js'
import { type CapContext, identifierOf, type PublishedAlert, renderAtom, renderCap } from './cap-out.js'
import { readPublicAlerts } from './outward-store.js'
import { type PublicPage, readPublicPage } from './public-data.js'
import { renderPublicPage } from './public-page.js'
import type { Language } from './say-time.js'
import { type ReplyDeps, readCaller, takeReply } from './take-reply.js'

interface PublicRouteDeps extends ReplyDeps {
  store: Store
  publicUrl: string
}

/** Answers of the last moments are kept: a city that opens the page at once asks the store once. */
const keepMs = 3000

export function publicRoutes(app: App, deps: PublicRouteDeps): void {
  const read = keepFresh(() => deps.store.system((tx) => readPublicPage(tx, deps)))
  app.addHook('onClose', async () => read.stop())
  app.get('/', { schema: { hide: true, querystring: z.object({ lang: z.string().max(10).optional() }) } }, async (request, reply) => {
    const language = chooseLanguage(request.query.lang, request.headers['accept-language'])
    const page = renderPublicPage({ ...(await read.value()), now: deps.clock.now() }, language)
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').header('vary', 'accept-language').send(page)
  })
  app.get('/api/public', { schema: { tags: ['public'], security: [], response: { 200: publicShape } } }, async () => {
    const page = await read.value()
    return viewPublic({ ...page, now: deps.clock.now() })
  })
  replyRoutes(app, deps, read.value)
  capRoutes(app, deps)
}

function replyRoutes(app: App, deps: PublicRouteDeps, read: () => Promise<PublicPage>): void {
  // Plain forms are read here and nowhere else: the API takes JSON only.
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 8192 }, (_, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const field = (most: number) => z.string().trim().max(most).default('')
    const form = z.object({ answer: z.enum(['safe', 'help']), community: field(20), where: field(120), name: field(40), phone: field(20) })
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/safe',
      {
        schema: { hide: true, body: form, querystring: z.object({ lang: z.string().max(10).optional() }) },
        config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
      },
      async (request, reply) => {
        await deps.store.system((tx) => takeReply(tx, deps, request.body))
        const language = chooseLanguage(request.query.lang, request.headers['accept-language'])
        const page = { ...(await read()), now: deps.clock.now() }
        return reply.type('text/html; charset=utf-8').send(renderPublicPage(page, language, request.body.answer))
      },
    )
  })
  app.get(
    '/api/help/:taskId',
    {
      schema: {
        tags: ['field'],
        params: z.object({ taskId: z.string().max(80) }),
        response: { 200: z.object({ taskId: z.string(), name: z.string(), phone: z.string(), where: z.string() }) },
      },
    },
    (request) =>
      deps.store.act(permit(request, 'register.see-sealed'), async (tx) => {
        const { taskId } = request.params
        const caller = await readCaller(tx, deps.seal, taskId)
        if (!caller) throw notFound('求助', taskId)
        const { place, ...shown } = caller
        await record(tx, { event: 'sealed.seen', place, thing: { type: 'task', id: taskId } })
        return { taskId, ...shown }
      }),
  )
}

function capRoutes(app: App, deps: PublicRouteDeps): void {
  const context = (): CapContext => ({
    snapshot: deps.register.snapshot(),
    publicUrl: deps.publicUrl.replace(/\/$/, ''),
    sample: deps.registerKind === 'sample',
  })
  const published = () =>
    deps.store.system(async (tx): Promise<PublishedAlert[]> => {
      const alerts = await readPublicAlerts(tx, new Date(deps.clock.now().getTime() - 24 * 3_600_000))
      const revisions = await readRevisions(
        tx,
        alerts.map((a) => a.id),
      )
      const list: PublishedAlert[] = []
      for (const alert of alerts) {
        const source = alert.warningId && alert.origin === 'relay' ? await readWarningFacts(tx, alert.warningId) : null
        list.push({ alert, revisions: revisions.filter((r) => r.alertId === alert.id), source })
      }
      return list.filter((p) => p.revisions.length > 0)
    })
  app.get('/cap/atom.xml', { schema: { hide: true } }, async (_, reply) => {
    const list = await published()
    const placeName = homeName(context().snapshot)
    return reply.type('application/atom+xml; charset=utf-8').send(renderAtom(list, { ...context(), now: deps.clock.now(), placeName }))
  })
  app.get('/cap/:name', { schema: { hide: true, params: z.object({ name: z.string().max(160) }) } }, async (request, reply) => {
    const identifier = request.params.name.replace(/\.xml$/, '')
    for (const one of await published()) {
      const revision = one.revisions.find((r) => identifierOf(one.alert, r, one.revisions[0]!) === identifier)
      if (revision) return reply.type('application/cap+xml; charset=utf-8').send(renderCap(one, revision, context()))
    }
    throw notFound('预警信息', identifier)
  })
}

export function chooseLanguage(asked: string | undefined, accepted: string | undefined): Language {
  if (asked === 'zh' || asked === 'en') return asked
  // The first language the browser names decides; whoever names none reads Chinese.
  return /^\s*en\b/i.test(accepted ?? '') ? 'en' : 'zh'
}

/** One reading shared by everybody for a moment; a change in this process ends it at once. */
function keepFresh<T>(read: () => Promise<T>): { value: () => Promise<T>; stop: () => void } {
  let kept: { at: number; value: Promise<T> } | null = null
  const stop = watchJournal(() => {
    kept = null
  })
  return {
    stop,
    value() {
      if (kept && performance.now() - kept.at < keepMs) return kept.value
      const fresh = { at: performance.now(), value: read() }
      kept = fresh
      fresh.value.catch(() => {
        if (kept === fresh) kept = null
      })
      return fresh.value
    },
  }
}

const publicShape = z.object({
  now: time,
  placeName: z.string(),
  hotline: z.string(),
  sample: z.boolean(),
  alerts: z.array(
    z.object({
      identifier: z.string(),
      title: z.string(),
      titleEn: z.string(),
      event: z.string(),
      origin: z.enum(['relay', 'notice']),
      level: z.enum(levels).nullable(),
      station: z.string(),
      issuedAt: time,
      until: time.nullable(),
      text: z.string().nullable(),
      grids: z.array(z.string()),
      communities: z.array(z.string()),
      advice: z.object({ zh: z.array(z.string()), en: z.array(z.string()) }),
    }),
  ),
  ended: z.array(z.object({ title: z.string(), station: z.string(), at: time, calledOff: z.boolean() })),
  shelters: z.array(
    z.object({ name: z.string(), address: z.string(), lon: z.number(), lat: z.number(), places: z.number(), free: z.number() }),
  ),
})

const viewPublic = (page: PublicPage): z.input<typeof publicShape> => ({
  now: chinaTime(page.now),
  placeName: page.placeName,
  hotline: page.hotline,
  sample: page.sample,
  alerts: page.alerts.map(({ seriesId: _, ...a }) => ({
    ...a,
    issuedAt: chinaTime(a.issuedAt),
    until: chinaTimeOrNull(a.until),
    advice: { zh: [...adviceFor(a.event, 'zh')], en: [...adviceFor(a.event, 'en')] },
  })),
  ended: page.ended.map((e) => ({ ...e, at: chinaTime(e.at) })),
  shelters: page.shelters,
})
