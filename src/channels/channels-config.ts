import { z } from 'zod'
import { noTariff, tariffSchema } from '../alerts/tariff.js'
import type { Budgets } from '../delivery/budget.js'

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
  /** Those who get the same words in one request, except the called, the moved and the staff. */
  batch: z.boolean().default(false),
})
const ttsCode = z.string().regex(/^TTS_\d+$/, 'must look like TTS_480000001 (the code your carrier gave the filed text)')
const alibabaVoice = z
  .strictObject({
    carrier: z.literal('alibaba-voice'),
    endpoint: endpoint.default('https://dyvmsapi.aliyuncs.com'),
    /** The number that is shown: bought from the carrier. Without it the carrier takes one of its own, and no keys can be pressed. */
    calledShowNumber: z
      .string()
      .regex(/^\d{5,20}$/, 'is a telephone number: digits only, with the area code')
      .optional(),
    /** What is said after each key; without them nobody can press one. */
    keys: z.partialRecord(z.enum(['1', '2', '3']), ttsCode).optional(),
    goodbye: ttsCode.optional(),
    keyWaitMs: z.number().int().min(1000).max(30_000).default(8000),
    accessKeyId: secretName,
    accessKeySecret: secretName,
    /** Last part of the address the carrier calls with what became of each call. */
    callbackSecret: secretName,
    timeoutMs: z.number().int().min(1000).max(30_000).default(8000),
    concurrency: concurrency.default(50),
  })
  .refine((v) => v.keys === undefined || v.calledShowNumber !== undefined, {
    path: ['calledShowNumber'],
    message: 'is needed for keys: the carrier takes them on a number of your own only',
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
  timeoutMs: z.number().int().min(1000).max(30_000).default(8000),
  concurrency: concurrency.default(20),
})

const limit = z
  .strictObject({
    most: z.number().int().min(1).max(10_000),
    minutes: z.number().int().min(1).max(10_080),
    kept: z.number().int().min(0).default(0),
    per: z.enum(['number', 'template']).default('number'),
  })
  .refine((l) => l.kept <= l.most, {
    path: ['kept'],
    message: 'must not be more than most: so many of them are kept for what is most urgent',
  })
const limits = z.array(limit).max(10)
const budgetSchema = z.strictObject({ sms: limits, voice: limits, group: limits }).partial()
/** What Alibaba Cloud and the robots of groups let one number have, and what of it we keep for red and for orders to move. */
const usualBudget: z.output<typeof budgetSchema> = {
  sms: [
    { most: 40, minutes: 1440, kept: 10, per: 'number' },
    { most: 50, minutes: 1440, kept: 10, per: 'template' },
  ],
  voice: [
    { most: 1, minutes: 1, kept: 0, per: 'number' },
    { most: 5, minutes: 60, kept: 2, per: 'number' },
    { most: 20, minutes: 1440, kept: 8, per: 'number' },
  ],
  group: [{ most: 20, minutes: 1, kept: 0, per: 'number' }],
}

export const channelsConfigSchema = z.strictObject({
  sms: z.discriminatedUnion('carrier', [sandbox, alibabaSms]).default({ carrier: 'sandbox' }),
  voice: z.discriminatedUnion('carrier', [sandbox, alibabaVoice]).default({ carrier: 'sandbox' }),
  push: z.discriminatedUnion('carrier', [sandbox, webPush]).default({ carrier: 'sandbox' }),
  group: z.discriminatedUnion('carrier', [sandbox, wecomRobot]).default({ carrier: 'sandbox' }),
  /** Who takes over while the first carrier of a channel fails. */
  fallback: z
    .strictObject({
      sms: z.discriminatedUnion('carrier', [sandbox, alibabaSms]),
      voice: z.discriminatedUnion('carrier', [sandbox, alibabaVoice]),
    })
    .partial()
    .default({}),
  budget: budgetSchema.default({}),
  tariff: tariffSchema.default(noTariff),
})
export type ChannelsConfig = z.output<typeof channelsConfigSchema>

/** The budgets as delivery counts them: a table of one's own, else the usual one; the sandbox has no limits but those written down. */
export const limitsOf = (config: ChannelsConfig): Budgets =>
  Object.fromEntries(
    (['sms', 'voice', 'group'] as const).flatMap((channel) => {
      const table = config.budget[channel] ?? (config[channel].carrier === 'sandbox' ? [] : usualBudget[channel]!)
      return table.length > 0 ? [[channel, table.map(({ minutes, ...l }) => ({ ...l, withinMs: minutes * 60_000 }))]] : []
    }),
  )
export type AlibabaSmsConfig = z.output<typeof alibabaSms>
export type AlibabaVoiceConfig = z.output<typeof alibabaVoice>
export type WebPushConfig = z.output<typeof webPush>
export type WecomRobotConfig = z.output<typeof wecomRobot>
