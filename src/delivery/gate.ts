import type { Store } from '../base/store/store.js'
import { type Claim, mayStillLeave } from './claim.js'
import type { DeliveryConfig } from './delivery-config.js'

export interface GateDeps {
  store: Store
  config: DeliveryConfig
  stopping: () => boolean
}

export interface Gate {
  open(): Promise<boolean>
}

/**
 * The last look before the socket is written. The claim was the first look; during a chunk the rows are read again when the
 * last look is older than recheck_ms. The lease is measured on the monotonic clock: a process that was frozen longer than its
 * lease finds the gate shut when it wakes. No request is begun that could outlive the lease.
 */
export function openGate(deps: GateDeps, claim: Claim, claimedAt: number): Gate {
  const { lease_ms, timeout_ms, recheck_ms } = deps.config
  const lastStart = claimedAt + lease_ms - timeout_ms
  let lookedAt = claimedAt
  let looking: Promise<boolean> | null = null
  let shut = false
  const look = async () => {
    const at = performance.now()
    const allowed = await deps.store.system((tx) => mayStillLeave(tx, claim))
    lookedAt = at
    looking = null
    return allowed
  }
  return {
    async open() {
      if (!shut && performance.now() - lookedAt > recheck_ms) {
        looking ??= look()
        shut = !(await looking) || shut
      }
      return !shut && performance.now() <= lastStart && !deps.stopping()
    },
  }
}
