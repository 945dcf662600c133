import { setImmediate as afterOthers } from 'node:timers/promises'

/** Long work on the thread that answers everybody else: it yields where it can be left, and goes on when the others had their turn. */
export type Slices<T> = Generator<void, T>

export function atOnce<T>(work: Slices<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

export async function inSlices<T>(work: Slices<T>, ms = 4): Promise<T> {
  for (;;) {
    for (const until = performance.now() + ms; performance.now() < until; ) {
      const step = work.next()
      if (step.done) return step.value
    }
    await afterOthers()
  }
}
