import { z } from 'zod'

const ms = (least: number) => z.number().int().min(least, `at least ${least} (milliseconds)`)

/** config/delivery.yaml */
export const deliveryConfigSchema = z
  .strictObject({
    chunk_size: z.number().int().min(1).max(1000),
    chunks_at_once: z.number().int().min(1).max(8),
    plan_rows_at_once: z.number().int().min(1).max(50_000),
    timeout_ms: ms(100),
    visibility_lag_ms: ms(0),
    lease_ms: ms(200),
    recheck_ms: z.number().int().min(0).max(1500),
    tick_ms: ms(50),
    attempts: z.number().int().min(1).max(100),
    back_off_ms: z.strictObject({ first: ms(1), most: ms(1) }),
  })
  .refine((c) => c.lease_ms >= c.timeout_ms + c.visibility_lag_ms, {
    path: ['lease_ms'],
    message: 'must be at least timeout_ms + visibility_lag_ms: a message must not be asked about before the carrier can know of it',
  })
export type DeliveryConfig = z.output<typeof deliveryConfigSchema>
