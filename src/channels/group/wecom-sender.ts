import type { Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import type { WecomRobotConfig } from '../channels-config.js'
import { callOnce, createDispatcher } from '../http-call.js'

const mostBytes = 2048
const minute = 60_000

/**
 * A WeCom group robot: one POST per text to the robot's own address, whose key is the secret. It takes 20 a minute (delivery keeps count, with the other processes); the answer is
 * an errcode in the body (0 = taken) and nothing tells who has read it.
 */
export function createWecomSender(config: WecomRobotConfig): Sender {
  const dispatcher = createDispatcher(config.concurrency)
  const sendOne = async (message: Outgoing, signal: AbortSignal): Promise<Verdict> => {
    const { address, text } = message
    if (!isRobotOf(address, config.endpoint)) return { kind: 'refused', reason: 'not the address of a WeCom robot', broken: true }
    if (Buffer.byteLength(text) > mostBytes) return { kind: 'refused', reason: `a robot takes at most ${mostBytes} bytes of text` }
    const outcome = await callOnce(dispatcher, {
      url: address,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ msgtype: 'text', text: { content: text } }),
      timeoutMs: config.timeoutMs,
      signal,
    })
    if (outcome.kind === 'not-sent') return { kind: 'tryAgain', reason: outcome.reason }
    if (outcome.kind === 'unknown') return outcome
    return judge(outcome.status, outcome.text)
  }
  const send = (messages: Outgoing[], signal: AbortSignal) => Promise.all(messages.map((message) => sendOne(message, signal)))
  return { carrier: 'wecom-robot', channel: 'group', receipts: false, batch: 1, concurrency: config.concurrency, send }
}

function judge(status: number, text: string): Verdict {
  if (status === 429) return { kind: 'tryAgain', reason: 'WeCom answered 429', notBefore: new Date(Date.now() + minute) }
  if (status >= 400 && status < 500) return { kind: 'refused', reason: `WeCom answered ${status}` }
  if (status !== 200) return { kind: 'unknown', reason: `WeCom answered ${status}` }
  const code = errcodeOf(text)
  if (code === null) return { kind: 'unknown', reason: 'WeCom answered without an errcode' }
  if (code === 0) return { kind: 'accepted' }
  const reason = `WeCom errcode ${code}`
  if (code === 45009) return { kind: 'tryAgain', reason, notBefore: new Date(Date.now() + minute) }
  if (code === -1) return { kind: 'tryAgain', reason }
  // 93000: the key is not a robot's; 40008, 40058, 44004 and others: this text will never be taken.
  return code === 93000 ? { kind: 'refused', reason, broken: true } : { kind: 'refused', reason }
}

function errcodeOf(text: string): number | null {
  try {
    const code = (JSON.parse(text) as { errcode?: unknown } | null)?.errcode
    return typeof code === 'number' ? code : null
  } catch {
    return null
  }
}

function isRobotOf(address: string, endpoint: string): boolean {
  try {
    const [robot, service] = [new URL(address), new URL(endpoint)]
    return robot.origin === service.origin && robot.pathname === service.pathname && (robot.searchParams.get('key') ?? '') !== ''
  } catch {
    return false
  }
}
