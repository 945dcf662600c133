import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { alertStates, alertVerbs, allowed, next, permissionOf, reached, type Standing, wasIssued } from '../../../src/alerts/alert-state.js'
import { readAlert, readRevisions } from '../../../src/alerts/alert-store.js'
import { approveAlert } from '../../../src/alerts/approve-alert.js'
import { closeAlert } from '../../../src/alerts/close-alert.js'
import { draftAlert } from '../../../src/alerts/draft-alert.js'
import { allClearAlert, callOffAlert } from '../../../src/alerts/end-alert.js'
import { holdAlert, resumeAlert } from '../../../src/alerts/hold-alert.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { type IssueQuestion, issuePolicySchema, mayIssue } from '../../../src/alerts/issue-policy.js'
import { reviseAlert } from '../../../src/alerts/revise-alert.js'
import { submitAlert } from '../../../src/alerts/submit-alert.js'
import { readConfig } from '../../../src/base/config.js'
import { Problem } from '../../../src/base/problem.js'
import { can } from '../../../src/people/permissions.js'
import { runs } from '../../rig/runs.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { commander, type DeskRig, officer, openDesk } from './desk-rig.js'

const policy = readConfig('config/policy', 'issue.yaml', issuePolicySchema)
/** The kind of problem a press is answered with. */
const refused = async (t: Test, run: Promise<unknown>, kind: string, words?: RegExp): Promise<void> => {
  const problem = await run.then(
    () => null,
    (e: unknown) => e,
  )
  t.ok(problem instanceof Problem, `is refused (${kind})`)
  if (!(problem instanceof Problem)) return
  t.equal(problem.kind, kind)
  if (words) t.match(problem.title, words)
}

t.test('the state machine', async (t) => {
  t.test('nothing leaves the house from a draft, and every way out of it passes through issue', async () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alertVerbs), { maxLength: 30 }), (verbs) => {
        let alert: Standing = { state: 'draft' }
        let issued = false
        for (const verb of verbs) {
          const step = next(alert, verb)
          if (!step) continue
          const out = ['alert.issued', 'alert.revised', 'alert.called-off', 'alert.all-cleared'].includes(step.event)
          if (verb === 'issue') issued = true
          // What delivery listens to is only ever said of an alert that was issued.
          if (out && !issued) return false
          const heldFrom = verb === 'hold' ? alert.state : verb === 'revise' && step.to === 'held' ? 'draft' : alert.heldFrom
          alert = step.to === 'held' && heldFrom ? { state: 'held', heldFrom } : { state: step.to }
          if (wasIssued(alert) !== issued && alert.state !== 'closed') return false
          if (verb !== 'revise' && verb !== 'approve' && verb !== 'resume' && !reached(alert, verb)) return false
        }
        return true
      }),
      runs(2000),
    )
  })
  t.test('closed is the end; ended alerts can only be closed', async (t) => {
    t.same(
      alertVerbs.filter((verb) => allowed({ state: 'closed' }, verb)),
      [],
    )
    for (const state of ['called-off', 'all-clear'] as const)
      t.same(
        alertVerbs.filter((verb) => allowed({ state }, verb)),
        ['close'],
      )
    t.same(
      alertVerbs.filter((verb) => allowed({ state: 'held', heldFrom: 'draft' }, verb)),
      ['resume', 'revise', 'close'],
    )
  })
  t.test('every verb has a permission that the officer holds and a worker does not', async (t) => {
    for (const verb of alertVerbs) {
      t.ok(can(officer, permissionOf[verb]), verb)
      t.notOk(can({ person: 'w', role: 'worker', scope: '' }, permissionOf[verb]), verb)
    }
    t.equal(alertStates.length, 8)
  })
})

