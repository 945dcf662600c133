import { z } from 'zod'

/** config/escalation.yaml: who is called when a responsible person does not answer, step by step. */
const within = z.enum(['grid', 'community', 'subdistrict'], {
  error: 'must be grid, community or subdistrict, seen from the post of the sleeper',
})
const name = z.string().min(1).max(40)

const whom = z.union(
  [
    z.enum(['self', 'deputy']),
    z.strictObject({ post: name, of: within }),
    z.strictObject({ roster: name, of: within }),
    z.strictObject({ person: name }),
  ],
  {
    error:
      'must be self, deputy, { post: 网格长, of: grid }, { roster: 值班员, of: subdistrict } (those of the post who are on duty) or { person: <id in the register> }',
  },
)
/** Who is called on a rung, seen from the person who does not answer. */
export type Whom = z.output<typeof whom>

const step = z
  .strictObject({
    name,
    after_minutes: z.number().min(0.1).max(120),
    call: whom.optional(),
    times: z.number().int().min(1).max(10).default(1),
    every_one: z.boolean().default(false),
    knock: z.literal(true).optional(),
  })
  .refine((s) => (s.call === undefined) !== (s.knock === undefined), {
    message: 'a step either calls somebody (call: self) or sends somebody to the door (knock: true)',
  })
  .refine((s) => s.knock === undefined || s.times === 1, { path: ['times'], message: 'a knock is asked for once' })

const policy = z
  .array(step)
  .min(1)
  .max(20)
  .refine((steps) => steps.every((s, i) => s.knock === undefined || i === steps.length - 1), {
    message: 'a knock on the door ends the ladder: nothing can come after it',
  })

/** One thing that happens at one time: a step with `times: 3` is three rungs. */
export interface Rung {
  name: string
  after_minutes: number
  /** null: a knock on the door. */
  call: Whom | null
  /** All who are called here must answer; one of them is not enough. */
  every_one: boolean
}

const rungsOf = (steps: z.output<typeof policy>): Rung[] =>
  steps.flatMap(({ times, call, knock: _, ...rest }) => Array.from({ length: times }, () => ({ ...rest, call: call ?? null })))

const levels = ['red', 'orange', 'yellow', 'blue'] as const
const none = 'none'

export const escalationSchema = z
  .strictObject({
    policies: z.record(name, policy),
    staff: z.strictObject({ red: name, orange: name, yellow: name, blue: name }),
  })
  .superRefine(({ policies, staff }, context) => {
    const known = [...Object.keys(policies), none]
    for (const level of levels)
      if (!known.includes(staff[level]))
        context.addIssue({
          code: 'custom',
          path: ['staff', level],
          message: `there is no policy "${staff[level]}"; write one of ${known.join(', ')}, or add it under policies`,
        })
  })
  .transform(({ policies, staff }) => {
    const of = (level: (typeof levels)[number]) => (staff[level] === none ? [] : rungsOf(policies[staff[level]]!))
    return { staff: { red: of('red'), orange: of('orange'), yellow: of('yellow'), blue: of('blue') } }
  })
export type Escalation = z.output<typeof escalationSchema>
