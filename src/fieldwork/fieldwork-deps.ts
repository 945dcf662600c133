import type { Clock } from '../base/clock.js'
import type { Seal } from '../base/seal.js'
import type { RiskPolicy } from '../matching/choose-audience.js'
import type { WordBook } from '../messages/words.js'
import type { Register } from '../register/snapshot.js'
import type { FieldworkConfig } from './fieldwork-config.js'

/** What the reactions and use cases of field work are built with. */
export interface FieldworkDeps {
  clock: Clock
  register: Register
  seal: Seal
  config: FieldworkConfig
  risk: RiskPolicy
  book: WordBook
}

export const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
