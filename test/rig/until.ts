/** Waits for a condition, with a deadline; never for a time. */
export async function until(
  holds: () => unknown | Promise<unknown>,
  what: string | (() => string) = 'the condition',
  deadlineMs = 20_000,
): Promise<void> {
  const end = Date.now() + deadlineMs
  for (;;) {
    if (await holds()) return
    if (Date.now() > end) throw new Error(`${typeof what === 'string' ? what : what()} did not hold within ${deadlineMs} ms`)
    await new Promise((ok) => setTimeout(ok, 10))
  }
}
