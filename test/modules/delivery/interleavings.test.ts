import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import type { Store } from '../../../src/base/store/store.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, openOutbox, people, ScriptedCarrier } from './rig.js'

/**
 * The invariants of the outbox under random interleavings of officers, planners, senders and deaths of the process: an
 * officer's press may come while a batch is at the carrier, and a process may die between the carrier's yes and our commit.
 */
type Press = 'hold' | 'resume' | 'revise' | 'call-off' | 'all-clear' | 'expire'
type Move =
  | { do: 'plan' }
  | { do: 'press'; press: Press }
  | { do: 'drain'; during?: { batch: number; press: Press }; dies?: number }
  | { do: 'sweep' }

const press = fc.constantFrom<Press>('hold', 'resume', 'revise', 'call-off', 'all-clear', 'expire')
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Move>({ do: 'plan' }) },
  { weight: 2, arbitrary: press.map<Move>((p) => ({ do: 'press', press: p })) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      during: fc.option(fc.record({ batch: fc.integer({ min: 1, max: 6 }), press }), { nil: undefined }),
      dies: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    }) as fc.Arbitrary<Move>,
  },
  { weight: 1, arbitrary: fc.constant<Move>({ do: 'sweep' }) },
)

/** The carrier says of two that it never saw them, and the alert is called off before they are handed over: no correction for them. */
const askedAndThenCalledOff: Move[] = [
  { do: 'plan' },
  { do: 'drain', dies: 1 },
  { do: 'drain', during: { batch: 1, press: 'call-off' } },
  { do: 'plan' },
]

/** A store whose process may die: what it had not committed is rolled back, and it does nothing more, for ever. */
function mortal(store: Store) {
  const life = { over: false }
  const silence = new Promise<never>(() => {})
  const act: Store['act'] = async (actor, work) => {
    if (life.over) return silence
    return store
      .act(actor, async (tx) => {
        const result = await work(tx)
        if (life.over) throw new Error('the process is dead')
        return result
      })
      .catch((e) => (life.over ? silence : Promise.reject(e)))
  }
  const proxy: Store = { ...store, act, system: (work) => act({ person: 'system', role: 'system', scope: '' }, work) }
  return { life, store: proxy }
}

