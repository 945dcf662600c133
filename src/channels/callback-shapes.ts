import { z } from 'zod'
import type { PersonAnswer, Receipt } from '../delivery/sender.js'
import { brokenBy } from './sms/sms-verdict.js'
import { pickedUp } from './voice/call-verdict.js'
import { secondsOf } from './voice/heard.js'

/** What a report claims of one message. All three must be what we know of it, or somebody made it up. */
export interface Claim {
  outId: string | undefined
  phone: string | undefined
  carrierId: string
}
/** One line of what a carrier reports of a message, and what it means. */
export interface Report {
  claim: Claim
  receipt: Omit<Receipt, 'outId'>
  answer?: Omit<PersonAnswer, 'outId'>
  /** How long somebody listened to a call: whether that was all of it depends on the text. */
  seconds?: number
  /** As it came, to be kept when its message is not known yet. */
  raw: unknown
}
/** One short message a person wrote: it names the number only, not what it answers. */
export interface Reply {
  phone: string
  words: string
  source: string
  raw: unknown
}
export interface Reading {
  reports: Report[]
  replies: Reply[]
}

const text = z.union([z.string(), z.number()]).transform(String)
const one = <T extends z.ZodType, R>(item: T, read: (value: z.output<T>, raw: unknown) => R) =>
  z.unknown().transform((raw, context): R => {
    const result = item.safeParse(raw)
    if (result.success) return read(result.data, raw)
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path: [...path], message })
    return z.NEVER
  })
const list = <R>(item: z.ZodType<R>) => z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(item).max(1000))

/** Alibaba Cloud SmsReport: what became of an SMS. */
const smsReports = list(
  one(
    z.object({
      phone_number: text,
      out_id: text.optional(),
      biz_id: text,
      success: z.union([z.boolean(), z.stringbool()]),
      err_code: text.optional(),
    }),
    (r, raw): Report => ({
      claim: { outId: r.out_id, phone: r.phone_number, carrierId: r.biz_id },
      receipt: r.success
        ? { kind: 'delivered' }
        : { kind: 'failed', reason: (r.err_code ?? 'failed').slice(0, 60), ...brokenBy(r.err_code ?? '') },
      raw,
    }),
  ),
).transform((reports): Reading => ({ reports, replies: [] }))

/** SmsUp: what a person wrote back. */
const smsReplies = list(
  one(
    z.object({
      phone_number: text,
      content: z.string().max(2000),
      send_time: z.string().optional(),
      sequence_id: text.optional(),
    }),
    (r, raw): Reply => ({
      phone: r.phone_number,
      words: r.content,
      source: `alibaba-sms ${r.sequence_id ?? `${r.phone_number} ${r.send_time ?? ''} ${r.content}`}`,
      raw,
    }),
  ),
).transform((replies): Reading => ({ reports: [], replies }))

/**
 * VoiceReport: how a call ended, how long it was listened to, and the key that was pressed. No code of a call condemns the number: unpaid today may be paid
 * tomorrow, and who is out of reach is only out of reach tonight.
 */
const voiceReports = list(
  one(
    z.object({
      callee: text.optional(),
      out_id: text.optional(),
      call_id: text,
      status_code: text,
      dtmf: text.optional(),
      duration: text.optional(),
    }),
    (r, raw): Report => {
      const key = r.dtmf?.trim() ?? ''
      const heard = key !== '' || r.status_code === pickedUp
      return {
        claim: { outId: r.out_id, phone: r.callee, carrierId: r.call_id },
        receipt: heard ? { kind: 'opened' } : { kind: 'failed', reason: r.status_code.slice(0, 60) },
        ...(key === '' ? {} : { answer: { grade: 'pressed', value: key.slice(0, 20) } }),
        ...(heard ? { seconds: secondsOf(r.duration) } : {}),
        raw,
      }
    },
  ),
).transform((reports): Reading => ({ reports, replies: [] }))

/** What each carrier pushes to /api/callbacks/:carrier/:kind/:secret, and how it is read. */
export const callbackShapes: Record<string, z.ZodType<Reading>> = {
  'alibaba-sms report': smsReports,
  'alibaba-sms reply': smsReplies,
  'alibaba-voice report': voiceReports,
}
