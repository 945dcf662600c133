import net from 'node:net'
import { fastifySSE } from '@fastify/sse'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { type KyselyPlugin, sql } from 'kysely'
import t, { type Test } from 'tap'
import { type Store, systemActor } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { eventRoutes, mostWaiting } from '../../../src/http/event-routes.js'
import { type LiveStream, type News, openLiveStream } from '../../../src/http/live-stream.js'
import { record } from '../../../src/journal/journal.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

const place = '500154002'
const quiet = { info() {}, warn() {}, error() {}, debug() {} }
const kind = testDatabaseUrl ? 'postgres' : 'embedded'

async function openEvents(t: Test, store: Store, live: LiveStream): Promise<number> {
  const app = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(fastifySSE, { heartbeatInterval: 0 })
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request) => {
    request.actor = { ...systemActor, scope: place }
  })
  eventRoutes(app, { store, live })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  return (app.server.address() as { port: number }).port
}

/** A bare socket: it reads when it is let, as a phone with two bars of signal. */
function listen(port: number, lastEventId?: number) {
  const ids: number[] = []
  let said = ''
  const socket = net.connect(port, '127.0.0.1')
  const client = { ids, socket, ended: false, hello: false }
  const resume = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`
  socket.write(`GET /api/events HTTP/1.1\r\nHost: yinshi\r\nAccept: text/event-stream\r\n${resume}\r\n`)
  socket.on('data', (piece) => {
    said += piece
    client.hello ||= said.includes('event: hello')
    const whole = said.lastIndexOf('\n\n')
    if (whole < 0) return
    for (const [, id] of said.slice(0, whole).matchAll(/^id: (\d+)$/gm)) ids.push(Number(id))
    said = said.slice(whole)
  })
  const end = () => {
    client.ended = true
  }
  socket.on('error', end).on('close', end)
  return client
}

t.test('a client that cannot keep up is cut off, and finds the rest in the journal', async (t) => {
  const store = await openTestStore(t, kind)
  const listeners = new Set<(news: News) => void>()
  const live: LiveStream = {
    subscribe(to) {
      listeners.add(to)
      return () => listeners.delete(to)
    },
    stop: async () => {},
  }
  const warnings: string[] = []
  const warned = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))
  const port = await openEvents(t, store, live)

  const half = mostWaiting - 500
  const all = 2 * half
  await store.system((tx) =>
    sql`insert into journal (event, person, place, thing_type, thing_id)
      select 'task.opened', 'system', ${place}, 'task', n::text from generate_series(1, ${all}::int) n`.execute(tx),
  )
  // So much at once that neither system's buffer can take it for a client that does not read.
  const wide = 'x'.repeat(4000)
  const tell = (from: number, to: number) => {
    for (let id = from; id <= to; id++)
      for (const to of listeners) to({ id, event: 'task.opened', place, data: { thing: { type: 'task', id: String(id) }, wide } })
  }
  const [slow, quick] = [listen(port), listen(port)]
  t.teardown(() => quick.socket.destroy())
  await until(() => slow.hello && quick.hello && listeners.size === 2)
  slow.socket.pause()
  tell(1, half)
  await until(() => quick.ids.length === half, 'the quick one has everything')
  t.equal(listeners.size, 2, 'the slow one may be late for a while')
  tell(half + 1, all)
  await until(() => listeners.size === 1, 'the slow one is cut off')
  await until(() => quick.ids.length === all, 'the quick one is not held up by it')
  t.equal(quick.ended, false)
  t.same(warnings, [], 'no pile of listeners')

  slow.socket.resume()
  await until(() => slow.ended)
  t.ok(slow.ids.length < half, 'it read what was on its way, and no more')
  const again = listen(port, slow.ids.at(-1) ?? 0)
  t.teardown(() => again.socket.destroy())
  await until(() => slow.ids.length + again.ids.length >= all, 'it has caught up')
  t.same([...slow.ids, ...again.ids], quick.ids, 'nothing is missing, nothing comes twice')
})

t.test('what is on its way is looked at while it moves, and not otherwise', async (t) => {
  const store = await openTestStore(t, kind)
  let looks = 0
  let progressLooks = 0
  const spy: KyselyPlugin = {
    transformQuery({ node }) {
      const said = JSON.stringify(node)
      if (said.includes('delivery_chunk')) progressLooks++
      else if (said.includes('journal')) looks++
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const watched: Store = { ...store, system: (work) => store.system((tx) => work(tx.withPlugin(spy) as typeof tx)) }
  const live = await openLiveStream(watched, quiet)
  t.teardown(() => live.stop())
  const heard: string[] = []
  const unsubscribe = live.subscribe(({ event }) => heard.push(event))
  t.teardown(unsubscribe)
  const ticks = async (n: number) => {
    const end = looks + n
    await until(() => looks >= end)
  }
  const progress = () => heard.filter((event) => event === 'delivery.progressed').length

  await ticks(3)
  t.equal(progressLooks, 1, 'one look for who has just come')
  await store.system(async (tx) => {
    await sql`insert into alert (id, series_id, place, kind, origin, audience, state, event, title, identifier, created_by)
      values ('a1', 's1', ${place}, 'actual', 'notice', 'residents', 'issued', '暴雨', '', 'a1', 'system')`.execute(tx)
    await sql`insert into alert_revision (id, alert_id, place, revision, purpose, words, hash, issued_by)
      values (1, 'a1', ${place}, 1, 'warn', '{}', '', 'system')`.execute(tx)
    await sql`insert into delivery_chunk (key, place, revision_id, alert_id, revision, channel, lane, size, open)
      values ('k1', ${place}, 1, 'a1', 1, 1, 1, 100, 100)`.execute(tx)
    await record(tx, { event: 'alert.issued', place, thing: { type: 'alert', id: 'a1' } })
  })
  await until(() => progress() === 1, 'an entry says that something is on its way')
  await store.system((tx) => sql`update delivery_chunk set open = 40`.execute(tx))
  await until(() => progress() === 2, 'it moved, though nothing was written in the journal')
  await store.system((tx) => sql`update delivery_chunk set open = 0, done = true`.execute(tx))
  await until(() => progress() === 3, 'it is done')
  const then = progressLooks
  await ticks(3)
  t.equal(progressLooks, then, 'and nothing is looked at any more')
})
