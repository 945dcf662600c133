import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { alertTimers } from '../../../src/alerts/alert-jobs.js'
import { listAlerts } from '../../../src/alerts/alert-store.js'
import type { AlertDeps } from '../../../src/alerts/describe-alert.js'
import { draftAllClear } from '../../../src/alerts/draft-all-clear.js'
import { reviseAlerts } from '../../../src/alerts/follow-warning.js'
import { issuePolicySchema } from '../../../src/alerts/issue-policy.js'
import { openAlerts } from '../../../src/alerts/open-alerts.js'
import { tellKeptWaiting } from '../../../src/alerts/tell-kept-waiting.js'
import { openClock } from '../../../src/base/clock.js'
import { readConfig } from '../../../src/base/config.js'
import { newId } from '../../../src/base/ids.js'
import type { Seal } from '../../../src/base/seal.js'
import type { Actor, Store, Tx } from '../../../src/base/store/store.js'
import type { Delivery } from '../../../src/delivery/create-delivery.js'
import { type JournalEntry, record, setListeners, toEntry } from '../../../src/journal/journal.js'
import { createTodoWorker } from '../../../src/journal/todo.js'
import { riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { openWordBook } from '../../../src/messages/words.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore } from '../../rig/store.js'

export const subdistrict = '500154002'
export const officer: Actor = { person: 'officer', role: 'officer', scope: subdistrict }
export const commander: Actor = { person: 'commander', role: 'commander', scope: subdistrict }
/** 12 July, 3:28 in the morning. */
export const night = new Date('2026-07-12T03:28:00+08:00')

export interface WarningWish {
  level?: string
  event?: string
  status?: string
  standing?: string
  text?: string
  sender?: string
  codes?: string[]
  supersedes?: string
  expires?: Date
  unplaced?: boolean
  polygons?: [number, number][][]
}

export interface DeskRig {
  store: Store
  seal: Seal
  deps: AlertDeps
  /** The authority says so; everything that follows by itself has happened when it answers. */
  warn(wish?: WarningWish): Promise<string>
  /** What the warnings module does when a warning ends. */
  end(id: string, how: 'lifted' | 'cancelled' | 'expired'): Promise<void>
  /** Time goes on; what came due in between happens. */
  pass(seconds: number): Promise<void>
  alertsOf(warningId: string): Promise<{ staff: Alert | undefined; residents: Alert | undefined; all: Alert[] }>
  as<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>
  journal(series: string): Promise<JournalEntry[]>
  /** A new night: nothing is open any more. */
  clear(): Promise<void>
}

const planned = ['alert.issued', 'alert.revised', 'alert.called-off', 'alert.all-cleared', 'alert.part-cleared']

/** The duty desk on a real store with the sample subdistrict; no people but the test; deliveries where `more` opens an outbox. */
export async function openDesk(t: Test, more?: (store: Store, deps: AlertDeps) => Delivery): Promise<DeskRig> {
  const store = await openTestStore(t, 'postgres', 'sample')
  const clock = await openClock(store)
  await clock.move({ at: night, speed: 0 })
  const deps: AlertDeps = {
    clock,
    register: await openRegister(store, seal),
    risk: readConfig('config/policy', 'risk.yaml', riskPolicySchema),
    policy: readConfig('config/policy', 'issue.yaml', issuePolicySchema),
    book: await openWordBook('templates'),
    flood: plainPolicy.flood,
  }
  const outbox = more?.(store, deps)
  const reactions = {
    ...outbox?.reactions,
    open: openAlerts(deps),
    revise: reviseAlerts(deps),
    clear: draftAllClear(deps),
    tell: tellKeptWaiting(deps),
  }
  setListeners(
    {
      'warning.opened': ['open'],
      'warning.superseded': ['revise'],
      'warning.lifted': ['clear'],
      'warning.cancelled': ['clear'],
      'warning.expired': ['clear'],
      'alert.kept-waiting': ['tell'],
      ...(outbox ? Object.fromEntries(planned.map((event) => [event, ['planDeliveries']])) : {}),
    },
    () => {},
  )
  const failures: unknown[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) })
  const todo = createTodoWorker(store, reactions, { ...alertTimers(deps), ...outbox?.timers }, log)
  const drain = async () => {
    await todo.drain()
    const failed = failures.splice(0)
    if (failed.length > 0) throw new Error(String(failed[0]))
  }
  await store.system((tx) =>
    tx
      .insertInto('person')
      .values(
        [officer, commander].map((a) => ({
          id: a.person,
          username: a.person,
          password_hash: '',
          name: a.role === 'officer' ? '值班员甲' : '带班领导乙',
          role: a.role,
          place: a.scope,
        })),
      )
      .execute(),
  )
  const changeState = (id: string, state: string, by: string | null = null) =>
    store.system((tx) => tx.updateTable('warning').set({ state, superseded_by: by }).where('id', '=', id).execute())

  return {
    store,
    seal,
    deps,
    async warn(wish = {}) {
      const id = await store.system((tx) => insertWarning(tx, clock.now(), wish))
      await store.system(async (tx) => {
        const thing = { type: 'warning', id }
        if (wish.supersedes) {
          await tx.updateTable('warning').set({ state: 'superseded', superseded_by: id }).where('id', '=', wish.supersedes).execute()
          const old = { type: 'warning', id: wish.supersedes }
          await record(tx, { event: 'warning.superseded', place: subdistrict, thing: old, data: { warningId: wish.supersedes, by: id } })
        }
        await record(tx, { event: 'warning.opened', place: subdistrict, thing, data: { warningId: id } })
      })
      await drain()
      return id
    },
    async end(id, how) {
      await changeState(id, how === 'expired' ? 'expired' : 'cancelled')
      await store.system((tx) =>
        record(tx, { event: `warning.${how}`, place: subdistrict, thing: { type: 'warning', id }, data: { warningId: id } }),
      )
      await drain()
    },
    async pass(seconds) {
      await clock.move({ at: new Date(clock.now().getTime() + seconds * 1000) })
      await drain()
    },
    async alertsOf(warningId) {
      const all = await store.system((tx) => listAlerts(tx, { warningId, limit: 50 }))
      const relays = all.filter((a) => a.origin === 'relay')
      return { staff: relays.find((a) => a.audience === 'staff'), residents: relays.find((a) => a.audience === 'residents'), all }
    },
    as: (actor, work) => store.act(actor, work),
    journal: (series) =>
      store.system(async (tx) =>
        (await tx.selectFrom('journal').selectAll().where('series_id', '=', series).orderBy('position').execute()).map(toEntry),
      ),
    async clear() {
      await store.system(async (tx) => {
        await tx.deleteFrom('todo').execute()
        await tx.updateTable('alert').set({ state: 'closed' }).execute()
        await tx.updateTable('warning').set({ state: 'expired' }).where('state', '=', 'in-force').execute()
      })
      await clock.move({ at: night })
    },
  }
}

