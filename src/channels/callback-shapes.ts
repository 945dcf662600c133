import { z } from 'zod'

const text = z.union([z.string(), z.number()]).transform(String)
const list = <T extends z.ZodType>(item: T) => z.union([z.array(item).max(1000), item.transform((one) => [one])])

/** Alibaba Cloud SmsReport: what became of an SMS. */
export const smsReportShape = list(
  z.object({
    phone_number: text,
    out_id: text.optional(),
    biz_id: text,
    success: z.union([z.boolean(), z.stringbool()]),
    err_code: text.optional(),
    send_time: z.string().optional(),
    report_time: z.string().optional(),
  }),
)
/** SmsUp: what a person wrote back. It names the number only, not the message it answers. */
export const smsReplyShape = list(
  z.object({
    phone_number: text,
    content: z.string().max(2000),
    send_time: z.string().optional(),
    dest_code: text.optional(),
    sequence_id: text.optional(),
  }),
)
/** VoiceReport: how a call ended, and the key that was pressed. */
export const voiceReportShape = list(
  z.object({ callee: text.optional(), out_id: text.optional(), call_id: text, status_code: text, dtmf: text.optional() }),
)
