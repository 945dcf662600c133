import type { Clock } from '../base/clock.js'
import { newId } from '../base/ids.js'
import { chinaTime } from '../base/web.js'

/** Calls the service's own API as one of its people: the players have no other way in. */
export type Ask = <T = Record<string, unknown>>(who: Who, method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>
export type Who = 'officer' | 'secretary' | 'keeper'

export interface AlertSummary {
  id: string
  state: string
  revision: number
  audience: string
  origin: string
  seriesId: string
  warningId: string | null
}
export interface Door {
  id: string
  people: number
  place: string
  planned: boolean
  shelterId: string | null
  toldAt: string | null
  leftAt: string | null
  arrivedAt: string | null
  refusedAt: string | null
  returnedAt: string | null
}
interface Edit {
  target: { type: string; id: string }
  verb: string
  value?: unknown
}

/** What every player can see and do, in words of the service's API. */
export interface Stage {
  ask: Ask
  /** All pages of a list. */
  all<T>(who: Who, path: string): Promise<T[]>
  alerts(): Promise<AlertSummary[]>
  findAlert(audience: string, origin: string): Promise<AlertSummary | undefined>
  press(alert: AlertSummary, verb: string, more?: Record<string, unknown>): Promise<AlertSummary>
  /** Edits of a phone; one that is refused ends the drill. */
  edit(who: Who, edits: Edit[]): Promise<void>
  evacuation(): Promise<{ id: string } | undefined>
  doors(): Promise<Door[]>
}

/** Stable "chance": the same contact always falls the same way, so that a drill can be compared with the last one. */
export const chance = (id: number | string): number => {
  let h = 2166136261
  for (const c of String(id)) h = Math.imul(h ^ c.charCodeAt(0), 16777619)
  return ((h >>> 8) % 1000) / 1000
}

export function createStage(ask: Ask, clock: Clock): Stage {
  let sequence = 0
  const all = async <T>(who: Who, path: string): Promise<T[]> => {
    const items: T[] = []
    const first = `${path}${path.includes('?') ? '&' : '?'}limit=1000`
    for (let next: string | null = first; next !== null; ) {
      const page: { items: T[]; nextCursor: string | null } = await ask(who, 'GET', next)
      items.push(...page.items)
      next = page.nextCursor && `${first}&cursor=${encodeURIComponent(page.nextCursor)}`
    }
    return items
  }
  const alerts = () => all<AlertSummary>('officer', '/api/alerts')
  const evacuation = async () => (await ask<{ items: { id: string }[] }>('officer', 'GET', '/api/evacuations')).items[0]
  return {
    ask,
    all,
    alerts,
    findAlert: async (audience, origin) =>
      (await alerts()).find((a) => a.audience === audience && a.origin === origin && a.state !== 'closed'),
    press: (alert, verb, more = {}) => ask('officer', 'POST', `/api/alerts/${alert.id}/${verb}`, { revision: alert.revision, ...more }),
    async edit(who, edits) {
      for (let i = 0; i < edits.length; i += 100) {
        const part = edits
          .slice(i, i + 100)
          .map((e) => ({ id: newId(), device: `drill-${who}`, seq: ++sequence, value: {}, at: chinaTime(clock.now()), ...e }))
        const { results } = await ask<{ results: { outcome: string; problem?: unknown }[] }>(who, 'POST', '/api/field/sync', {
          edits: part,
        })
        const bad = results.find((r) => r.outcome === 'refused')
        if (bad) throw new Error(`an edit of the drill was refused: ${JSON.stringify(bad)}`)
      }
    },
    evacuation,
    async doors() {
      const one = await evacuation()
      return one ? all<Door>('secretary', `/api/evacuations/${one.id}/checklist`) : []
    },
  }
}