async function insertWarning(tx: Tx, now: Date, wish: WarningWish): Promise<string> {
  const id = newId()
  const colour = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' }[wish.level ?? 'red'] ?? ''
  const event = wish.event ?? '暴雨'
  const headline = `开州区气象台(演练)发布${event}${colour}预警信号`
  const description = wish.text ?? '预计未来3小时文峰街道降雨量将达100毫米以上,请注意防范。'
  await tx
    .insertInto('bulletin')
    .values({
      id,
      place: subdistrict,
      feed_id: null,
      via: 'post',
      dialect: 'cap',
      standing: wish.standing ?? 'authority',
      content_type: null,
      raw: Buffer.from('x'),
      sha256: randomBytes(32),
      outcome: 'accepted',
      reason: null,
      hint: null,
      summary: null,
    })
    .execute()
  const info = {
    ...{
      language: 'zh-CN',
      event: `${event}预警信号`,
      headline,
      description,
      instruction: '',
      senderName: '开州区气象台(演练)',
      category: ['Met'],
    },
    ...{
      responseType: [],
      urgency: 'Immediate',
      severity: 'Extreme',
      certainty: 'Likely',
      effective: null,
      onset: null,
      expires: null,
      web: null,
      contact: null,
    },
    ...{ eventCodes: [], parameters: [] },
  }
  const geocodes = (wish.codes ?? [subdistrict]).map((value) => ({ name: 'ADMINISTRATIVE_DIVISION_CODE', value: value.padEnd(12, '0') }))
  const areas = [
    {
      description: wish.codes ? '开州区' : '文峰街道',
      polygons: wish.polygons ?? [],
      circles: [],
      geocodes: wish.unplaced ? [] : geocodes,
      unplaced: wish.unplaced ?? false,
    },
  ]
  await tx
    .insertInto('warning')
    .values({
      ...{
        id,
        place: subdistrict,
        bulletin_id: id,
        identifier: `test-${id}`,
        sender: wish.sender ?? 'kzqx',
        sent: new Date(now.getTime() - 120_000),
      },
      ...{ status: wish.status ?? 'Actual', msg_type: wish.supersedes ? 'Update' : 'Alert', scope: 'Public', event, event_code: null },
      ...{ level: wish.level ?? 'red', level_basis: 'colour-word', headline, state: 'in-force', superseded_by: null, ended_at: null },
      ...{
        standing: wish.standing ?? 'authority',
        effective: null,
        onset: null,
        expires: wish.expires ?? new Date(now.getTime() + 6 * 3_600_000),
      },
      ...{ infos: JSON.stringify([info]), areas: JSON.stringify(areas) },
    })
    .execute()
  return id
}
