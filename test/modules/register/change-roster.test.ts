import t, { type Test } from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import { changeRoster } from '../../../src/register/duty/change-roster.js'
import { dutyAt } from '../../../src/register/duty/duty.js'
import { turnOf } from '../../../src/register/duty/shift-times.js'
import { subdistrict, worstGrid } from '../../../src/register/sample/make-places.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const officer: Actor = { person: 'officer', role: 'officer', scope: subdistrict }
const secretary: Actor = { person: 'secretary', role: 'secretary', scope: worstGrid.slice(0, 12) }
const [first, second, third] = [1, 2, 3].map((n) => `${subdistrict}-officer-${n}`) as [string, string, string]

const story = (kind: Store['kind']) => async (t: Test) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, register, now: () => new Date('2025-08-01T12:00:00+08:00') }
  const onDuty = (id: string, at: string) => {
    const { staff, shifts } = register.snapshot()
    return dutyAt({ staff, shifts }, new Date(at)).has(staff.find((s) => s.id === id)!)
  }
  const held = () => register.snapshot().shifts.length
  const before = held()

  const filled = await changeRoster(deps, officer, {
    do: 'fill',
    staffIds: [first, second, third],
    pattern: 'whole',
    from: '2025-08-04',
    days: 7,
  })
  t.equal(filled.added.length, 7)
  t.ok(onDuty(third, '2025-08-06T20:00:00+08:00'), 'the register knows at once')
  t.notOk(onDuty(first, '2025-08-06T20:00:00+08:00'))
  t.equal((await changeRoster(deps, officer, { do: 'copy-week', place: subdistrict, from: '2025-08-11' })).added.length, 7)
  await t.rejects(
    changeRoster(deps, officer, { do: 'put', staffId: third, date: '2025-08-06', turn: 'night' }),
    { name: 'Problem', kind: 'conflict' },
    'nobody has two turns at one hour',
  )

  const away = { insteadOf: third, ...turnOf('2025-08-06', 'whole'), reason: '发热就医' }
  await changeRoster(deps, officer, { do: 'substitute', staffId: second, ...away })
  const again = await changeRoster(deps, officer, { do: 'substitute', staffId: first, ...away })
  t.equal(again.removed.length, 1, 'the second word about an absence replaces the first')
  t.ok(onDuty(first, '2025-08-06T20:00:00+08:00'))
  await changeRoster(deps, officer, { do: 'undo', ...again })
  t.ok(onDuty(second, '2025-08-06T20:00:00+08:00'), 'undone to what was there')
  t.notOk(onDuty(first, '2025-08-06T20:00:00+08:00'))

  const swapped = await changeRoster(deps, officer, { do: 'swap', ids: [filled.added[0]!, filled.added[1]!] })
  t.ok(onDuty(second, '2025-08-04T20:00:00+08:00'))
  await changeRoster(deps, officer, { do: 'undo', ...swapped })
  t.ok(onDuty(first, '2025-08-04T20:00:00+08:00'))

  const count = held()
  const name = register.snapshot().staff.find((s) => s.id === first)!.name
  const sheet = `2025-09-01,值班员,${name},夜班\n9月31日,值班员,${name}`
  await t.rejects(changeRoster(deps, officer, { do: 'paste', place: subdistrict, text: sheet }), { errors: [{ line: 2, column: 1 }] })
  t.equal(held(), count, 'one wrong line, and nothing is changed')

  await t.rejects(changeRoster(deps, secretary, { do: 'put', staffId: first, date: '2025-09-01', turn: 'day' }), {
    name: 'Problem',
    kind: 'not-found',
  })
  await t.rejects(
    changeRoster(deps, secretary, { do: 'clear', ids: [filled.added[0]!] }),
    { name: 'Problem', kind: 'not-found' },
    'not of another place',
  )
  t.ok((await changeRoster(deps, secretary, { do: 'put', staffId: `${worstGrid}-worker`, date: '2025-09-01', turn: 'day' })).added[0])

  await changeRoster(deps, officer, { do: 'clear', ids: filled.added })
  const rows = await store.system((tx) => tx.selectFrom('duty_shift').selectAll().where('id', 'in', filled.added).execute())
  t.ok(
    rows.every((r) => r.removed_at && r.removed_by === 'officer'),
    'taken back by a date, never deleted',
  )
  t.equal(rows.length, 7)
  t.equal(held(), before + 7 + 1 + 1)
  const entries = await store.system((tx) => tx.selectFrom('journal').selectAll().where('event', '=', 'duty.changed').execute())
  t.match(entries[0], { person: 'officer', place: subdistrict, data: { what: 'fill', added: 7, removed: 0 } })
  t.notMatch(JSON.stringify(entries), new RegExp(`${name}|发热`), 'numbers of the register, no name and no illness')
}

t.test('the rota is changed, undone and kept (embedded)', { timeout: 120_000 }, story('embedded'))
t.test(
  'the rota is changed, undone and kept (PostgreSQL)',
  { skip: testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set', timeout: 120_000 },
  story('postgres'),
)
