import { type Log, messageOf } from '../base/log.js'
import type { Asked, Outgoing, Sender, Verdict } from '../delivery/sender.js'

export interface GuardDeps {
  registerKind: 'sample' | 'live'
  /** May an exercise reach this contact? */
  isAllowListed(contactId: number): boolean
  log: Log
}

export const sampleRefusal = 'a sample register reaches the sandbox only; nothing was sent'
export const exerciseRefusal = 'an exercise reaches the allow-list only; nothing was sent'

/** The second one of a channel is called sandbox-2. */
export const isSandbox = (carrier: string): boolean => /^sandbox(-2)?$/.test(carrier)

/**
 * The last lock before a carrier, whatever the layers above decided: invented people are never sent to a real carrier, and an
 * exercise reaches nobody who has not agreed to it. It also holds every carrier to the contract: one verdict per message, no throwing.
 */
export function guardSender(sender: Sender, deps: GuardDeps): Sender {
  const refusalOf = (message: Outgoing): string | null => {
    if (deps.registerKind === 'sample' && !isSandbox(sender.carrier)) return sampleRefusal
    if (message.exercise && !deps.isAllowListed(message.contactId)) return exerciseRefusal
    return null
  }
  /** Runs the carrier on what is allowed and puts its answers back into the order of the question. */
  const pass = async <A>(
    messages: Outgoing[],
    run: (allowed: Outgoing[]) => Promise<A[]>,
    refused: (reason: string) => A,
    unknown: (reason: string) => A,
  ): Promise<A[]> => {
    const refusals = messages.map(refusalOf)
    const allowed = messages.filter((_, i) => refusals[i] === null)
    let answers: A[] = []
    if (allowed.length > 0) {
      try {
        answers = await run(allowed)
      } catch (e) {
        deps.log.error(
          { carrier: sender.carrier, channel: sender.channel, reason: messageOf(e) },
          'a carrier threw; its messages are unknown',
        )
      }
    }
    let next = 0
    return refusals.map((reason) => (reason === null ? (answers[next++] ?? unknown('the carrier gave no answer')) : refused(reason)))
  }
  const send = (messages: Outgoing[], signal: AbortSignal) =>
    pass<Verdict>(
      messages,
      (allowed) => sender.send(allowed, signal),
      (reason) => ({ kind: 'refused', reason }),
      (reason) => ({ kind: 'unknown', reason }),
    )
  const ask = sender.ask?.bind(sender)
  const guarded: Sender = { ...sender, send }
  if (ask)
    guarded.ask = (messages, signal) =>
      pass<Asked>(
        messages,
        (allowed) => ask(allowed, signal),
        (reason) => ({ kind: 'refused', reason }),
        (reason) => ({ kind: 'unknown', reason }),
      )
  return guarded
}
