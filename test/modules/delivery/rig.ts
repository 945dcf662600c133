import { sql } from 'kysely'
import type { FrozenWords, Purpose } from '../../../src/alerts/alert.js'
import { openClock } from '../../../src/base/clock.js'
import { createInProcessDoorbell, type Doorbell } from '../../../src/base/doorbell.js'
import { newId } from '../../../src/base/ids.js'
import type { Log } from '../../../src/base/log.js'
import type { Store } from '../../../src/base/store/store.js'
import type { Budgets } from '../../../src/delivery/budget.js'
import { createDelivery } from '../../../src/delivery/create-delivery.js'
import { outIdOf } from '../../../src/delivery/delivery.js'
import type { DeliveryConfig } from '../../../src/delivery/delivery-config.js'
import type { Escalation } from '../../../src/delivery/escalation.js'
import type { Asked, Outgoing, Sender, Verdict } from '../../../src/delivery/sender.js'
import { record, setListeners } from '../../../src/journal/journal.js'
import { createTodoWorker } from '../../../src/journal/todo.js'
import type { Audience, Recipient } from '../../../src/matching/audience.js'
import { type Channel, channels } from '../../../src/messages/channel.js'
import type { Staff } from '../../../src/register/register.js'

export const place = '500154002'
export const gridOf = (contactId: number) => `500154002001${String((contactId % 9) + 1).padStart(3, '0')}`
export const quiet: Log = { info() {}, warn() {}, error() {}, debug() {} } as unknown as Log

/** A carrier whose every answer the test decides. It remembers what it was handed, so it can be asked. */
export class ScriptedCarrier {
  sent: Outgoing[] = []
  /** What it says of a message; by default it takes it. */
  verdictOf: (message: Outgoing) => Verdict = () => ({ kind: 'accepted' })
  /** Runs before a batch is taken, e.g. an officer pressing something meanwhile. */
  before: (batch: Outgoing[]) => Promise<void> | void = () => {}
  /** Runs after a batch is taken and before the answer is given. */
  after: (batch: Outgoing[]) => Promise<void> | void = () => {}

  constructor(
    readonly channel: Channel,
    readonly batch = 10,
    readonly concurrency = 1,
    readonly askable = true,
  ) {}

  get sender(): Sender {
    const { channel, batch, concurrency } = this
    const send = async (messages: Outgoing[]) => {
      await this.before(messages)
      const verdicts = messages.map((m) => this.verdictOf(m))
      messages.forEach((m, i) => {
        if (verdicts[i]!.kind === 'accepted' || verdicts[i]!.kind === 'unknown') this.sent.push(m)
      })
      await this.after(messages)
      return verdicts
    }
    const ask = async (messages: Outgoing[]): Promise<Asked[]> => {
      const seen = new Set(this.sent.map((m) => m.outId))
      return messages.map((m) => (seen.has(m.outId) ? { kind: 'accepted' } : { kind: 'absent' }))
    }
    return { carrier: 'scripted', channel, receipts: true, batch, concurrency, send, ...(this.askable ? { ask } : {}) }
  }

