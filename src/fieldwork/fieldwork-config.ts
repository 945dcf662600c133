import { z } from 'zod'
import { levels } from '../warnings/warning.js'

const minutes = z
  .number()
  .int()
  .min(1)
  .max(24 * 60)
const every = z.union([minutes, z.literal('never')], { error: 'a whole number of minutes from 1 to 1440, or the word never' })

/** config/fieldwork.yaml */
export const fieldworkSchema = z.strictObject({
  watch_every_minutes: z.strictObject({ red: every, orange: every, yellow: every, blue: every }),
  help_within_minutes: minutes,
  knock_levels: z.array(z.enum(levels)),
  knock_within_minutes: minutes,
  posts: z.array(z.string()).min(1),
  superiors: z.array(z.string()).min(1),
})
export type FieldworkConfig = z.output<typeof fieldworkSchema>

/** null: this colour opens no watch. A colour nobody could read follows orange. */
export function watchEveryMinutes(config: FieldworkConfig, level: string | null): number | null {
  if (level === null) return null
  const every = config.watch_every_minutes[level === 'unknown' ? 'orange' : (level as 'red')]
  return every === 'never' || every === undefined ? null : every
}
