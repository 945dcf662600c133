import t, { type Test } from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import { applyImport, undoImport } from '../../../src/register/import/apply-import.js'
import { readTable } from '../../../src/register/import/read-table.js'
import { anyHeadings, thingOf } from '../../../src/register/import/thing-sheets.js'
import { tryThings } from '../../../src/register/import/try-things.js'
import { writeXlsx } from '../../../src/register/sheet/write-sheet.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const kind: Store['kind'] = testDatabaseUrl ? 'postgres' : 'embedded'
const admin: Actor = { person: 'p-admin', role: 'admin', scope: '500154002' }
const grid = '500154002001004'
const gridName = '三中社区四网格'
const csv = (...lines: string[]) => Buffer.from(lines.join('\n'))
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (e: unknown) => e,
  )

t.test('what a sheet is about is seen from its headings, or from its name in a workbook', async (t) => {
  const thing = (headings: string[], sheet: string | null = null) => thingOf({ headings, sheet })
  t.equal(thing(['网格', '户主', '住址', '联系电话', '人数']), 'households')
  t.equal(thing(['姓名', '岗位', '电话', '网格', '代理人']), 'staff')
  t.equal(thing(['类型', '部位名称', '网格', '经度', '纬度', '责任人']), 'points')
  t.equal(thing(['安置点', '地址', '经度', '纬度', '可容纳人数', '管理员']), 'shelters')
  t.equal(thing(['群名', '平台', '群主', '网格']), 'groups')
  t.equal(thing(['姓名', '网格', '电话', '住址']), 'households')
  t.equal(thing(['姓名', '网格', '电话'], '网格力量'), 'staff')
  const pieces: Buffer[] = []
  for await (const piece of writeXlsx({ name: '群', headings: ['群名', '群主', '网格'], rows: [['甲群', '某', gridName]] }))
    pieces.push(piece)
  const table = await readTable(Buffer.concat(pieces), anyHeadings, '群')
  t.equal(thingOf(table), 'groups')
  t.match(await refusal(readTable(Buffer.concat(pieces), anyHeadings, '部位')), { kind: 'unreadable' })
})

