import type { Log } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import type { Inbox, Sender } from '../delivery/sender.js'
import { type Channel, channels } from '../messages/channel.js'
import type { ChannelsConfig } from './channels-config.js'
import { guardSender } from './guard.js'
import { createSandboxSender } from './sandbox/sandbox-sender.js'

export interface SendersDeps {
  store: Store
  log: Log
  registerKind: 'sample' | 'live'
  isAllowListed(contactId: number): boolean
  inbox?: () => Inbox
}

export async function openSenders(config: ChannelsConfig, deps: SendersDeps): Promise<Map<Channel, Sender>> {
  const senders = new Map<Channel, Sender>()
  for (const channel of channels) {
    if (config[channel].carrier === 'sandbox') senders.set(channel, guardSender(createSandboxSender(channel, deps), deps))
  }
  return senders
}
