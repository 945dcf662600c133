import { z } from 'zod'
import type { Level } from '../warnings/warning.js'
import type { AlertAudience, AlertKind, Origin } from './alert.js'

const perLevel = <T extends z.ZodType>(shape: T) => z.strictObject({ red: shape, orange: shape, yellow: shape, blue: shape })
const seconds = z.union([z.literal('never'), z.number().int().min(10).max(86_400)], {
  error: 'a number of seconds from 10 to 86400, or the word never',
})

/** config/policy/issue.yaml. Automatic sending exists for relays only: an order has no key for it. */
export const issuePolicySchema = z.strictObject({
  hotline: z
    .string()
    .regex(
      /^(0\d{2,3}-?\d{7,8}|400\d{7}|95\d{3,6}|12379)$/,
      'a landline like 023-52000000, a 400 or a 95 number; carriers refuse mobile numbers',
    ),
  unknown_follows: z.enum(['red', 'orange', 'yellow', 'blue']),
  staff: perLevel(z.strictObject({ send: z.enum(['at-once', 'one-press']) })),
  relay: perLevel(z.strictObject({ send: z.enum(['one-press', 'two-persons']), automatic_after: seconds })),
  order: perLevel(z.strictObject({ send: z.enum(['one-press', 'two-persons']), phone_counts: z.boolean() })),
  notice: z.strictObject({ send: z.enum(['one-press', 'two-persons']) }),
  exercise: z.strictObject({ send: z.enum(['one-press', 'two-persons']) }),
  too_wide_times: z.number().min(1).max(100),
  too_wide_tells: z.array(z.string().trim().min(1)),
  silence_minutes: perLevel(z.number().min(1).max(120)),
})
export type IssuePolicy = z.output<typeof issuePolicySchema>

/** What the decision looks at. Approvals are those given for exactly the wording that would go out. */
export interface IssueQuestion {
  audience: AlertAudience
  origin: Origin
  kind: AlertKind
  level: Level | null
  /** Standing of the feed the warning came by; null without a warning. */
  standing: 'authority' | 'mirror' | 'reference' | null
  /** The officer changed nothing of the template: hazard, colour, station and time are the authority's. */
  verbatim: boolean
  author: string
  approvals: { by: 'app' | 'phone'; person: string }[]
  /** Nobody answered for the whole silence: the author may issue with a reason. */
  openedToAuthor: boolean
  reason: string | null
}

export type Need = 'nothing' | 'one-press' | 'approval' | 'reason'

export interface IssueDecision {
  /** May a person who has the permission press now? */
  allowed: boolean
  needs: Need
  /** It issues itself as soon as it is drafted. */
  atOnce: boolean
  /** Seconds of the countdown after which it issues itself; null: never by itself. */
  automaticAfter: number | null
}

type Colour = 'red' | 'orange' | 'yellow' | 'blue'
const colourOf = (policy: IssuePolicy, level: Level | null): Colour =>
  level === null || level === 'unknown' ? policy.unknown_follows : level

export const silenceMs = (policy: IssuePolicy, level: Level | null): number => policy.silence_minutes[colourOf(policy, level)] * 60_000

/** The default policy table of the design, as one pure function. */
export function mayIssue(policy: IssuePolicy, ask: IssueQuestion): IssueDecision {
  const byHand = (allowed: boolean, needs: Need): IssueDecision => ({ allowed, needs, atOnce: false, automaticAfter: null })
  const twoPersons = (phoneCounts: boolean): IssueDecision => {
    const approved = ask.approvals.some((a) => (a.by === 'phone' ? phoneCounts : a.person !== ask.author))
    if (approved) return byHand(true, 'one-press')
    if (ask.openedToAuthor) return ask.reason ? byHand(true, 'one-press') : byHand(false, 'reason')
    return byHand(false, 'approval')
  }
  const decide = (send: 'one-press' | 'two-persons', phoneCounts = true) =>
    send === 'two-persons' ? twoPersons(phoneCounts) : byHand(true, 'one-press')

  if (ask.kind === 'exercise') return decide(policy.exercise.send)
  const colour = colourOf(policy, ask.level)
  if (ask.origin === 'order') return decide(policy.order[colour].send, policy.order[colour].phone_counts)
  if (ask.origin === 'notice') return decide(policy.notice.send)
  if (ask.audience === 'staff') {
    const atOnce = policy.staff[colour].send === 'at-once'
    return { allowed: true, needs: atOnce ? 'nothing' : 'one-press', atOnce, automaticAfter: null }
  }
  const rule = policy.relay[colour]
  const automatic = rule.automatic_after !== 'never' && ask.standing === 'authority' && ask.verbatim && ask.origin === 'relay'
  return { ...decide(rule.send), automaticAfter: automatic ? (rule.automatic_after as number) : null }
}