t.test(`on the store ${kind}`, async (t) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, register, seal }
  const attempt = async (...lines: string[]) => {
    const table = await readTable(csv(...lines), anyHeadings)
    const thing = thingOf(table)
    if (thing === 'households') throw new Error('taken for households')
    return { thing, ...(await tryThings(deps, admin, thing, table, 'wgs84', {})) }
  }
  const shown = () => {
    const { staff, points, shelters, groups } = register.snapshot()
    return JSON.stringify([staff.map((s) => [s, s.contactId && register.directory().address(s.contactId)]), points, shelters, groups])
  }
  const codes = (run: { problems: { line: number; code: string; taken: boolean }[] }) => run.problems.map((p) => [p.line, p.code, p.taken])
  const inSheet = async (t: Test, lines: string[], seen: (t: Test) => void) => {
    const before = shown()
    const run = await attempt(...lines)
    t.equal(shown(), before, 'a dry run changes nothing')
    await applyImport(deps, admin, run.id!)
    seen(t)
    t.match((await attempt(...lines)).counts, { added: 0, changed: 0 }, 'what was imported is in the register')
    await undoImport(deps, admin, run.id!)
    t.equal(shown(), before, 'undone')
    return run
  }
  const worker = register.snapshot().staff.find((s) => s.place === grid && s.post === '专职网格员')!

  t.test('staff: a deputy may stand further down, a number is sealed and masked like every other', async (t) => {
    const run = await inSheet(
      t,
      [
        '姓名,岗位,电话,网格,代理人,值班',
        `甲某,楼栋长,16200990001,${gridName},乙某,否`,
        `乙某,党员志愿者,16200990002、16200990003,${gridName},,是`,
        `丙某,社区书记,199,三中社区,天外人,也许`,
        `${worker.name},专职网格员,16200990009,${gridName},,`,
        `,楼栋长,,${gridName},,`,
        `丁某,,,${gridName},,`,
        `戊某,楼栋长,,月亮网格,,`,
        `甲某,楼栋长,,${gridName},,`,
      ],
      (t) => {
        const all = register.snapshot().staff
        const one = all.find((s) => s.name === '甲某')!
        t.match(one, { place: grid, post: '楼栋长', duty: false, deputyId: all.find((s) => s.name === '乙某')!.id })
        t.equal(register.directory().address(one.contactId!), '+8616200990001')
        t.match(
          all.find((s) => s.name === '丙某'),
          { place: '500154002001', contactId: null, deputyId: null },
        )
        t.equal(register.directory().address(all.find((s) => s.id === worker.id)!.contactId!), '+8616200990009')
      },
    )
    t.match(run.counts, { rows: 8, taken: 4, leftOut: 4, added: 3, changed: 1 })
    t.same(codes(run), [
      [4, 'duty-unclear', true],
      [4, 'phone-bad', true],
      [4, 'person-unknown', true],
      [6, 'name-missing', false],
      [7, 'post-missing', false],
      [8, 'grid-unknown', false],
      [9, 'twice', false],
    ])
    t.ok(run.changes.some((c) => c.kind === 'gone' && c.kept))
  })

  t.test('points, shelters and groups: placed, numbered, kept by a person of the staff', async (t) => {
    const home = register.snapshot().points[0]!
    const points = await inSheet(
      t,
      [
        '类型,部位名称,编号,网格,经度,纬度,影响半径,责任人',
        `积水点,桥洞下,,,${home.lon},${home.lat},150米,${worker.name}`,
        `外星人,飞碟坪,,${gridName},${home.lon},${home.lat},,`,
        `边坡,新坡,,${gridName},,,,`,
        `内涝,涵洞口,W-7,${gridName},${home.lat},${home.lon},很大,`,
      ],
      (t) => {
        const made = register.snapshot().points.find((p) => p.name === '桥洞下')!
        t.match(made, { kind: 'waterlogging', radiusM: 150, place: home.place })
        const others = register.snapshot().points.filter((p) => p.kind === 'waterlogging' && p.id !== made.id)
        t.notOk(
          others.some((p) => p.number === made.number),
          'its number is its own',
        )
      },
    )
    t.match(points.counts, { added: 1, leftOut: 3 })
    const shelters = await inSheet(
      t,
      ['安置点,地址,经度,纬度,可容纳人数,床位,管理员,社区', `新体育馆,中学路1号,${home.lon},${home.lat},300,,${worker.name},三中社区`],
      (t) =>
        t.match(
          register.snapshot().shelters.find((s) => s.name === '新体育馆'),
          { capacityDay: 300, capacityNight: 300, place: '500154002001' },
        ),
    )
    t.match(shelters.counts, { added: 1 })
    const groups = await inSheet(
      t,
      ['群名,平台,群主,网格,群人数', `四网格夜班群,企业微信,${worker.name},${gridName},38`, `无主群,微信,天外人,${gridName},1`],
      (t) =>
        t.match(
          register.snapshot().groups.find((g) => g.name === '四网格夜班群'),
          { platform: 'wecom', members: 38, place: grid },
        ),
    )
    t.same(codes(groups), [[3, 'owner-missing', false]])
  })

  t.test('who was given something to do since is not unmade; an outdated dry run is refused', async (t) => {
    const before = shown()
    const run = await attempt('姓名,岗位,网格', `己某,楼栋长,${gridName}`)
    const other = await attempt('姓名,岗位,网格', `己某,楼栋长,${gridName}`)
    t.match(
      await refusal(applyImport(deps, admin, run.id!)),
      { kind: /conflict|not-found/ },
      'a later try takes the place of one not taken',
    )
    await applyImport(deps, admin, other.id!)
    const made = register.snapshot().staff.find((s) => s.name === '己某')!
    const point = register.snapshot().points[0]!
    const keep = (keeper_id: string | null) =>
      store.system((tx) => tx.updateTable('hazard_point').set({ keeper_id }).where('id', '=', point.id).execute())
    await keep(made.id)
    t.match(await refusal(undoImport(deps, admin, other.id!)), { kind: 'conflict' })
    await keep(point.keeperId)
    await undoImport(deps, admin, other.id!)
    t.equal(shown(), before)
  })
})
