import { Problem } from '../base/problem.js'
import { matchArea } from '../matching/match-area.js'
import type { Alert, AudienceWidth } from './alert.js'
import type { WarningFacts } from './alert-store.js'
import { type AlertDeps, nameOfPlace, textOf } from './describe-alert.js'

type Wide = Pick<Alert, 'origin' | 'audience' | 'kind' | 'place' | 'grids'> & { people: number }

/**
 * How far an alert goes beyond the warning it cites: its people beside those the authority warned, and the grids outside the area. Wide is
 * more than so many times as many (config/policy/issue.yaml), or a grid outside. Null: no wider than warned, or nothing to hold it against.
 */
export function widthOf(deps: AlertDeps, alert: Wide, warning: WarningFacts | null): AudienceWidth | null {
  if (!warning || alert.audience !== 'residents' || alert.kind === 'exercise') return null
  const snapshot = deps.register.snapshot()
  const match = matchArea(snapshot, { areas: warning.areas, text: textOf(warning) })
  const inside = match.grids.filter((grid) => grid.place.startsWith(alert.place))
  const warned = inside.reduce((sum, grid) => sum + grid.people, 0)
  const known = new Set(inside.map((grid) => grid.place))
  const outside = alert.grids.filter((place) => !known.has(place))
  if (outside.length === 0 && alert.people <= warned * deps.policy.too_wide_times) return null
  return { audience: alert.people, warned, outside: outside.map((place) => ({ place, name: nameOfPlace(snapshot, place) })) }
}

/** A wide audience goes out only when the person who presses names the number of people it reaches. */
export function demandConfirmed(width: AudienceWidth | null, confirm: { audience: number } | undefined): void {
  if (!width || confirm?.audience === width.audience) return
  const { audience, warned, outside } = width
  const names = outside.map((grid) => grid.name)
  const beyond =
    names.length > 0 ? `,另含预警范围外的 ${names.length} 个网格(${names.slice(0, 3).join('、')}${names.length > 3 ? '等' : ''})` : ''
  throw new Problem(
    'audience-too-wide',
    `要通知 ${audience} 人,预警范围内是 ${warned} 人${beyond};没有发出,请核对后确认人数`,
    `the audience is ${audience} people, the warning covers ${warned} of ours, ${names.length} grids lie outside; send confirm {audience: ${audience}} to issue all the same`,
    [{ path: 'confirm.audience', message: `${audience}` }],
    { audience, warned, outside },
  )
}
