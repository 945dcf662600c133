import { z } from 'zod'

const hours = z.number().min(0.5).max(720)
const minutes = z.number().int().min(0).max(120)

/** config/warnings.yaml: what is taken for one warning, how long one without an end stands, when many at once are held, what is kept. */
export const warningPolicySchema = z.strictObject({
  join: z.strictObject({ within_minutes: minutes }),
  expiry: z.strictObject({ default_hours: hours, events: z.record(z.string(), hours) }),
  flood: z.strictObject({
    more_than: z.number().int().min(1).max(1000),
    within_minutes: z.number().int().min(1).max(120),
    red_staff_after_seconds: z.number().int().min(30).max(3600),
  }),
  retention: z.strictObject({
    days: z.union([z.literal('never'), z.number().int().min(365)], { error: 'the word never, or a number of days from 365' }),
  }),
})
export type WarningPolicy = z.output<typeof warningPolicySchema>

/** As config/warnings.yaml comes; for what needs no policy of its own. */
export const plainPolicy: WarningPolicy = {
  join: { within_minutes: 10 },
  expiry: { default_hours: 24, events: {} },
  flood: { more_than: 8, within_minutes: 10, red_staff_after_seconds: 180 },
  retention: { days: 'never' },
}

/** The usual end of a warning that names none: so many hours after it began. Nobody may take it for the authority's word. */
export function usualEnd(policy: WarningPolicy, warning: { event: string; sent: Date; onset: Date | null; effective: Date | null }): Date {
  const begins = Math.max(+warning.sent, +(warning.onset ?? warning.effective ?? warning.sent))
  return new Date(begins + (policy.expiry.events[warning.event] ?? policy.expiry.default_hours) * 3_600_000)
}
