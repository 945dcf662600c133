import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Alert } from '../../../src/alerts/alert.js'
import type { AlertDeps } from '../../../src/alerts/describe-alert.js'
import { draftAlert } from '../../../src/alerts/draft-alert.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { issuePolicySchema } from '../../../src/alerts/issue-policy.js'
import { openClock } from '../../../src/base/clock.js'
import { readConfig } from '../../../src/base/config.js'
import { newId } from '../../../src/base/ids.js'
import { Problem } from '../../../src/base/problem.js'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { tellArrived } from '../../../src/delivery/tell-arrived.js'
import type { Coming } from '../../../src/delivery/tell-coming.js'
import { evacuationRoutes } from '../../../src/evacuations/evacuation-routes.js'
import { closeWhenReturned } from '../../../src/evacuations/return-households.js'
import { tellFamily } from '../../../src/evacuations/tell-family.js'
import { type TellComing, tellWhoComes } from '../../../src/fieldwork/answer-cry.js'
import { closeCorrections, openCorrections } from '../../../src/fieldwork/correct-number.js'
import type { EditResult } from '../../../src/fieldwork/field-edit.js'
import { fieldRoutes } from '../../../src/fieldwork/field-routes.js'
import { fieldworkSchema } from '../../../src/fieldwork/fieldwork-config.js'
import type { FieldworkDeps } from '../../../src/fieldwork/fieldwork-deps.js'
import { openGroupPosts } from '../../../src/fieldwork/open-group-posts.js'
import { endFieldHelp, openFieldHelp, openHelpTask } from '../../../src/fieldwork/open-help-task.js'
import { endStaffKnock, knockBroken, openKnock, openKnocks, wakeSleeper, withdrawKnocks } from '../../../src/fieldwork/open-knocks.js'
import { endWatches, openWatches } from '../../../src/fieldwork/open-watches.js'
import { photoRoutes } from '../../../src/fieldwork/photo-routes.js'
import { markOverdue } from '../../../src/fieldwork/task-timers.js'
import { setListeners } from '../../../src/journal/journal.js'
import { createTodoWorker, setTodoBell } from '../../../src/journal/todo.js'
import { riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { openWordBook } from '../../../src/messages/words.js'
import { sampleStaffIds } from '../../../src/register/sample/load-sample.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, type Teardown } from '../../rig/store.js'

export const subdistrict = '500154002'
export const sanzhong = '500154002001'
export const worstGrid = '500154002001004'
const root = join(import.meta.dirname, '../../..')

const scopes = {
  officer: subdistrict,
  commander: subdistrict,
  secretary: sanzhong,
  chief: worstGrid,
  worker: worstGrid,
  keeper: sanzhong,
  auditor: subdistrict,
} as const
export type Who = keyof typeof scopes
export const actorFor = (who: Who): Actor => ({ person: who, role: who, scope: scopes[who] })

const listeners = {
  'alert.issued': ['openGroupPosts', 'openWatches'],
  'alert.revised': ['openGroupPosts', 'openWatches'],
  'alert.called-off': ['openGroupPosts', 'endWatches', 'withdrawKnocks'],
  'alert.all-cleared': ['openGroupPosts', 'withdrawKnocks'],
  'alert.closed': ['endWatches'],
  'deliveries.planned': ['openKnocks'],
  'ladder.exhausted': ['openKnock'],
  'ladder.answered': ['endStaffKnock'],
  'contact.broken': ['openCorrections', 'knockBroken'],
  'household.changed': ['closeCorrections'],
  'staff.changed': ['closeCorrections'],
  'answer.received': ['openHelpTask'],
  'household.asked-help': ['openFieldHelp'],
  'household.helped': ['endFieldHelp'],
  'household.arrived': ['tellFamily'],
  'household.returned': ['closeEvacuation'],
  'task.done': ['openFieldHelp', 'wakeSleeper'],
  'task.taken': ['tellWhoComes'],
}

/** The sample subdistrict at 3:28 on 12 July, with people of every post and the reactions of field work running. */
type MoreRoutes = (app: App, deps: { store: Store; alerts: AlertDeps }) => void
export async function openNight(t: Teardown, kind: Store['kind'] = 'postgres', more: MoreRoutes = () => {}) {
  const store = await openTestStore(t, kind, 'sample')
  await store.system(async (tx) => {
    for (const who of Object.keys(scopes) as Who[]) {
      await tx
        .insertInto('person')
        .values({ id: who, username: who, password_hash: '', name: `${who}甲`, role: who, place: scopes[who] })
        .execute()
      const staffId = (sampleStaffIds as Record<string, string>)[who]
      if (staffId) await tx.updateTable('staff').set({ person_id: who }).where('id', '=', staffId).execute()
    }
  })
  const clock = await openClock(store)
  await clock.move({ at: new Date('2025-07-12T03:28:00+08:00'), speed: 0 })
  const register = await openRegister(store, seal)
  const config = join(root, 'config')
  const risk = readConfig(join(config, 'policy'), 'risk.yaml', riskPolicySchema)
  const policy = readConfig(join(config, 'policy'), 'issue.yaml', issuePolicySchema)
  const book = await openWordBook(join(root, 'templates'))
  const alerts: AlertDeps = { clock, register, risk, policy, book, flood: plainPolicy.flood }
  const fieldwork: FieldworkDeps = { clock, register, seal, risk, book, config: readConfig(config, 'fieldwork.yaml', fieldworkSchema) }
  const problems: string[] = []
  /** What went back to those who cried for help. */
  const coming: Coming[] = []
  const tellComing: TellComing = async (_, one) => {
    coming.push(one)
    return 'sms'
  }
  const log = {
    info() {},
    debug() {},
    warn: (o: unknown) => void problems.push(JSON.stringify(o)),
    error: (o: unknown) => void problems.push(JSON.stringify(o)),
  }
  const todo = createTodoWorker(
    store,
    {
      ...{ openGroupPosts: openGroupPosts(fieldwork), openWatches: openWatches(fieldwork), endWatches: endWatches(fieldwork) },
      ...{ openKnocks: openKnocks(fieldwork), openKnock: openKnock(fieldwork), withdrawKnocks: withdrawKnocks(fieldwork) },
      ...{ endStaffKnock: endStaffKnock(fieldwork), wakeSleeper },
      ...{
        openHelpTask: openHelpTask(fieldwork, tellComing),
        tellWhoComes: tellWhoComes(fieldwork, tellComing),
        openFieldHelp: openFieldHelp(fieldwork),
        endFieldHelp: endFieldHelp(fieldwork),
      },
      ...{
        openCorrections: openCorrections(fieldwork),
        closeCorrections: closeCorrections(fieldwork),
        knockBroken: knockBroken(fieldwork),
      },
      closeEvacuation: closeWhenReturned(alerts),
      tellFamily: tellFamily({
        register,
        tellArrived: (tx, one) => tellArrived(tx, { words: book.words, snapshot: register.snapshot, doorbell: { ring() {} } }, one),
      }),
    },
    { 'watch.due': markOverdue('watch.due', fieldwork), 'help.due': markOverdue('help.due', fieldwork) },
    log as never,
  )
  setListeners(listeners, () => {})
  setTodoBell(() => {})
  const app = await openApp(store, alerts, fieldwork, more)
  t.teardown(() => app.close())

  const ask = async <T = Record<string, unknown>>(
    who: Who,
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const payload = body === undefined ? {} : { payload: body as never }
    const answer = await app.inject({ method, url, headers: { 'x-who': who, ...headers }, ...payload })
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: json(answer.body) as T }
  }
  return {
    ...{ store, seal, clock, register, alerts, fieldwork, todo, problems, coming, app, ask },
    later: (minutes: number) => clock.move({ at: new Date(clock.now().getTime() + minutes * 60_000) }),
    warning: () => store.system((tx) => insertWarning(tx as never, clock.now())),
    /** A relay of the red warning to staff or residents, issued by the officer. */
    issue: (warningId: string, audience: 'staff' | 'residents') =>
      store.act(actorFor('officer'), async (tx): Promise<Alert> => {
        const alert = await draftAlert(tx, alerts, { origin: 'relay', audience, warningId })
        return (await issueAlert(tx, alerts, { alertId: alert.id, revision: alert.revision })).alert
      }),
    rows: (event: string) =>
      store.system((tx) => tx.selectFrom('journal').selectAll().where('event', '=', event).orderBy('position').execute()),
    phone: (who: Who, device = `phone-${who}`) => openPhone(ask, who, device, () => clock.now()),
  }
}
export type Night = Awaited<ReturnType<typeof openNight>>

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The fields of answers that the tests look at. */
export interface Door {
  id: string
  householdId: string | null
  place: string
  label: string
  people: number
  planned: boolean
  state: string
  head: string | null
  phone: string | null
  shelterId: string | null
  conflict: string | null
  version: number
}
export interface Counted {
  id: string
  state: string
  households: Record<string, number>
  people: Record<string, number>
  unverified: { households: number; people: number }
  returned: { approved: number; households: number; people: number }
}
export interface Todo {
  id: string
  type: string
  kind: string
  title: string
  place: string
  householdId: string | null
  groupId: string | null
  assigneeId: string | null
  text: string | null
  overdue: boolean
  dueAt: string | null
  lastDoneAt: string | null
  doneAt: string | null
  result: string | null
  asked: number | null
  revision: number | null
}

