import { z } from 'zod'
import { riskTags } from '../register/risk-tags.js'
import type { Level } from '../warnings/warning.js'
import { tellingChannels } from './audience.js'

/** config/policy/risk.yaml: who is told, who is called, who is to move, which points are watched. Every key is explained there. */
const channelList = z.array(z.enum(tellingChannels))
const level = z.enum(['red', 'orange', 'yellow', 'blue'])
const tag = z.enum(riskTags)
const pointKind = z.enum(['waterlogging', 'old-building', 'slope', 'river-bank'])
const post = z.enum([
  '带班领导',
  '值班员',
  '社区书记',
  '网格长',
  '专职网格员',
  '兼职网格员',
  '网格指导员',
  '楼栋长',
  '党员志愿者',
  '安置点管理员',
])

const residentsRow = z.strictObject({
  self: channelList,
  'family-away': channelList,
  emergency: channelList,
  helper: channelList,
  group: channelList,
  calls: z.enum(['none', 'move', 'at-risk', 'all']),
  relatives: z.enum(['unreached', 'at-risk', 'all']),
})
const staffRow = z.strictObject({
  posts: z.array(post),
  'duty-only': z.boolean(),
  channels: channelList,
  'without-push': channelList,
})
const byLevel = <T extends z.ZodType>(row: T) => z.strictObject({ red: row, orange: row, yellow: row, blue: row })
const someLevels = <T extends z.ZodType>(row: T) => z.partialRecord(level, row)

const householdRule = z
  .strictObject({
    tag,
    near: z.strictObject({ kind: pointKind, 'within-m': z.number().positive().max(5000) }).optional(),
    on: z.strictObject({ kind: pointKind, grades: z.array(z.string()).min(1) }).optional(),
  })
  .refine((rule) => rule.near !== undefined || rule.on !== undefined, {
    message: 'say "near" (kind, within-m) or "on" (kind, grades): a tag alone would move a whole town',
  })

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day like 18:00, in quotes')
/** 转移时限: by when the moving has to be done. */
const doneBy = z.strictObject({
  'hours-before': z.number().min(0).max(48),
  night: z.strictObject({ from: clock, to: clock, by: clock }),
  'at-least-minutes': z.number().int().min(10).max(1440),
})

export const riskPolicySchema = z.strictObject({
  residents: z.strictObject({
    default: byLevel(residentsRow),
    order: residentsRow,
    notice: residentsRow,
    events: z.record(z.string(), someLevels(residentsRow.partial())).default({}),
  }),
  staff: z.strictObject({
    default: byLevel(staffRow),
    internal: staffRow,
    events: z.record(z.string(), someLevels(staffRow.partial())).default({}),
    'when-nobody': z.array(post).default(['社区书记', '带班领导', '值班员']),
  }),
  'at-risk': z.array(tag),
  'not-called': z.array(tag),
  move: z.array(
    z.strictObject({ events: z.array(z.string()).min(1), levels: z.array(level).min(1), households: z.array(householdRule).min(1) }),
  ),
  'done-by': z.strictObject({ default: doneBy, events: z.record(z.string(), doneBy.partial()).default({}) }),
  watch: z.array(z.strictObject({ events: z.array(z.string()).min(1), levels: z.array(level).min(1), kinds: z.array(pointKind).min(1) })),
})
export type RiskPolicy = z.output<typeof riskPolicySchema>

/** The same, for the hazards of config/events.yaml: a name that is not among them would be a rule that never speaks. */
export const riskPolicyFor = (known: readonly string[]) =>
  riskPolicySchema.superRefine((policy, told) => {
    const check = (event: string, path: (string | number)[]) => {
      if (!known.includes(event))
        told.addIssue({ code: 'custom', path, message: `"${event}" is not in events.yaml; allowed are ${known.join('、')}` })
    }
    for (const table of ['residents', 'staff', 'done-by'] as const)
      for (const event of Object.keys(policy[table].events)) check(event, [table, 'events', event])
    for (const table of ['move', 'watch'] as const)
      for (const [row, { events }] of policy[table].entries())
        for (const [n, event] of events.entries()) check(event, [table, row, 'events', n])
  })
export type ResidentsRow = z.output<typeof residentsRow>
export type StaffRow = z.output<typeof staffRow>
export type DoneBy = z.output<typeof doneBy>
export type HouseholdRule = z.output<typeof householdRule>
export type PolicyLevel = z.output<typeof level>

/** A level nobody could read follows orange (DESIGN §4). */
export const policyLevel = (level: Level): PolicyLevel => (level === 'unknown' ? 'orange' : level)

export type Origin = 'relay' | 'order' | 'notice' | 'internal'

/** What has no colour follows its own row; what has one its event's row over the default of its level. */
export function residentsRowOf(policy: RiskPolicy, event: string, level: Level | null, origin: Origin): ResidentsRow {
  if (origin === 'order') return policy.residents.order
  if (level === null || origin !== 'relay') return policy.residents.notice
  const at = policyLevel(level)
  return { ...policy.residents.default[at], ...policy.residents.events[event]?.[at] }
}

export function staffRowOf(policy: RiskPolicy, event: string, level: Level | null, origin: Origin): StaffRow {
  if (level === null || origin === 'internal' || origin === 'notice') return policy.staff.internal
  const at = policyLevel(level)
  return { ...policy.staff.default[at], ...policy.staff.events[event]?.[at] }
}