t.test('the policy table', async (t) => {
  const ask = (change: Partial<IssueQuestion>): IssueQuestion => ({
    audience: 'residents',
    origin: 'relay',
    kind: 'actual',
    level: 'red',
    standing: 'authority',
    verbatim: true,
    author: 'officer',
    approvals: [],
    openedToAuthor: false,
    reason: null,
    ...change,
  })
  const decide = (change: Partial<IssueQuestion>) => mayIssue(policy, ask(change))
  t.match(decide({}), { allowed: true, needs: 'one-press', automaticAfter: 120, atOnce: false })
  t.equal(decide({ level: 'orange' }).automaticAfter, 900)
  t.equal(decide({ level: 'unknown' }).automaticAfter, 900, 'a colour nobody could read follows orange')
  t.equal(decide({ level: 'yellow' }).automaticAfter, null)
  t.equal(decide({ standing: 'mirror' }).automaticAfter, null, 'only an authority is passed on by itself')
  t.equal(decide({ verbatim: false }).automaticAfter, null, 'changed words never go by themselves')
  t.match(decide({ audience: 'staff' }), { atOnce: true, needs: 'nothing' })
  for (const level of ['red', 'orange', 'yellow', 'blue'] as const) {
    const order = decide({ origin: 'order', level })
    t.match(order, { allowed: false, needs: 'approval', automaticAfter: null }, `an order is always a person's (${level})`)
  }
  t.equal(decide({ origin: 'order', approvals: [{ by: 'app', person: 'officer' }] }).allowed, false, 'the own approval does not count')
  t.equal(decide({ origin: 'order', approvals: [{ by: 'app', person: 'commander' }] }).allowed, true)
  t.equal(decide({ origin: 'order', approvals: [{ by: 'phone', person: 'officer' }] }).allowed, true, 'a logged telephone approval counts')
  t.match(decide({ origin: 'order', openedToAuthor: true }), { allowed: false, needs: 'reason' })
  t.equal(decide({ origin: 'order', openedToAuthor: true, reason: '领导电话不通,积水已进屋' }).allowed, true)
  t.match(decide({ origin: 'notice', level: null }), { allowed: true, automaticAfter: null })
  t.match(decide({ kind: 'exercise' }), { allowed: true, needs: 'one-press', automaticAfter: null })
  t.match(decide({ kind: 'exercise', audience: 'staff' }), { atOnce: false }, 'an exercise never sends itself')
  fc.assert(
    fc.property(
      fc.constantFrom('staff', 'residents'),
      fc.constantFrom('relay', 'order', 'notice', 'internal'),
      fc.constantFrom('actual', 'exercise'),
      fc.constantFrom('red', 'orange', 'yellow', 'blue', 'unknown', null),
      fc.constantFrom('authority', 'mirror', 'reference', null),
      fc.boolean(),
      (audience, origin, kind, level, standing, verbatim) => {
        const made = mayIssue(policy, ask({ audience, origin, kind, level, standing, verbatim } as Partial<IssueQuestion>))
        return (
          made.automaticAfter === null ||
          (audience === 'residents' && origin === 'relay' && kind === 'actual' && standing === 'authority' && verbatim)
        )
      },
    ),
  )
})

