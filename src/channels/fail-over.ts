import { afterTry, type Breaker } from '../base/breaker.js'
import type { Asked, Outgoing, Sender, Verdict } from '../delivery/sender.js'

/** What became of a carrier, for people and for the other processes. next: who takes its messages meanwhile; null: they wait. */
export type CarrierChange =
  | { carrier: string; to: 'failing' | 'account'; reason: string; next: string | null }
  | { carrier: string; to: 'well' }

export interface FailOverDeps {
  /** How long a carrier that failed is left alone before it is tried again, with one message. */
  probeMs: number
  onChange(change: CarrierChange): void
  /** The monotonic clock. */
  now?: () => number
}

interface Line {
  sender: Sender
  breaker: Breaker
  /** On the monotonic clock: when it may be tried again. */
  tryAt: number
  trying: boolean
  /** What the others know of it; null: nothing yet. */
  told: 'well' | 'failing' | 'account' | null
}

/**
 * One sender made of several carriers in their order. Each has a breaker: five failures one after another, or every third try for a
 * while, open it; then it is tried with one message now and then, and has its work back when it answers. Where no carrier is well
 * the channel is stopped: rows wait as they are and no try is used up. A message that one carrier may have taken is not
 * sent by another before the first was asked; which one that was need not be known, all of them are asked.
 */
