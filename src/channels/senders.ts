import { ConfigError } from '../base/config.js'
import { type Log, messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import type { Inbox, Sender } from '../delivery/sender.js'
import { type Channel, channels } from '../messages/channel.js'
import type { FiledChannel } from '../messages/template-file.js'
import type { WordBook } from '../messages/words.js'
import { noteCarrier } from './carrier-store.js'
import type { ChannelsConfig } from './channels-config.js'
import { type CarrierChange, failOver } from './fail-over.js'
import { createWecomSender } from './group/wecom-sender.js'
import { guardSender, isSandbox } from './guard.js'
import { createPushSender } from './push/push-sender.js'
import { createSandboxSender } from './sandbox/sandbox-sender.js'
import { createAlibabaSender } from './sms/alibaba-sender.js'
import { throttleSender } from './throttle.js'
import { createAlibabaVoiceSender } from './voice/alibaba-voice-sender.js'

export interface SendersDeps {
  store: Store
  log: Log
  registerKind: 'sample' | 'live'
  /** May an exercise reach this contact? */
  isAllowListed(contactId: number): boolean
  /** The environment: config/channels.yaml names the variables that hold secrets. */
  secrets: Record<string, string | undefined>
  words: Pick<WordBook, 'list'>
  /** Receipts of the sandbox go up through it; without it the sandbox keeps silent. */
  inbox?: () => Inbox
}

/** How long a carrier that failed is left alone before one message tries it again. */
const probeMs = 10_000

/** One sender per channel as config/channels.yaml says: its carriers in their order, each in its pace and behind the guard. */
export async function openSenders(config: ChannelsConfig, deps: SendersDeps): Promise<Map<Channel, Sender>> {
  const senders = new Map<Channel, Sender>()
  for (const channel of channels) {
    const carriers = [await openSender(channel, config, deps)]
    const { [channel as 'sms']: second } = config.fallback
    if (second) carriers.push(named(await openSender(channel, { ...config, [channel]: second }, deps), carriers[0]!))
    for (const { carrier } of carriers) {
      if (deps.registerKind === 'sample' && !isSandbox(carrier))
        deps.log.warn({ channel, carrier }, 'this is a sample register: the carrier will refuse everything; use the sandbox')
    }
    if (second?.carrier === 'sandbox' && deps.registerKind !== 'sample' && !isSandbox(carriers[0]!.carrier))
      deps.log.warn({ channel }, 'the fallback is the sandbox: what it takes while the carrier fails reaches nobody')
    const pace = { perSecond: config.tariff.per_second[channel] ?? null }
    const lines = carriers.map((sender) => guardSender(throttleSender(sender, { ...pace, inFlight: sender.concurrency }), deps))
    // The addresses of subscriptions and robots lie with many services: one that fails says nothing of the others.
    const isOneService = channel === 'sms' || channel === 'voice' || lines.length > 1
    senders.set(channel, isOneService ? failOver(lines, { probeMs, onChange: (change) => tell(deps, channel, change) }) : lines[0]!)
  }
  return senders
}

/** Two of one kind are told apart. */
const named = (sender: Sender, first: Sender): Sender => ({
  ...sender,
  carrier: sender.carrier === first.carrier ? `${sender.carrier}-2` : sender.carrier,
})

function tell({ store, log }: SendersDeps, channel: Channel, change: CarrierChange): void {
  if (change.to !== 'well') log.error({ channel, ...change }, 'a carrier is not spoken to as usual')
  store
    .system((tx) => noteCarrier(tx, channel, change))
    .catch((e) => log.error({ channel, reason: messageOf(e) }, 'the state of a carrier could not be written down'))
}

async function openSender(channel: Channel, config: ChannelsConfig, deps: SendersDeps): Promise<Sender> {
  const secret = (name: string) => readSecret(deps.secrets, channel, name)
  const { sms, voice, push, group } = config
  if (channel === 'sms' && sms.carrier === 'alibaba-sms') {
    checkFiled(deps.words, 'sms')
    return createAlibabaSender(sms, { accessKeyId: secret(sms.accessKeyId), accessKeySecret: secret(sms.accessKeySecret) })
  }
  if (channel === 'voice' && voice.carrier === 'alibaba-voice') {
    checkFiled(deps.words, 'voice')
    return createAlibabaVoiceSender(voice, { accessKeyId: secret(voice.accessKeyId), accessKeySecret: secret(voice.accessKeySecret) })
  }
  if (channel === 'push' && push.carrier === 'web-push')
    return createPushSender(push, { publicKey: secret(push.publicKey), privateKey: secret(push.privateKey) })
  if (channel === 'group' && group.carrier === 'wecom-robot') return createWecomSender(group)
  return createSandboxSender(channel, deps)
}

function readSecret(secrets: Record<string, string | undefined>, channel: string, name: string): string {
  const value = secrets[name]
  if (!value)
    throw new ConfigError(`channels.yaml: ${channel}: the environment variable ${name} is not set; set it to the carrier's secret`)
  return value
}

/** A carrier sends filed templates only: one without a code would be refused at 3 a.m. */
function checkFiled(words: Pick<WordBook, 'list'>, channel: FiledChannel): void {
  const missing = words.list().filter(({ filed }) => filed?.channel === channel && filed.code === null)
  if (missing.length === 0) return
  const names = missing.map((template) => `  ${template.file}:1`).join('\n')
  throw new ConfigError(
    `channels.yaml: ${channel}: ${missing.length} ${channel} templates have no code of the carrier. File what GET /api/templates/filing-sheet lists, then write the line it gives into the head of:\n${names}`,
  )
}

/** For callback-routes: the secret last part of each configured carrier's callback address. */
export function readCallbackSecrets(config: ChannelsConfig, secrets: Record<string, string | undefined>): Map<string, string> {
  const found = new Map<string, string>()
  if (config.voice.carrier === 'alibaba-voice') found.set('alibaba-voice', readSecret(secrets, 'voice', config.voice.callbackSecret))
  if (config.sms.carrier === 'alibaba-sms') found.set('alibaba-sms', readSecret(secrets, 'sms', config.sms.callbackSecret))
  return found
}