if (!testDatabaseUrl) t.comment('SKIPPED: the stories of the desk need TEST_DATABASE_URL (PostgreSQL)')
else
  t.test('the duty desk', async (t) => {
    const desk = await openDesk(t)
    t.beforeEach(() => desk.clear())
    const issue = (alert: Alert, actor = officer, revision = alert.revision, reason?: string) =>
      desk.as(actor, (tx) => issueAlert(tx, desk.deps, { alertId: alert.id, revision, reason }))
    const fresh = (alert: Alert) => desk.store.system((tx) => readAlert(tx, alert.id))
    const events = async (alert: Alert) => (await desk.journal(alert.seriesId)).map((e) => `${e.event}:${e.data.audience ?? ''}`)

    t.test('a red warning: staff at once, residents after 120 s by the clock', async (t) => {
      const { staff, residents } = await desk.alertsOf(await desk.warn())
      t.equal(staff!.state, 'issued')
      t.equal(staff!.seriesId, residents!.seriesId, 'two alerts of one series')
      t.equal(residents!.state, 'draft')
      t.equal(residents!.issueAt!.getTime() - desk.deps.clock.now().getTime(), 120_000)
      t.equal(residents!.title, '暴雨红色预警信号')
      t.same(residents!.summary.audience.move, { households: 12, people: 33 })
      t.equal((await desk.store.system((tx) => readRevisions(tx, [residents!.id]))).length, 0, 'nothing is frozen, so nothing can be sent')
      await desk.pass(119)
      t.equal((await fresh(residents!)).state, 'draft')
      await desk.pass(1)
      const after = await fresh(residents!)
      t.match(after, { state: 'issued', issuedBy: 'system', issueAt: null })
      const [revision] = await desk.store.system((tx) => readRevisions(tx, [residents!.id]))
      t.match(revision, { revision: 1, purpose: 'warn', hash: after.hash! })
      t.match(
        revision!.words.previews.find((p) => p.channel === 'sms' && p.relation === 'self')?.text,
        /文峰街道.*12日03:26.*暴雨红色预警信号/,
      )
      t.equal((await events(residents!)).filter((e) => e === 'alert.issued:residents').length, 1)
    })

    t.test('the countdown can be stopped, and begins anew when it is resumed', async (t) => {
      const { residents } = await desk.alertsOf(await desk.warn())
      await desk.pass(60)
      await desk.as(officer, (tx) => holdAlert(tx, { alertId: residents!.id, revision: 1, reason: '等雨情核实' }))
      await desk.pass(3600)
      const held = await fresh(residents!)
      t.match(held, { state: 'held', issueAt: null, holdReason: '等雨情核实' })
      await refused(t, issue(held), 'conflict', /先按「恢复」/)
      await desk.as(officer, (tx) => resumeAlert(tx, desk.deps, { alertId: held.id, revision: 1 }))
      t.match(await fresh(held), { state: 'draft', holdReason: null })
      await desk.pass(119)
      t.equal((await fresh(held)).state, 'draft')
      await desk.pass(1)
      t.equal((await fresh(held)).state, 'issued')
    })

    t.test('orange goes after 15 minutes of silence; yellow waits for a person', async (t) => {
      const orange = (await desk.alertsOf(await desk.warn({ level: 'orange' }))).residents!
      const yellow = (await desk.alertsOf(await desk.warn({ level: 'yellow', event: '大风' }))).residents!
      await desk.pass(899)
      t.equal((await fresh(orange)).state, 'draft')
      await desk.pass(86_400)
      t.equal((await fresh(orange)).state, 'issued')
      t.equal((await fresh(yellow)).state, 'draft')
    })

    t.test('two officers press at once: one effect; a press on a stale revision is told so', async (t) => {
      const { residents } = await desk.alertsOf(await desk.warn())
      const both = await Promise.all([issue(residents!), issue(residents!, commander)])
      t.same(both.map((p) => p.effect).sort(), [false, true])
      t.equal((await issue(residents!)).effect, false, 'pressed again: 200, no effect')
      t.equal((await events(residents!)).filter((e) => e === 'alert.issued:residents').length, 1)
      const revise = (revision: number) =>
        desk.as(officer, (tx) => reviseAlert(tx, desk.deps, { alertId: residents!.id, revision, words: { ownText: '请到文峰小学避险。' } }))
      const settled = await Promise.allSettled([revise(1), revise(1)])
      t.same(settled.map((s) => s.status).sort(), ['fulfilled', 'rejected'])
      t.equal((await fresh(residents!)).revision, 2)
      const stale = await revise(1).catch((e: Problem) => e)
      t.match(stale, { kind: 'stale-revision', status: 409, more: { revision: 2 } })
    })

    t.test('a countdown that fires while the officer holds does not lock up, and one of them wins', async (t) => {
      const { residents } = await desk.alertsOf(await desk.warn())
      const hold = desk.as(officer, (tx) => holdAlert(tx, { alertId: residents!.id, revision: 1 }))
      await Promise.all([hold, desk.pass(120)])
      const after = await fresh(residents!)
      t.equal(after.state, 'held')
      const seen = (await events(residents!)).filter((e) => e.endsWith(':residents'))
      t.ok(seen.filter((e) => e.startsWith('alert.issued')).length <= 1)
    })

    t.test('a district-wide code that names other towns wakes nobody', async (t) => {
      const id = await desk.warn({ codes: ['500154'], text: '临江镇、温泉镇、长沙镇、郭家镇有暴雨到大暴雨。' })
      t.same((await desk.alertsOf(id)).all, [])
      const verdict = await desk.store.system((tx) =>
        tx.selectFrom('journal').select('data').where('thing_id', '=', id).where('event', '=', 'warning.matched').executeTakeFirst(),
      )
      t.equal(verdict?.data.verdict, 'named-elsewhere')
      const broken = await desk.warn({ unplaced: true })
      t.same((await desk.alertsOf(broken)).all, [], 'an area that cannot be read is put before the officer')
    })

    t.test('a mirror informs staff only; the authority that follows tells residents in the same series', async (t) => {
      const mirror = await desk.alertsOf(await desk.warn({ standing: 'mirror' }))
      t.equal(mirror.staff!.state, 'issued')
      t.equal(mirror.residents, undefined)
      await refused(
        t,
        draft(desk, { origin: 'relay', audience: 'residents', warningId: mirror.staff!.warningId }),
        'malformed',
        /不能转发给居民/,
      )
      const authority = await desk.alertsOf(await desk.warn())
      t.equal(authority.residents!.seriesId, mirror.staff!.seriesId)
      t.ok(authority.residents!.issueAt)
    })

    t.test('F26: an exercise never sends itself', async (t) => {
      const { staff, residents } = await desk.alertsOf(await desk.warn({ status: 'Exercise' }))
      t.match(staff, { kind: 'exercise', state: 'draft' })
      t.match(residents, { kind: 'exercise', state: 'draft', issueAt: null })
      await desk.pass(7200)
      t.equal((await fresh(residents!)).state, 'draft')
      await issue(residents!)
      const [revision] = await desk.store.system((tx) => readRevisions(tx, [residents!.id]))
      for (const p of revision!.words.previews.filter((w) => w.language === 'zh')) t.match(p.text, /演练/)
    })

    t.test('an order is refused without a logged approval, and the author cannot approve it', async (t) => {
      const warning = await desk.warn()
      const order = await draft(desk, { origin: 'order', audience: 'residents', warningId: warning, grids: ['500154002001'] })
      t.match(order.summary.audience, { households: 12, people: 33 }, 'only the households that have to move')
      await refused(t, issue(order), 'approval-needed', /第二人批准/)
      const approve = (actor: typeof officer, by: 'app' | 'phone', more = {}) =>
        desk.as(actor, (tx) => approveAlert(tx, desk.deps, { alertId: order.id, revision: 1, by, ...more }))
      await refused(t, approve(officer, 'app'), 'forbidden', /不能批准自己/)
      await refused(t, approve(officer, 'phone', { whom: '带班领导' }), 'malformed', /电话请示/)
      await approve(officer, 'phone', { whom: '带班领导', at: desk.deps.clock.now(), note: '同意,立即转移' })
      t.equal((await fresh(order)).state, 'approved')
      t.equal((await issue(order)).effect, true)
      t.equal((await approve(commander, 'app')).effect, true, '补签')
      t.ok((await events(order)).includes('alert.countersigned:residents'))
      const words = JSON.stringify((await desk.journal(order.seriesId)).map((e) => e.data))
      t.notMatch(words, /同意,立即转移|带班领导/, 'what was said on the telephone stays with the approval')
    })

    t.test('a second person approves in the app', async (t) => {
      const order = await draft(desk, { origin: 'order', audience: 'residents', warningId: await desk.warn(), grids: ['500154002001004'] })
      await desk.as(officer, (tx) => submitAlert(tx, desk.deps, { alertId: order.id, revision: 1 }))
      await desk.as(commander, (tx) => approveAlert(tx, desk.deps, { alertId: order.id, revision: 1, by: 'app' }))
      t.equal((await issue(order)).effect, true)
    })

    t.test('silence: after 5 minutes the deputy, after 5 more the author with a reason', async (t) => {
      const order = await draft(desk, { origin: 'order', audience: 'residents', warningId: await desk.warn(), grids: ['500154002001'] })
      await desk.as(officer, (tx) => submitAlert(tx, desk.deps, { alertId: order.id, revision: 1 }))
      t.equal((await fresh(order)).summary.approval?.asked, 'approver')
      await desk.pass(300)
      t.equal((await fresh(order)).summary.approval?.asked, 'deputy')
      await refused(t, issue(order, officer, 1, '等不到'), 'approval-needed')
      await desk.pass(300)
      t.equal((await fresh(order)).summary.approval?.asked, 'author')
      await refused(t, issue(order), 'approval-needed', /写明理由/)
      t.equal((await issue(order, officer, 1, '领导电话不通,积水已进屋')).effect, true)
      t.match((await desk.journal(order.seriesId)).find((e) => e.event === 'alert.issued' && e.data.origin === 'order')?.data, {
        reason: '领导电话不通,积水已进屋',
      })
    })

    t.test('an upgrade carries the series on: staff at once, residents with a countdown of their own', async (t) => {
      const first = await desk.warn({ level: 'orange' })
      const before = await desk.alertsOf(first)
      await issue(before.residents!)
      const second = await desk.warn({ level: 'red', supersedes: first })
      const staff = await fresh(before.staff!)
      t.match(staff, { state: 'issued', revision: 2, level: 'red', warningId: second })
      const waiting = await fresh(before.residents!)
      t.match(waiting, { state: 'issued', revision: 1, level: 'orange', summary: { update: { warningId: second, level: 'red' } } })
      t.ok(waiting.issueAt)
      await desk.pass(120)
      t.match(await fresh(waiting), { state: 'issued', revision: 2, level: 'red', title: '暴雨红色预警信号', warningId: second })
      const all = await desk.store.system((tx) => tx.selectFrom('alert').select('id').where('series_id', '=', staff.seriesId).execute())
      t.equal(all.length, 2, 'never forked')
    })

    t.test('an update of a draft changes the draft and does not push its countdown back', async (t) => {
      const first = await desk.warn()
      const { residents } = await desk.alertsOf(first)
      await desk.pass(100)
      await desk.warn({ supersedes: first })
      const after = await fresh(residents!)
      t.match(after, { revision: 2, state: 'draft' })
      t.equal(after.issueAt?.getTime(), residents!.issueAt?.getTime())
      await desk.pass(20)
      t.equal((await fresh(residents!)).state, 'issued')
    })

    t.test('the bureau lifts its warning: the officer presses 解除 once for the whole series', async (t) => {
      const warning = await desk.warn()
      const { staff, residents } = await desk.alertsOf(warning)
      await issue(residents!)
      const allClear = (reason?: string) =>
        desk.as(officer, (tx) => allClearAlert(tx, desk.deps, { alertId: residents!.id, revision: 1, reason }))
      await refused(t, allClear(), 'conflict', /还没有解除/)
      await desk.pass(3 * 3600)
      await desk.end(warning, 'lifted')
      t.equal((await fresh(residents!)).summary.allClear?.basis, 'lifted')
      t.equal((await fresh(residents!)).state, 'issued', 'a person ends it, not the machine')
      t.equal((await allClear()).effect, true)
      t.equal((await allClear()).effect, false, 'pressed again: no effect')
      t.match(await fresh(staff!), { state: 'all-clear', revision: 2 })
      const after = await fresh(residents!)
      t.match(after, { state: 'all-clear', revision: 2 })
      t.ok(after.expiresAt! > desk.deps.clock.now(), 'its words get through after the warning has run out')
      const last = (await desk.store.system((tx) => readRevisions(tx, [residents!.id]))).at(-1)
      t.equal(last?.purpose, 'all-clear')
      t.match(last?.words.previews.find((p) => p.channel === 'sms' && p.relation === 'self')?.text, /解除.*等待社区通知/)
      await refused(t, issue(after, officer, 2), 'conflict')
      t.equal((await desk.as(officer, (tx) => closeAlert(tx, desk.deps, { alertId: after.id, revision: 2 }))).effect, true)
    })

    t.test('what was never sent is closed with the warning; its countdown with it', async (t) => {
      const warning = await desk.warn()
      const { residents } = await desk.alertsOf(warning)
      await desk.end(warning, 'expired')
      t.equal((await fresh(residents!)).state, 'closed')
      await desk.pass(600)
      t.equal((await fresh(residents!)).state, 'closed')
    })

    t.test('retract: one press says to both audiences that it was wrong', async (t) => {
      const { staff, residents } = await desk.alertsOf(await desk.warn())
      await issue(residents!)
      await refused(
        t,
        desk.as(officer, (tx) => closeAlert(tx, desk.deps, { alertId: residents!.id, revision: 1 })),
        'conflict',
        /先解除或撤回/,
      )
      await desk.as(officer, (tx) => callOffAlert(tx, desk.deps, { alertId: residents!.id, revision: 1, reason: '范围有误' }))
      for (const alert of [staff!, residents!]) {
        t.match(await fresh(alert), { state: 'called-off', revision: 2 })
        t.equal((await desk.store.system((tx) => readRevisions(tx, [alert.id]))).at(-1)?.purpose, 'correct')
      }
    })

    t.test('a notice by hand: no colour, no 预警; new words make it a draft again', async (t) => {
      const words = { ownText: '三中路爆管停水,请绕行。', headline: '三中路爆管提示' }
      const notice = await draft(desk, { origin: 'notice', audience: 'residents', grids: ['500154002001'], words })
      t.match(notice, { level: null, title: '三中路爆管提示', state: 'draft', issueAt: null })
      await refused(
        t,
        draft(desk, { origin: 'notice', audience: 'residents', grids: ['500154002001'], words: { ownText: '暴雨红色预警' } }),
        'malformed',
      )
      await desk.as(officer, (tx) => submitAlert(tx, desk.deps, { alertId: notice.id, revision: 1 }))
      await desk.as(officer, (tx) =>
        reviseAlert(tx, desk.deps, { alertId: notice.id, revision: 1, words: { ownText: '三中路已恢复供水。' } }),
      )
      t.match(await fresh(notice), { state: 'draft', revision: 2 })
      t.notOk((await events(notice)).includes('alert.revised:residents'), 'delivery hears nothing of a draft')
      await issue(await fresh(notice))
      const sent = await desk.store.system((tx) => readRevisions(tx, [notice.id]))
      t.match(sent[0]?.words.previews[0]?.text, /已恢复供水/)
      t.notMatch(JSON.stringify(sent[0]?.words.previews), /预警/)
    })

    t.test('an officer reaches nothing outside the own area', async (t) => {
      const secretary = { person: 'secretary', role: 'officer', scope: '500154002001' }
      const made = desk.as(secretary, (tx) =>
        draftAlert(tx, desk.deps, { origin: 'notice', audience: 'residents', grids: ['500154002002'], words: { ownText: '停水。' } }),
      )
      await refused(t, made, 'forbidden', /不在您的辖区/)
      await refused(
        t,
        draft(desk, { origin: 'notice', audience: 'residents', grids: ['500999001'], words: { ownText: '停水。' } }),
        'malformed',
      )
    })
  })

const draft = (desk: DeskRig, input: Parameters<typeof draftAlert>[2]) => desk.as(officer, (tx) => draftAlert(tx, desk.deps, input))
