import type { Channel, Language } from '../messages/channel.js'
import type { Relation } from '../register/register.js'

/** One message on its way to one contact. */
export interface Outgoing {
  /** Our own id at the carrier, ≤ 15 characters. */
  outId: string
  /** What it is called there when it travels in one request with others of its chunk. */
  batchId: string
  /** It leaves in a request of its own: the called, the moved and the staff. */
  alone: boolean
  contactId: number
  /** E.164 phone, JSON of a push subscription, or a robot's webhook URL. Never logged. */
  address: string
  text: string
  /** The template's id and variables, for carriers that send filed templates. */
  template: string
  parameters: Record<string, string>
  language: Language
  relation: Relation
  alertId: string
  revision: number
  title: string
  level: string | null
  exercise: boolean
  /** Place code the message hangs on. */
  place: string
  expiresAt: Date | null
}

/**
 * It is not the message's fault: the carrier is failing · our account with it is at fault, until a person puts that right · it is
 * spoken to too fast.
 */
export type Trouble = 'carrier' | 'account' | 'pace'

/** What a carrier said of one message. Timing is delivery's business: tryAgain may name the earliest real time. */
export type Verdict =
  | { kind: 'accepted'; carrierId?: string }
  | { kind: 'refused'; reason: string /** The address itself is wrong or gone. */; broken?: boolean; trouble?: Trouble }
  | { kind: 'tryAgain'; reason: string; notBefore?: Date; trouble?: Trouble }
  | { kind: 'unknown'; reason: string }

/** What a carrier answers when asked about an out id; absent = it never saw it, so sending again is safe. */
export type Asked =
  | { kind: 'accepted'; carrierId?: string /** It says so itself: as good as its receipt. */; delivered?: boolean }
  | { kind: 'refused'; reason: string }
  | { kind: 'absent' }
  | { kind: 'unknown'; reason: string }
  /** Whoever may have it cannot be asked just now. Nothing is sent before that, and it is not a try. */
  | { kind: 'later'; reason: string; notBefore: Date }

/** Implemented by channels/<carrier>. One verdict per message, in the same order; it does not throw for carrier failures. */
export interface Sender {
  readonly carrier: string
  /** Where several take turns: their names in the order in which they are asked. */
  readonly carriers?: readonly string[]
  readonly channel: Channel
  /** False: the carrier reports no delivery ("已发出,无回执"). */
  readonly receipts: boolean
  /** Messages handed over in one call of send(). */
  readonly batch: number
  /** Messages that travel in one request, and so in one call of send(), where none of them has to leave alone; absent: each does. */
  readonly together?: number
  /** Calls of send() in flight at once. */
  readonly concurrency: number
  send(messages: Outgoing[], signal: AbortSignal): Promise<Verdict[]>
  /** It takes nothing now: nothing is claimed for it, no try is used up. */
  isStopped?(): boolean
  /** Waits until so many requests may be made, the most urgent (0) first; null: it has stopped. The answer is called when they have been. */
  admit?(requests: number, urgency: number): Promise<(() => void) | null>
  /** Asks about messages whose outcome is unknown. Absent where the carrier cannot be asked. */
  ask?(messages: Outgoing[], signal: AbortSignal): Promise<Asked[]>
}

/** What a carrier tells later; delivery folds it by rank, so late, doubled and reordered ones end in the same state. */
export interface Receipt {
  outId: string
  kind: 'delivered' | 'opened' | 'failed'
  reason?: string
  /** The address itself is wrong or gone; maybe: if it stays so for days. */
  broken?: true | 'maybe'
}
/** What a person said back: a key pressed, a reply, a card. */
export interface PersonAnswer {
  outId: string
  /** listened = heard in full; pressed = key or reply; stated = said what they will do. */
  grade: 'listened' | 'pressed' | 'stated'
  /** The key ('1'), the reply's text, or what was stated. */
  value: string
  /** It is known to be another report, not the same one repeated: said twice counts twice. */
  again?: true
  /** A cry for help that was told already, as the answer to another alert. */
  cried?: true
}

/** The upward call of channels: receipts and answers come back through it. */
export interface Inbox {
  receive(receipts: Receipt[]): Promise<void>
  answer(answer: PersonAnswer): Promise<void>
}
