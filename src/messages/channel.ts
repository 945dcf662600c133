/** How words travel. The code is what the rows hold; never renumber. */
export const channels = ['sms', 'voice', 'push', 'group'] as const
export type Channel = (typeof channels)[number]
export const channelCode: Record<Channel, number> = { sms: 1, voice: 2, push: 3, group: 4 }
export const channelOfCode = (code: number): Channel => channels[code - 1]!

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]