  /** How often each contact got each wording: anything above 1 is a duplicate. */
  duplicates(): number {
    const seen = new Map<string, number>()
    for (const m of this.sent) {
      const key = `${m.contactId} ${m.alertId} ${m.revision}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    return [...seen.values()].reduce((n, times) => n + times - 1, 0)
  }
}

export const config: DeliveryConfig = {
  chunk_size: 20,
  chunks_at_once: 1,
  plan_rows_at_once: 40,
  timeout_ms: 400,
  visibility_lag_ms: 0,
  lease_ms: 600,
  recheck_ms: 0,
  tick_ms: 50,
  attempts: 3,
  back_off_ms: { first: 1, most: 1 },
}
export const escalation: Escalation = {
  staff: {
    red: [
      { name: '再次呼叫', after_minutes: 2, call: 'self', every_one: false },
      { name: '呼叫代理人', after_minutes: 1, call: 'deputy', every_one: false },
      { name: '派人上门', after_minutes: 3, call: null, every_one: false },
    ],
    orange: [],
    yellow: [],
    blue: [],
  },
}

export interface IssueWish {
  recipients: Recipient[]
  kind?: 'actual' | 'exercise'
  audience?: 'staff' | 'residents'
  level?: string | null
  expiresAt?: Date | null
  unreachable?: number
}

export const person = (contactId: number, more: Partial<Recipient> = {}): Recipient => ({
  contactId,
  kind: 'phone',
  place: gridOf(contactId),
  relation: 'self',
  channels: ['sms'],
  householdId: null,
  staffId: null,
  groupId: null,
  reason: null,
  move: false,
  allowListed: false,
  ...more,
})
export const people = (ids: number[], more: Partial<Recipient> = {}) => ids.map((id) => person(id, more))

export async function fillRegister(store: Store, contacts: number, allowListed = 0): Promise<number[]> {
  return store.system(async (tx) => {
    await sql`insert into fact values ('register', '"sample"') on conflict do nothing`.execute(tx)
    const { rows } = await sql<{ id: number }>`
      insert into contact (place, kind, blind, allow_listed)
      select '500154002001001', 'phone', decode(lpad(to_hex(n), 16, '0'), 'hex'), n <= ${allowListed}
      from generate_series(1, ${contacts}::int) n returning id`.execute(tx)
    return rows.map((r) => r.id).sort((a, b) => a - b)
  })
}

/** The outbox over a store, with scripted carriers, alerts written as the alerts module writes them, and the clock in the hand. */
export interface OutboxOptions {
  config?: Partial<DeliveryConfig>
  escalation?: Escalation
  carriers?: ScriptedCarrier[]
  /** Senders of the test's own making, before the scripted ones. */
  senders?: Map<Channel, Sender>
  doorbell?: Doorbell
  budgets?: Budgets
}
export async function openOutbox(store: Store, more: OutboxOptions = {}) {
  const clock = await openClock(store)
  const carriers = new Map(channels.map((c) => [c, more.carriers?.find((k) => k.channel === c) ?? new ScriptedCarrier(c)]))
  const wishes = new Map<string, IssueWish>()
  const staff: Staff[] = []
  const delivery = createDelivery({
    store,
    clock,
    doorbell: more.doorbell ?? createInProcessDoorbell(quiet),
    log: quiet,
    register: {
      snapshot: () => ({
        builtAt: new Date(0),
        places: [],
        grids: [],
        households: [],
        contacts: new Map(),
        points: [],
        shelters: [],
        staff,
        shifts: [],
        groups: [],
      }),
      directory: () => ({
        address: (id) => (id < 900_000 ? `+861${String(id).padStart(10, '0')}` : undefined),
        household: () => undefined,
      }),
    },
    chooseAudience: (ask) => audienceOf(wishes.get(ask.event)!),
    isStillWarned: async () => () => false,
    words: (ask) => ({
      text: `${ask.purpose} ${ask.relation} ${ask.channel}`,
      template: 'test',
      parameters: {},
      segments: 1,
      characters: 10,
      cut: [],
    }),
    senders: new Map([...carriers].map(([c, k]) => [c, more.senders?.get(c) ?? k.sender])),
    registerKind: 'sample',
    config: { ...config, ...more.config },
    ...(more.budgets ? { budgets: more.budgets } : {}),
    escalation: more.escalation ?? escalation,
  })
  const todo = createTodoWorker(store, delivery.reactions, delivery.timers, quiet)
  setListeners(
    {
      'alert.issued': ['planDeliveries', 'openLadders'],
      'alert.revised': ['planDeliveries'],
      'alert.called-off': ['planDeliveries'],
      'alert.all-cleared': ['planDeliveries'],
      'answer.received': ['answerLadder'],
    },
    () => {},
  )

  const writeRevision = async (id: string, revision: number, purpose: Purpose, event: string, state: string) =>
    store.system(async (tx) => {
      const alert = await tx.updateTable('alert').set({ revision, state }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
      const words = {
        origin: 'relay',
        kind: alert.kind,
        audience: alert.audience,
        // The test's audience is found again by the alert's id.
        event: id,
        level: alert.level,
        purpose,
        facts: { subdistrict: '文峰街道', hotline: '023-52000000', station: '气象台(演练)', issuedAt: null, until: null, headline: '' },
        previews: [],
        grids: [],
        audienceHash: '',
      } as unknown as FrozenWords
      const { id: revisionId } = await tx
        .insertInto('alert_revision')
        .values({ alert_id: id, place, revision, purpose, words: JSON.stringify(words), hash: 'h', issued_by: 'officer' })
        .returning('id')
        .executeTakeFirstOrThrow()
      await record(tx, { event, place, thing: { type: 'alert', id }, series: alert.series_id, data: { revision, purpose, revisionId } })
      return revisionId
    })

  const revisionOf = (id: string) =>
    store.system(async (tx) => (await tx.selectFrom('alert').select('revision').where('id', '=', id).executeTakeFirstOrThrow()).revision)

  return {
    store,
    clock,
    /** The register's staff, as the ladder sees them. */
    staff,
    delivery,
    carriers,
    carrier: (channel: Channel) => carriers.get(channel)!,
    /** Plans and everything else that is due. */
    run: () => todo.drain(),
    async issue(wish: IssueWish): Promise<string> {
      const id = newId()
      wishes.set(id, wish)
      await store.system((tx) =>
        tx
          .insertInto('alert')
          .values({
            id,
            series_id: id,
            place,
            kind: wish.kind ?? 'actual',
            origin: 'relay',
            audience: wish.audience ?? 'residents',
            state: 'approved',
            level: wish.level === undefined ? 'red' : wish.level,
            event: '暴雨',
            title: '暴雨红色预警信号',
            identifier: id,
            created_by: 'officer',
            expires_at: wish.expiresAt ?? null,
          })
          .execute(),
      )
      await writeRevision(id, 1, 'warn', 'alert.issued', 'issued')
      return id
    },
    /** Another process that knows of the same alert. */
    adopt: (id: string, wish: IssueWish) => void wishes.set(id, wish),
    /** So many of the things that are due, one transaction each. */
    async runSome(count: number) {
      for (let i = 0; i < count; i++) {
        const { rows } = await store.system((tx) =>
          sql<{ id: number }>`select id from todo where due_at <= clock_now() order by due_at, id offset 1`.execute(tx),
        )
        await store.system((tx) =>
          sql`update todo set lease_until = 'infinity' where id = any(${rows.map((r) => r.id)}::bigint[])`.execute(tx),
        )
        await todo.drain()
        await store.system((tx) => sql`update todo set lease_until = null where id = any(${rows.map((r) => r.id)}::bigint[])`.execute(tx))
      }
    },
    revise: async (id: string, recipients?: Recipient[]) => {
      if (recipients) wishes.set(id, { ...wishes.get(id)!, recipients })
      return writeRevision(id, (await revisionOf(id)) + 1, 'warn', 'alert.revised', 'issued')
    },
    callOff: async (id: string) => writeRevision(id, (await revisionOf(id)) + 1, 'correct', 'alert.called-off', 'called-off'),
    allClear: async (id: string) => writeRevision(id, (await revisionOf(id)) + 1, 'all-clear', 'alert.all-cleared', 'all-clear'),
    setState: (id: string, state: string) => store.system((tx) => tx.updateTable('alert').set({ state }).where('id', '=', id).execute()),
    /** The lease of whoever died is over. */
    endLeases: () =>
      store.system((tx) =>
        sql`update delivery_chunk set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`.execute(tx),
      ),
    rows: (alertId: string) =>
      store.system(async (tx) => {
        const rows = await tx
          .selectFrom('delivery as d')
          .innerJoin('alert_revision as r', 'r.id', 'd.revision_id')
          .innerJoin('delivery_chunk as c', (on) => on.on(sql<boolean>`c.id = d.id / 1000`))
          .selectAll('d')
          .select(['r.revision', 'c.key', 'c.id as chunk_id'])
          .where('r.alert_id', '=', alertId)
          .orderBy('d.id')
          .execute()
        return rows.map((row) => ({ ...row, out_id: outIdOf(row.key, row.id) }))
      }),
    journal: (event: string, alertId?: string) =>
      store.system(async (tx) =>
        (await tx.selectFrom('journal').selectAll().where('event', '=', event).orderBy('position').execute()).filter(
          (j) => !alertId || j.thing_id === alertId || j.series_id === alertId,
        ),
      ),
  }
}
export type Outbox = Awaited<ReturnType<typeof openOutbox>>

function audienceOf(wish: IssueWish): Audience {
  return {
    audience: wish.audience ?? 'residents',
    recipients: wish.recipients,
    households: wish.recipients.length,
    people: wish.recipients.length,
    grids: [],
    unreachable: wish.unreachable
      ? [{ householdId: 'none', staffId: null, place: gridOf(1), people: wish.unreachable, reason: null, why: 'no contact' }]
      : [],
    ...{ standIns: [], unmanned: [] },
    move: [],
    points: [],
  }
}