async function openApp(store: Store, alerts: AlertDeps, fieldwork: FieldworkDeps, more: MoreRoutes): Promise<App> {
  const app = Fastify() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((e, _, reply) =>
    e instanceof Problem
      ? reply.code(e.status).type('application/problem+json').send(JSON.stringify(e))
      : reply.code((e as { statusCode?: number }).statusCode ?? 500).send({ title: String(e) }),
  )
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request) => {
    const who = request.headers['x-who'] as Who | undefined
    request.actor = who ? actorFor(who) : null
  })
  evacuationRoutes(app, { store, alerts })
  fieldRoutes(app, { ...fieldwork, store, hotline: alerts.policy.hotline })
  photoRoutes(app, { store })
  more(app, { store, alerts })
  await app.ready()
  return app
}

async function insertWarning(tx: import('../../../src/base/store/store.js').Tx, now: Date): Promise<string> {
  const id = newId()
  await tx
    .insertInto('bulletin')
    .values({
      ...{ id: `b-${id}`, place: '500154', feed_id: null, via: 'post', dialect: 'cap', standing: 'authority', content_type: null },
      ...{ raw: Buffer.from('x'), sha256: Buffer.from('x'), outcome: 'accepted', reason: null, hint: null, summary: null },
    })
    .execute()
  const info = {
    ...{
      language: 'zh-CN',
      event: '暴雨',
      headline: '暴雨红色预警信号',
      description: '文峰街道已出现强降雨',
      instruction: '',
      senderName: '气象台(演练)',
    },
    ...{ category: ['Met'], responseType: [], urgency: 'Immediate', severity: 'Extreme', certainty: 'Observed' },
    ...{ effective: null, onset: null, expires: null, web: null, contact: null, eventCodes: [], parameters: [] },
  }
  const area = { description: '文峰街道', polygons: [], circles: [], geocodes: [{ name: '行政区划', value: subdistrict }], unplaced: false }
  await tx
    .insertInto('warning')
    .values({
      ...{
        id,
        place: subdistrict,
        bulletin_id: `b-${id}`,
        identifier: id,
        sender: 'station.example',
        sent: now,
        status: 'Actual',
        msg_type: 'Alert',
      },
      ...{
        scope: 'Public',
        event: '暴雨',
        event_code: null,
        level: 'red',
        level_basis: 'colour-word:红色',
        headline: '暴雨红色预警信号',
        state: 'in-force',
      },
      ...{ superseded_by: null, ended_at: null, standing: 'authority', effective: null, onset: null },
      ...{ expires: new Date(now.getTime() + 6 * 3_600_000), infos: JSON.stringify([info]), areas: JSON.stringify([area]) },
    })
    .execute()
  return id
}

type Ask = <T>(who: Who, method: 'POST', url: string, body: unknown) => Promise<{ status: number; body: T }>

/** A phone of the force: its own device and sequence; every edit is self-contained. */
function openPhone(ask: Ask, who: Who, device: string, now: () => Date) {
  let seq = 0
  const edit = (type: string, id: string, verb: string, value: Record<string, unknown> = {}) => {
    seq++
    return {
      id: `${device}-${seq}-${randomBytes(4).toString('hex')}`,
      device,
      seq,
      target: { type, id },
      verb,
      value,
      at: now().toISOString(),
    }
  }
  const send = async (edits: ReturnType<typeof edit>[]) => {
    const { status, body } = await ask<{ results: EditResult[] }>(who, 'POST', '/api/field/sync', { edits })
    if (status !== 200) throw new Error(`sync answered ${status}: ${JSON.stringify(body)}`)
    return body.results
  }
  return {
    edit,
    send,
    door: async (id: string, verb: string, value: Record<string, unknown> = {}) => (await send([edit('household', id, verb, value)]))[0]!,
    task: async (id: string, verb: string, value: Record<string, unknown> = {}) => (await send([edit('task', id, verb, value)]))[0]!,
  }
}
