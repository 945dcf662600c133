import type { Verb as Permission } from '../people/permissions.js'

/**
 * The life of an alert on one page:
 *
 *   draft ─ submit ─▶ submitted ─ approve ─▶ approved ─ issue ─▶ issued ─ revise ─▶ issued …
 *     └── hold ─▶ held ◀─ hold ── (any of them, issued too) ── resume goes back to where it was
 *   issued ─ call-off ─▶ called-off ─┐
 *   issued ─ all-clear ─▶ all-clear ─┴─ close ─▶ closed   (a draft is closed too: it was not needed)
 *
 * Nothing is ever sent from a draft: the events that delivery listens to are written from `issued` on only.
 */
export const alertStates = ['draft', 'submitted', 'approved', 'issued', 'held', 'called-off', 'all-clear', 'closed'] as const
export type AlertState = (typeof alertStates)[number]

export const alertVerbs = ['submit', 'approve', 'hold', 'resume', 'issue', 'revise', 'call-off', 'all-clear', 'close'] as const
export type AlertVerb = (typeof alertVerbs)[number]

/** What the table needs of an alert: its state, and for a held one the state it was held in. */
export interface Standing {
  state: AlertState
  heldFrom?: AlertState
}

export interface Transition {
  to: AlertState
  event: `alert.${string}`
}

/** What each verb asks of the person (people/permissions.ts). */
export const permissionOf: Record<AlertVerb, Permission> = {
  submit: 'alert.submit',
  approve: 'alert.approve',
  hold: 'alert.hold',
  resume: 'alert.hold',
  issue: 'alert.issue',
  revise: 'alert.draft',
  'call-off': 'alert.call-off',
  'all-clear': 'alert.call-off',
  close: 'alert.close',
}

const unsent: readonly AlertState[] = ['draft', 'submitted', 'approved']

/** Has it left the house already? A held one has if it was held after it was issued. */
export function wasIssued({ state, heldFrom }: Standing): boolean {
  return state === 'held' ? heldFrom === 'issued' : !unsent.includes(state) && state !== 'closed'
}

/** Where the verb leads from here, and the journal event that says so; null when it is not allowed. */
export function next(alert: Standing, verb: AlertVerb): Transition | null {
  const { state } = alert
  const pending = unsent.includes(state)
  const out = wasIssued(alert) && (state === 'issued' || state === 'held')
  switch (verb) {
    case 'submit':
      return state === 'draft' ? { to: 'submitted', event: 'alert.submitted' } : null
    case 'approve':
      // In `issued` the approval is for the next wording.
      if (state === 'issued') return { to: 'issued', event: 'alert.approved' }
      return pending ? { to: 'approved', event: 'alert.approved' } : null
    case 'hold':
      return pending || state === 'issued' ? { to: 'held', event: 'alert.held' } : null
    case 'resume':
      return state === 'held' ? { to: alert.heldFrom ?? 'draft', event: 'alert.resumed' } : null
    case 'issue':
      return pending ? { to: 'issued', event: 'alert.issued' } : null
    case 'revise':
      // New words before the issue make it a draft again: an approval was given for other words.
      if (out) return { to: 'issued', event: 'alert.revised' }
      return pending || state === 'held' ? { to: state === 'held' ? 'held' : 'draft', event: 'alert.redrafted' } : null
    case 'call-off':
      return out ? { to: 'called-off', event: 'alert.called-off' } : null
    case 'all-clear':
      return out ? { to: 'all-clear', event: 'alert.all-cleared' } : null
    case 'close':
      return state === 'closed' ? null : { to: 'closed', event: 'alert.closed' }
  }
}

export const allowed = (alert: Standing, verb: AlertVerb): boolean => next(alert, verb) !== null

/** The verb has been carried out already: pressing again changes nothing and is answered with 200. */
export function reached({ state }: Standing, verb: AlertVerb): boolean {
  const goal: Record<AlertVerb, readonly AlertState[]> = {
    submit: ['submitted'],
    approve: ['approved'],
    hold: ['held'],
    resume: ['draft', 'submitted', 'approved', 'issued'],
    issue: ['issued'],
    revise: [],
    'call-off': ['called-off'],
    'all-clear': ['all-clear'],
    close: ['closed'],
  }
  return goal[verb].includes(state)
}

const stateWord: Record<AlertState, string> = {
  draft: '草稿',
  submitted: '待审批',
  approved: '已批准',
  issued: '已发出',
  held: '已暂缓',
  'called-off': '已撤回',
  'all-clear': '已解除',
  closed: '已归档',
}
const verbWord: Record<AlertVerb, string> = {
  submit: '提交',
  approve: '批准',
  hold: '暂缓',
  resume: '恢复',
  issue: '发出',
  revise: '更新',
  'call-off': '撤回更正',
  'all-clear': '解除',
  close: '归档',
}

/** Why not, in plain words for the officer. */
export function whyNot(alert: Standing, verb: AlertVerb): string {
  const out = wasIssued(alert)
  if (alert.state === 'closed') return '这条信息已归档,不能再改动;需要时请新建一条'
  if (alert.state === 'held' && verb === 'issue') return out ? '已发出后暂缓:请按「恢复」继续发送' : '这条信息已暂缓:请先按「恢复」,再发出'
  if (!out && (verb === 'call-off' || verb === 'all-clear')) return '这条信息还没有发出,没有人收到,不需要撤回或解除;不用了请归档'
  return `这条信息${stateWord[alert.state]},现在不能${verbWord[verb]}`
}
export const nameOfState = (state: AlertState): string => stateWord[state]
export const nameOfVerb = (verb: AlertVerb): string => verbWord[verb]
