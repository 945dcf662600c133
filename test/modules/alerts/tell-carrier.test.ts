import t from 'tap'
import { listAlerts } from '../../../src/alerts/alert-store.js'
import { tellCarrierFailed } from '../../../src/alerts/tell-carrier.js'
import { noteCarrier } from '../../../src/channels/carrier-store.js'
import type { CarrierChange } from '../../../src/channels/fail-over.js'
import { toEntry } from '../../../src/journal/journal.js'
import { needsOfCarriers } from '../../../src/outward/carrier-needs.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { openDesk } from './desk-rig.js'

t.test('a channel that stops', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const { store, deps } = await openDesk(t)
  const happens = (change: CarrierChange) =>
    store.system(async (tx) => {
      if (!(await noteCarrier(tx, 'sms', change))) return
      const row = await tx.selectFrom('journal').selectAll().orderBy('position', 'desc').limit(1).executeTakeFirstOrThrow()
      if (row.event === 'carrier.failed') await tellCarrierFailed(deps)(tx, toEntry(row))
    })
  const hints = () => store.system(async (tx) => (await listAlerts(tx, { limit: 50 })).filter((a) => a.origin === 'internal'))
  const failing = (next: string | null): CarrierChange => ({ carrier: 'one', to: 'failing', reason: 'ECONNREFUSED', next })
  const well: CarrierChange = { carrier: 'one', to: 'well' }

  await t.test('nobody is woken while another carrier does its work', async (t) => {
    await happens(failing('two'))
    await happens(well)
    t.same(await hints(), [])
  })

  await t.test('stopped, it is told to whoever can press, once however often it comes and goes', async (t) => {
    for (let i = 0; i < 3; i++) {
      await happens(failing(null))
      await happens(well)
    }
    const told = await hints()
    t.equal(told.length, 1)
    t.match(told[0], { state: 'issued', audience: 'staff', level: null, event: '通道中断', words: { ownText: /^短信.*没有丢/ } })
  })

  await t.test('an account that is at fault is a person’s work: told although it was just failing', async (t) => {
    await happens({ carrier: 'one', to: 'account', reason: 'isv.AMOUNT_NOT_ENOUGH', next: null })
    t.match((await hints()).map((a) => a.words.ownText).join(), /账户欠费/)
  })

  t.test('the desk asks for it while nothing leaves, in both languages', (t) => {
    const trouble = { channel: 'sms' as const, carrier: 'one', cause: 'failing' as const, reason: 'x', since: new Date() }
    t.same(needsOfCarriers([trouble], { sms: ['one', 'two'] }), [], 'another one does its work')
    t.match(needsOfCarriers([trouble], { sms: ['one'] }), [
      { kind: 'carrier', title: /^短信通道中断.*没有丢/, titleEn: /^Text messages have stopped/ },
    ])
    t.match(needsOfCarriers([{ ...trouble, cause: 'account' }], { sms: ['one', 'two'] }), [{ title: /账户.*另一家/ }])
    t.end()
  })
})
