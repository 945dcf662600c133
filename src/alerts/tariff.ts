import { z } from 'zod'

const price = z.number().min(0).max(1000)
const speed = z.number().positive().max(1_000_000)

/** config/channels.yaml, tariff: what a message costs (元) and how many a second a carrier takes; shown before an issue, charged by nobody here. */
export const tariffSchema = z.strictObject({
  prices: z.strictObject({ sms: price, voice: price, push: price, group: price }),
  per_second: z.strictObject({ sms: speed, voice: speed, push: speed, group: speed }).partial(),
})
export type Tariff = z.output<typeof tariffSchema>

export const noTariff: Tariff = { prices: { sms: 0, voice: 0, push: 0, group: 0 }, per_second: {} }
