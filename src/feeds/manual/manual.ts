import { z } from 'zod'
import { time } from '../../base/web.js'
import { levels } from '../bulletin.js'

/** What the issuer does: 发布 · 继续发布 · 升级 · 降级 · 变更 · 解除. */
export const acts = ['issue', 'continue', 'raise', 'lower', 'change', 'lift'] as const
export type Act = (typeof acts)[number]
export const actWords: Record<Act, string> = {
  issue: '发布',
  continue: '继续发布',
  raise: '升级发布',
  lower: '降级发布',
  change: '变更发布',
  lift: '解除',
}

/** How an officer heard of it. */
export const hearings = ['wechat', 'fax', 'phone', 'file', 'other'] as const
export const hearingWords: Record<(typeof hearings)[number], string> = {
  wechat: '微信',
  fax: '传真',
  phone: '电话',
  file: '文件',
  other: '其他',
}

export const longestText = 10_000

const name = z.string().trim().min(2).max(40)
/** code null: nobody knows the place; it is put before the officer again wherever the warning is shown. */
const towns = z
  .array(
    z.strictObject({
      name,
      code: z
        .string()
        .regex(/^\d{9}(\d{3}){0,2}$/)
        .nullable(),
    }),
  )
  .max(80)
/** What a mixed text says of some of its towns: the colour that holds there from now on, or that is lifted there. */
const part = z.strictObject({ act: z.enum(acts), level: z.enum(levels), towns })
export type ManualPart = z.output<typeof part>

/** What an officer confirmed of a message: every field of it is the officer's word for what the issuer said. */
export const manualFieldsSchema = z.strictObject({
  issuers: z.array(name).min(1).max(5),
  issuedAt: time,
  act: z.enum(acts),
  event: z.string().trim().min(1).max(20),
  level: z.enum(levels),
  /** The whole of this district (6 digits), or else the towns. */
  district: z
    .string()
    .regex(/^\d{6}$/)
    .nullable(),
  towns,
  /** Of a mixed text: act, colour and towns part by part, entered together; then the fields above of these names say nothing. */
  parts: z.array(part).max(8).default([]),
  until: time.nullable(),
  /** 演练: reaches the allow-list only. */
  exercise: z.boolean(),
  /** Entered once more because the first entry was wrong. */
  correction: z.boolean().default(false),
})
export type ManualFields = z.output<typeof manualFieldsSchema>

/** The raw bytes of a 补录: what was pasted, word by word, what the officer made of it, and who signs for it. */
export const manualEntrySchema = z.strictObject({
  text: z.string().max(longestText),
  source: z.enum(hearings),
  callerName: z.string().trim().max(40).nullable(),
  heardAt: time,
  fields: manualFieldsSchema,
  /** The text of the watched folder that it was taken from. */
  from: z.string().max(40).nullable().default(null),
  /** The account that signed. */
  by: z.string().max(80),
  enteredAt: time,
})
export type ManualEntry = z.output<typeof manualEntrySchema>
