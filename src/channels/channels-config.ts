import { z } from 'zod'
import { noTariff, tariffSchema } from '../alerts/tariff.js'

/** config/channels.yaml. Secrets are never in the file: it names the environment variables that hold them. */
const secretName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable, e.g. ALIBABA_ACCESS_KEY_SECRET')
const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http(s) address, e.g. https://dysmsapi.aliyuncs.com' })
const concurrency = z.number().int().min(1).max(500)

const sandbox = z.strictObject({ carrier: z.literal('sandbox') })
const alibabaSms = z.strictObject({
  carrier: z.literal('alibaba-sms'),
  endpoint: endpoint.default('https://dysmsapi.aliyuncs.com'),
  /** The signature as it was filed with the carrier. */
  signName: z.string().min(2).max(12),
  accessKeyId: secretName,
  accessKeySecret: secretName,
  /** Last part of the address the carrier calls with receipts and replies. */
  callbackSecret: secretName,
  timeoutMs: z.number().int().min(1000).max(30_000).default(8000),
  concurrency: concurrency.default(50),
})
const webPush = z.strictObject({
  carrier: z.literal('web-push'),
  subject: z.string().regex(/^(mailto:|https:)/, 'must begin with mailto: or https:'),
  /** Host names of the push services that may be called; *. stands for any first part. */
  services: z
    .array(z.string())
    .default([
      'fcm.googleapis.com',
      'updates.push.services.mozilla.com',
      '*.push.apple.com',
      '*.notify.windows.com',
      '*.push.samsungosp.com',
    ]),
  publicKey: secretName,
  privateKey: secretName,
  ttlSeconds: z.number().int().min(0).max(2_419_200).default(3600),
  timeoutMs: z.number().int().min(1000).max(30_000).default(8000),
  concurrency: concurrency.default(50),
})
const wecomRobot = z.strictObject({
  carrier: z.literal('wecom-robot'),
  /** A robot's address must begin with this: nothing else is ever called. */
  endpoint: endpoint.default('https://qyapi.weixin.qq.com/cgi-bin/webhook/send'),
  perMinute: z.number().int().min(1).max(20).default(20),
  timeoutMs: z.number().int().min(1000).max(30_000).default(8000),
  concurrency: concurrency.default(20),
})

export const channelsConfigSchema = z.strictObject({
  sms: z.discriminatedUnion('carrier', [sandbox, alibabaSms]).default({ carrier: 'sandbox' }),
  voice: z.discriminatedUnion('carrier', [sandbox]).default({ carrier: 'sandbox' }),
  push: z.discriminatedUnion('carrier', [sandbox, webPush]).default({ carrier: 'sandbox' }),
  group: z.discriminatedUnion('carrier', [sandbox, wecomRobot]).default({ carrier: 'sandbox' }),
  tariff: tariffSchema.default(noTariff),
})
export type ChannelsConfig = z.output<typeof channelsConfigSchema>
export type AlibabaSmsConfig = z.output<typeof alibabaSms>
export type WebPushConfig = z.output<typeof webPush>
export type WecomRobotConfig = z.output<typeof wecomRobot>
