import { z } from 'zod'
import { time } from '../base/web.js'

export const targetTypes = ['household', 'task', 'group-post', 'evacuation', 'incident'] as const

/**
 * One thing done on a phone: a self-contained statement. Only the envelope is checked for the whole upload; a verb or a value
 * that makes no sense is refused by itself and kept, so that one bad edit never holds up the others.
 */
export const editShape = z.object({
  id: z.string().min(1).max(100),
  device: z.string().min(1).max(100),
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  target: z.object({ type: z.string().max(40), id: z.string().min(1).max(100) }),
  verb: z.string().min(1).max(40),
  value: z.record(z.string(), z.unknown()).nullish(),
  at: time,
})

export interface FieldEdit {
  id: string
  device: string
  seq: number
  target: { type: string; id: string }
  verb: string
  value: Record<string, unknown>
  at: Date
}

export type Outcome = 'accepted' | 'duplicate' | 'conflict' | 'refused'
export interface EditProblem {
  kind: string
  title: string
  detail: string
}
export interface EditResult {
  id: string
  outcome: Outcome
  problem?: EditProblem
}

export const refusals = {
  'unknown-target': ['这一户(项)不在您的辖区或已不存在', 'the target is not there or outside your area; the edit is kept for review'],
  forbidden: ['您的岗位不能做这一步', 'your post may not do this; the edit is kept for review'],
  malformed: ['这条记录缺少内容', 'the verb or its value cannot be read; the edit is kept for review'],
  'bad-number': [
    '号码不对,没有保存。手机 11 位,座机带区号;请和本人核对后再记一次',
    'not a telephone number, nothing was saved; check it with the person and write it down again',
  ],
  'not-approved': ['返回还没有批准', 'the return of this household is not approved yet; the edit is kept for review'],
  reused: ['编号重复但内容不同', 'this id was used for another edit'],
  failed: ['这条记录没能处理,已留存待查', 'the edit could not be applied; it is kept for review'],
} as const satisfies Record<string, readonly [string, string]>
export type Refusal = keyof typeof refusals

export const problemOf = (kind: string): EditProblem => {
  const [title, detail] = refusals[kind as Refusal] ?? [kind, kind]
  return { kind, title, detail }
}
export const conflictProblem: EditProblem = {
  kind: 'conflict',
  title: '与另一台手机的记录不一致,先按较稳妥的一方显示,请核实',
  detail: 'another phone says something else about the same thing; both are kept, the more cautious one is shown until somebody settles it',
}

const text = z.string().trim().max(500)
const heads = z.number().int().min(0).max(99)
const seen = z.number().int().min(0).optional()

/** What each verb of a household carries. `seen` = version of the door on the phone. */
export const householdValues = {
  told: z.object({ seen, note: text.optional() }),
  left: z.object({ seen, people: heads.optional(), shelterId: text.optional(), vehicle: text.optional(), note: text.optional() }),
  refused: z.object({ seen, reason: text.optional(), note: text.optional() }),
  absent: z.object({ seen, reason: text.optional(), note: text.optional() }),
  'need-help': z.object({ seen, kinds: z.array(text).max(10).optional(), note: text.optional() }),
  helped: z.object({ seen, note: text.optional() }),
  'correct-people': z.object({ seen, people: heads, reason: text.min(1) }),
  arrived: z.object({ seen, shelterId: text.optional(), people: heads.optional(), note: text.optional() }),
  returned: z.object({ seen, note: text.optional() }),
  note: z.object({ seen, note: text.min(1) }),
  undo: z.object({ seen, of: z.string().max(100) }),
} as const

/** needs: only that there are any is kept. What they are belongs into the sealed register, not into a log. */
export const addHouseholdValue = z.object({
  label: text.min(1).max(100),
  people: z.number().int().min(1).max(99),
  grid: z.string().regex(/^\d{15}$/),
  householdId: z.string().max(100).optional(),
  shelterId: text.optional(),
  needs: z.array(text).max(20).optional(),
  needHelp: z.boolean().optional(),
  note: text.optional(),
})

/** A new incident from a phone: its task has the target's id. */
export const incidentValue = z.object({
  kind: text.max(60).optional(),
  title: text.min(1).max(100),
  place: z.string().regex(/^\d{6,15}$/),
  note: text.optional(),
})

export const taskValues = {
  done: z.object({ result: text.optional(), note: text.optional() }),
  looked: z.object({ reading: text.optional(), verdict: z.enum(['good', 'bad']).optional(), note: text.optional() }),
  take: z.object({}),
  note: z.object({ note: text.min(1) }),
  posted: z.object({ revision: z.number().int().optional() }),
  undo: z.object({ of: z.string().max(100) }),
  number: z
    .object({ result: z.enum(['corrected', 'works']), phone: text.min(1).max(40).optional() })
    .refine((v) => v.phone || v.result === 'works'),
} as const
