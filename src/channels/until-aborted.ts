/** An SDK cannot be aborted: when the caller gives up, what has no answer yet is unknown, whatever the socket does later. */
export async function untilAborted<A>(answers: Promise<A>[], signal: AbortSignal): Promise<(A | { kind: 'unknown'; reason: string })[]> {
  const known: (A | undefined)[] = answers.map(() => undefined)
  const all = Promise.all(answers.map(async (answer, i) => (known[i] = await answer)))
  let giveUp = () => {}
  const aborted = new Promise<void>((resolve) => {
    giveUp = resolve
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) resolve()
  })
  await Promise.race([all, aborted])
  signal.removeEventListener('abort', giveUp)
  return known.map((answer) => answer ?? { kind: 'unknown', reason: 'no answer in time' })
}
