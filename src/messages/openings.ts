import type { Language } from './channel.js'

/** What every text of an exercise begins with. Carriers of SMS and voice allow no brackets of our own. */
export const exerciseOpenings: Record<Language, Record<'sms' | 'voice' | 'other', string>> = {
  zh: { sms: '演练信息请勿恐慌:', voice: '演练信息请勿恐慌,', other: '【演练】' },
  en: { sms: 'EXERCISE, do not panic: ', voice: 'This is an exercise, do not panic. ', other: '[EXERCISE] ' },
}
