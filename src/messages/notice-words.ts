import type { Language } from './channel.js'

/** What only an authority's warning may say. A notice is ours: it never borrows the colour or the name. */
export const noticeWords: Record<Language, RegExp> = {
  zh: /预警|红色|橙色|黄色|蓝色|(?:红|橙|黄|蓝)(?:警|码)/,
  en: /\b(?:warning|red|orange|yellow|blue)\b/i,
}

/** The word found, or null. */
export const noticeFault = (text: string): string | null => noticeWords.zh.exec(text)?.[0] ?? null