export function failOver(carriers: readonly Sender[], deps: FailOverDeps): Sender {
  const now = deps.now ?? (() => performance.now())
  const lines = carriers.map<Line>((sender) => ({ sender, breaker: { state: 'closed', trouble: 0 }, tryAt: 0, trying: false, told: null }))
  const [first] = carriers
  if (!first) throw new Error('a channel needs a carrier')
  const isOpen = ({ breaker }: Line) => breaker.state === 'open'
  const mayProbe = (line: Line) => isOpen(line) && !line.trying && now() >= line.tryAt
  const usable = (line: Line) => !isOpen(line) || mayProbe(line)
  const at = (line: Line) => new Date(Date.now() + Math.max(100, line.tryAt - now()))
  const soonest = () => at(lines.reduce((a, b) => (b.tryAt < a.tryAt ? b : a)))

  const tell = (line: Line, to: 'well' | 'failing' | 'account', reason: string) => {
    if (line.told === to) return
    line.told = to
    const { carrier } = line.sender
    const next = lines.find((other) => other !== line && !isOpen(other))?.sender.carrier ?? null
    deps.onChange(to === 'well' ? { carrier, to } : { carrier, to, reason, next })
  }
  const note = (line: Line, verdicts: Verdict[]) => {
    const account = verdicts.find((v) => 'trouble' in v && v.trouble === 'account')
    const bad = verdicts.filter(isFailure)
    const good = verdicts.filter((v) => v.kind === 'accepted' || (v.kind === 'refused' && v.trouble === undefined))
    // Nothing was said about the carrier itself: a number's limit, a pace.
    if (!account && bad.length === 0 && good.length === 0) return
    const failed = account !== undefined || bad.length > good.length
    line.breaker = account ? { state: 'open', trouble: 10 } : afterTry(line.breaker, !failed)
    if (isOpen(line)) {
      line.tryAt = now() + deps.probeMs * (0.75 + Math.random() / 2)
      tell(line, account ? 'account' : 'failing', reasonOf(account ?? bad[0]!))
    } else if (line.breaker.state === 'closed' && !failed) tell(line, 'well', '')
  }
  const hand = async (line: Line, messages: Outgoing[], signal: AbortSignal): Promise<Verdict[]> => {
    let verdicts: Verdict[] = messages.map(() => ({ kind: 'unknown', reason: 'no answer in time' }))
    try {
      verdicts = await orAborted(line.sender.send(messages, signal), signal, verdicts)
    } finally {
      note(line, verdicts)
    }
    return verdicts
  }
  /** One message finds out whether it is well again; what it certainly did not take goes with the rest. */
  const probe = async (line: Line, message: Outgoing, signal: AbortSignal): Promise<Verdict> => {
    line.trying = true
    try {
      return (await hand(line, [message], signal))[0]!
    } finally {
      line.trying = false
    }
  }
  const send = async (messages: Outgoing[], signal: AbortSignal): Promise<Verdict[]> => {
    // As nearly always.
    if (!isOpen(lines[0]!)) return hand(lines[0]!, messages, signal)
    const done = new Map<Outgoing, Verdict>()
    for (const line of lines) {
      const [head] = messages.filter((m) => !done.has(m))
      if (head && mayProbe(line)) {
        const verdict = await probe(line, head, signal)
        if (verdict.kind !== 'tryAgain') done.set(head, verdict)
      }
      const rest = messages.filter((m) => !done.has(m))
      if (rest.length === 0) break
      if (isOpen(line)) continue
      for (const [i, verdict] of (await hand(line, rest, signal)).entries()) done.set(rest[i]!, verdict)
      break
    }
    return messages.map((m) => done.get(m) ?? { kind: 'tryAgain', reason: 'carrier-stopped', notBefore: soonest() })
  }
  /** Where only doubts are left nothing is sent that could find out whether it is well again: one question does. */
  const askLine = async (line: Line, messages: Outgoing[], signal: AbortSignal): Promise<Asked[]> => {
    const ask = line.sender.ask!
    if (!isOpen(line)) return ask(messages, signal)
    const later = () => messages.map((): Asked => ({ kind: 'later', reason: 'carrier-stopped', notBefore: at(line) }))
    if (!mayProbe(line)) return later()
    line.trying = true
    const doubt: Asked[] = [{ kind: 'unknown', reason: 'no answer in time' }]
    const [said] = await orAborted(ask(messages.slice(0, 1), signal), signal, doubt).finally(() => {
      line.trying = false
    })
    const answered = said !== undefined && said.kind !== 'unknown'
    // It may well answer questions while there is nothing left on our account.
    if (line.told !== 'account') note(line, [answered ? { kind: 'accepted' } : { kind: 'unknown', reason: 'no answer' }])
    return answered ? [said, ...(await ask(messages.slice(1), signal))] : later()
  }
  const ask = async (messages: Outgoing[], signal: AbortSignal): Promise<Asked[]> => {
    const answers: Asked[] = messages.map(() => ({ kind: 'absent' }))
    for (const line of lines.filter(({ sender }) => sender.ask)) {
      const open = messages.filter((_, i) => answers[i]!.kind !== 'accepted')
      if (open.length === 0) break
      const said = await askLine(line, open, signal)
      for (const [i, m] of open.entries()) {
        const answer = said[i] ?? { kind: 'unknown', reason: 'no answer' }
        const n = messages.indexOf(m)
        if (weight[answer.kind] > weight[answers[n]!.kind]) answers[n] = answer
      }
    }
    return answers
  }
  return {
    carrier: first.carrier,
    carriers: carriers.map((c) => c.carrier),
    channel: first.channel,
    receipts: first.receipts,
    batch: Math.min(...carriers.map((c) => c.batch)),
    concurrency: first.concurrency,
    ...(first.together === undefined ? {} : { together: first.together }),
    isStopped: () => !lines.some(usable),
    async admit(requests, urgency) {
      const line = lines.find(usable)
      const leave = line && (line.sender.admit ? await line.sender.admit(requests, urgency) : () => {})
      if (!leave || lines.some(usable)) return leave ?? null
      leave()
      return null
    },
    send,
    ...(carriers.some((c) => c.ask) ? { ask } : {}),
  }
}

/** What one carrier knows outweighs what another does not; a doubt outweighs "never seen". */
const weight: Record<Asked['kind'], number> = { absent: 0, refused: 1, unknown: 2, later: 3, accepted: 4 }

/** A carrier that says "again" without a reason of its own and without a time is failing, as is one that leaves us in doubt. */
const isFailure = (v: Verdict): boolean =>
  v.kind === 'unknown' || (v.kind === 'tryAgain' && (v.trouble === 'carrier' || (v.trouble === undefined && !v.notBefore)))
const reasonOf = (v: Verdict): string => (v.kind === 'accepted' ? '' : v.reason)

async function orAborted<T>(answer: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
  let giveUp = () => {}
  const aborted = new Promise<T>((resolve) => {
    giveUp = () => resolve(otherwise)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
  })
  return Promise.race([answer, aborted]).finally(() => signal.removeEventListener('abort', giveUp))
}