t.test('I1 I2 I3 I4 I5 I6 I18: random interleavings, random deaths', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const contacts = 30
  const ids = await fillRegister(store, contacts, 8)

  const live = async (moves: Move[], kind: 'actual' | 'exercise') => {
    const sms = new ScriptedCarrier('sms', 4)
    const office = await openOutbox(store)
    // No lease and no request ends by the wall clock: leases end where the story says so.
    const config = { chunk_size: 10, plan_rows_at_once: 10, lease_ms: 120_000, timeout_ms: 60_000 }
    const outbox = await openOutbox(store, { carriers: [sms], config })
    const expiresAt = new Date(office.clock.now().getTime() + 3_600_000)
    const wish = { recipients: people(ids), kind, expiresAt }
    const alert = await outbox.issue(wish)
    office.adopt(alert, wish)
    const now = { state: 'issued', revision: 1, expired: false }
    const wrong: string[] = []

    const pressed = async (p: Press) => {
      const out = now.state === 'issued' || now.state === 'held'
      if (p === 'expire' && !now.expired) {
        now.expired = true
        await store.system((tx) => sql`update alert set expires_at = clock_now() - interval '1 second' where id = ${alert}`.execute(tx))
      } else if ((p === 'hold' && now.state === 'issued') || (p === 'resume' && now.state === 'held')) {
        now.state = p === 'hold' ? 'held' : 'issued'
        await office.setState(alert, now.state)
      } else if (out && p === 'revise') {
        await office.revise(alert)
        Object.assign(now, { state: 'issued', revision: now.revision + 1 })
      } else if (out && p === 'call-off') {
        await office.callOff(alert)
        Object.assign(now, { state: 'called-off', revision: now.revision + 1 })
      } else if (out && p === 'all-clear') {
        await office.allClear(alert)
        Object.assign(now, { state: 'all-clear', revision: now.revision + 1 })
      }
    }
    const mayLeave = (revision: number, text: string) =>
      revision === now.revision &&
      (text.startsWith('warn') ? now.state === 'issued' && !now.expired : now.state === 'called-off' || now.state === 'all-clear')

    let batches = 0
    let during: { batch: number; press: Press } | undefined
    let die: (() => void) | undefined
    let diesAt = Number.POSITIVE_INFINITY
    // I4, I5: seen from the carrier at the moment a request begins, after every press that was committed before it.
    sms.before = (batch) => {
      for (const m of batch) {
        if (!mayLeave(m.revision, m.text)) wrong.push(`revision ${m.revision} left while ${JSON.stringify(now)}`)
        if (kind === 'exercise' && !ids.slice(0, 8).includes(m.contactId)) wrong.push(`an exercise reached ${m.contactId}`)
      }
    }
    sms.after = async () => {
      batches++
      if (during && batches === during.batch) await pressed(during.press)
      if (batches >= diesAt) die?.()
    }
    /** A process of its own drains the lane and is killed after so many batches: from then on nothing it does is committed. */
    const drainAndDie = async (after: number) => {
      const { life, store: dying } = mortal(store)
      const doomed = await openOutbox(dying, { carriers: [sms], config })
      doomed.adopt(alert, wish)
      const death = new Promise<void>((over) => {
        die = () => {
          life.over = true
          over()
        }
      })
      diesAt = after
      await Promise.race([doomed.delivery.drain('sms-red'), death])
      life.over = true
      diesAt = Number.POSITIVE_INFINITY
      await outbox.endLeases()
    }
    const step = async (m: Move) => {
      if (m.do === 'plan') await outbox.runSome(1)
      else if (m.do === 'press') await pressed(m.press)
      else if (m.do === 'sweep') await outbox.delivery.sweep()
      else {
        batches = 0
        during = m.during
        if (m.dies === undefined) await outbox.delivery.drain('sms-red')
        else await drainAndDie(m.dies)
        during = undefined
      }
    }
    for (const m of moves) await step(m)
    // The night goes on until nothing is left to do.
    await pressed('resume')
    for (let i = 0; i < 6; i++) {
      await outbox.run()
      await outbox.endLeases()
      await outbox.delivery.tick()
    }

    const rows = await outbox.rows(alert)
    const open = await store.system((tx) =>
      tx.selectFrom('delivery_chunk').select('id').where('alert_id', '=', alert).where('done', '=', false).execute(),
    )
    t.same(wrong, [])
    t.equal(open.length, 0, 'I3: nothing is left open')
    t.ok(
      rows.every((r) => r.state !== 0),
      'I3: every delivery has ended',
    )
    t.equal(sms.duplicates(), 0, 'I2: nobody got a wording twice')
    const sent = new Set(sms.sent.map((m) => m.outId))
    for (const r of rows) t.equal(sent.has(r.out_id), r.state === 1, 'I2: accepted is sent, and sent is accepted')
    const perContact = new Map<number, number[]>()
    for (const m of sms.sent) perContact.set(m.contactId, [...(perContact.get(m.contactId) ?? []), m.revision])
    for (const list of perContact.values())
      t.same(
        list,
        [...list].sort((a, b) => a - b),
        'I6: a person sees wordings in their order',
      )
    if (now.state === 'called-off' || now.state === 'all-clear') {
      const told = new Set(sms.sent.filter((m) => m.text.startsWith('warn')).map((m) => m.contactId))
      const corrected = sms.sent.filter((m) => !m.text.startsWith('warn')).map((m) => m.contactId)
      t.same(new Set(corrected), told, 'I5: the correction reached exactly those who were told')
    } else if (!now.expired) {
      const last = sms.sent.filter((m) => m.revision === now.revision).length
      t.equal(last, kind === 'exercise' ? 8 : contacts, 'I1: everybody got the wording in force')
    }
  }

  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 2, maxLength: 10 }),
      fc.constantFrom('actual' as const, 'actual' as const, 'exercise' as const),
      live,
    ),
    { ...runs(25, 20260712), examples: [[askedAndThenCalledOff, 'actual']] },
  )
})
