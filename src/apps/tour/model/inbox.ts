/** GET /api/sandbox/messages: what this invented person would have received. */
export interface PhoneMessage {
  id: string
  channel: string
  text: string
  at: string
  answered: string | null
  exercise: boolean
  name?: string
}

export interface PhoneState {
  messages: PhoneMessage[]
  /** The call being looked at: ringing, spoken, or ended a moment ago. */
  callId: string | null
  stage: 'none' | 'ringing' | 'talking' | 'ended'
  /** Calls this phone did not take: they are missed, not told. */
  missed: string[]
}

export const quietPhone: PhoneState = { messages: [], callId: null, stage: 'none', missed: [] }

/** A new copy of the inbox: an unanswered call rings; one that somebody else answered stops ringing. */
export function takeMessages(phone: PhoneState, messages: PhoneMessage[]): PhoneState {
  const next: PhoneState = { ...phone, messages }
  const current = messages.find((message) => message.id === phone.callId)
  if (phone.callId !== null && current === undefined) return ringNext({ ...next, callId: null, stage: 'none', missed: [] })
  if (current !== undefined && phone.stage === 'ringing' && current.answered !== null) return { ...next, stage: 'talking' }
  return phone.stage === 'none' ? ringNext(next) : next
}

function ringNext(phone: PhoneState): PhoneState {
  const call = phone.messages.find(
    (message) => message.channel === 'voice' && message.answered === null && !phone.missed.includes(message.id),
  )
  return call === undefined ? phone : { ...phone, callId: call.id, stage: 'ringing' }
}

export const pickUp = (phone: PhoneState): PhoneState => (phone.stage === 'ringing' ? { ...phone, stage: 'talking' } : phone)
export const press = (phone: PhoneState, key: string): PhoneState => ({
  ...phone,
  stage: 'ended',
  messages: phone.messages.map((message) => (message.id === phone.callId ? { ...message, answered: key } : message)),
})
/** Hanging up without a key leaves the person untold: the ladder goes on. */
export function hangUp(phone: PhoneState): PhoneState {
  const untold = phone.messages.some((message) => message.id === phone.callId && message.answered === null)
  const missed = untold && phone.callId !== null ? [...phone.missed, phone.callId] : phone.missed
  return ringNext({ ...phone, callId: null, stage: 'none', missed })
}

/** Rings back what was missed last, if it still waits for an answer: late is better than never. */
export const missedCall = (phone: PhoneState): PhoneMessage | undefined =>
  phone.messages
    .filter((message) => phone.missed.includes(message.id) && message.answered === null)
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0]
export const callBack = (phone: PhoneState, id: string): PhoneState => ({ ...phone, callId: id, stage: 'talking' })

export const textsOf = (phone: PhoneState): PhoneMessage[] =>
  phone.messages.filter((message) => message.channel === 'sms' || message.channel === 'push').sort((a, b) => (a.at < b.at ? -1 : 1))
export const groupPostsOf = (phone: PhoneState): PhoneMessage[] =>
  phone.messages.filter((message) => message.channel === 'group').sort((a, b) => (a.at < b.at ? -1 : 1))

/** The sender stands in 【】 at the head of the text, as the trade has it. */
export function splitSender(text: string): { sender: string; body: string } {
  const found = /^【([^】]{1,20})】\s*/.exec(text)
  return found === null ? { sender: '', body: text } : { sender: found[1] ?? '', body: text.slice(found[0].length) }
}
