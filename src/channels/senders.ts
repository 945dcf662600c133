import { ConfigError } from '../base/config.js'
import type { Log } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import type { Inbox, Sender } from '../delivery/sender.js'
import { type Channel, channels } from '../messages/channel.js'
import type { WordBook } from '../messages/words.js'
import type { ChannelsConfig } from './channels-config.js'
import { createWecomSender } from './group/wecom-sender.js'
import { guardSender } from './guard.js'
import { createPushSender } from './push/push-sender.js'
import { createSandboxSender } from './sandbox/sandbox-sender.js'
import { createAlibabaSender } from './sms/alibaba-sender.js'

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

/** One sender per channel as config/channels.yaml says, each behind the guard. */
export async function openSenders(config: ChannelsConfig, deps: SendersDeps): Promise<Map<Channel, Sender>> {
  const senders = new Map<Channel, Sender>()
  for (const channel of channels) {
    const sender = await openSender(channel, config, deps)
    if (deps.registerKind === 'sample' && sender.carrier !== 'sandbox')
      deps.log.warn({ channel, carrier: sender.carrier }, 'this is a sample register: the carrier will refuse everything; use the sandbox')
    senders.set(channel, guardSender(sender, deps))
  }
  return senders
}

async function openSender(channel: Channel, config: ChannelsConfig, deps: SendersDeps): Promise<Sender> {
  const secret = (name: string) => readSecret(deps.secrets, channel, name)
  const { sms, push, group } = config
  if (channel === 'sms' && sms.carrier === 'alibaba-sms') {
    checkFiled(deps.words)
    return createAlibabaSender(sms, { accessKeyId: secret(sms.accessKeyId), accessKeySecret: secret(sms.accessKeySecret) })
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
function checkFiled(words: Pick<WordBook, 'list'>): void {
  const missing = words.list().filter((template) => template.filed !== null && template.filed.code === null)
  if (missing.length === 0) return
  const names = missing.map((template) => `  ${template.file}:1`).join('\n')
  throw new ConfigError(
    `channels.yaml: sms: ${missing.length} SMS templates have no code of the carrier. File the text that GET /api/templates shows under "filed", then write sms: SMS_… in the head of:\n${names}`,
  )
}

/** For callback-routes: the secret last part of each configured carrier's callback address. */
export function readCallbackSecrets(config: ChannelsConfig, secrets: Record<string, string | undefined>): Map<string, string> {
  const found = new Map<string, string>()
  if (config.sms.carrier === 'alibaba-sms') found.set('alibaba-sms', readSecret(secrets, 'sms', config.sms.callbackSecret))
  return found
}
