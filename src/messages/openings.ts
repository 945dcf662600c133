import type { Language } from './channel.js'

/** What every text of an exercise begins with. SMS carriers allow no brackets of our own. */
export const exerciseOpenings: Record<Language, Record<'sms' | 'other', string>> = {
  zh: { sms: '演练信息请勿恐慌:', other: '【演练】' },
  en: { sms: 'EXERCISE, do not panic: ', other: '[EXERCISE] ' },
}
