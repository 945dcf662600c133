import type { Reaction } from '../journal/journal.js'
import type { AlertDeps } from './describe-alert.js'
import { hintStaff } from './hint-staff.js'

/** What would have gone out by itself waits for a person (audience-width.ts): whoever can press is told, for nobody may be looking at the desk. */
export const tellKeptWaiting =
  (deps: AlertDeps): Reaction =>
  async (tx, { place, data }) => {
    const words = `要通知${data.people}人,预警范围${data.warned}人,没有自动发出,请核对`
    const expiresAt = new Date(deps.clock.now().getTime() + 3_600_000)
    await hintStaff(tx, deps, { places: [place], event: '转发待核对', words, named: deps.policy.too_wide_tells, expiresAt })
  }
