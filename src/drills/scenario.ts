import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readConfig } from '../base/config.js'

const both = z.object({ zh: z.string(), en: z.string() })
const at = z.iso.datetime({ offset: true })

/** The parts a person can take over in the tour; 'feed' is the outside world and always played. */
export const parts = ['officer', 'staff', 'residents', 'groups', 'worker', 'keeper'] as const
export type Part = (typeof parts)[number]

const step = z.strictObject({
  at,
  do: z.string(),
  as: z.enum(parts).optional(),
  /** How many of those concerned do it, 0 to 1. */
  share: z.number().min(0).max(1).default(1),
})
export const scenarioSchema = z.strictObject({
  title: both,
  starts: at,
  ends: at,
  chapters: z.array(z.strictObject({ id: z.string(), title: both, tell: both, jump: at.optional(), steps: z.array(step) })).min(1),
})
export type Scenario = z.infer<typeof scenarioSchema> & { id: string }
export type Step = z.infer<typeof step>

export function readScenario(configDir: string, id: string): Scenario {
  return { id, ...readConfig(join(configDir, 'drills'), `${id}.yaml`, scenarioSchema) }
}

/** A bulletin of the scenario with its {{slots}} filled. */
export function readBulletin(configDir: string, id: string, file: string, slots: Record<string, string>): string {
  const text = readFileSync(join(configDir, 'drills', id, file), 'utf8')
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = slots[name]
    if (value === undefined) throw new Error(`config/drills/${id}/${file}: nothing is known for {{${name}}}`)
    return value
  })
}
