import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'

export type Language = 'zh' | 'en'
/** Both languages stand side by side where they are used: a sentence cannot be missing in one of them. */
export type Say = (zh: string, en: string) => string

const key = 'yinshi.language'
function firstLanguage(): Language {
  const asked = new URLSearchParams(window.location.search).get('lang')
  if (asked === 'zh' || asked === 'en') return asked
  try {
    const kept = window.localStorage.getItem(key)
    if (kept === 'zh' || kept === 'en') return kept
  } catch {
    // Storage may be forbidden inside a frame.
  }
  return window.navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

interface LanguageChoice {
  language: Language
  say: Say
  setLanguage: (language: Language) => void
}
const Context = createContext<LanguageChoice>({ language: 'zh', say: (zh) => zh, setLanguage: () => undefined })
export const useLanguage = () => useContext(Context)
export const useSay = (): Say => useContext(Context).say

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, set] = useState<Language>(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      say: (zh, en) => (language === 'zh' ? zh : en),
      setLanguage: (next) => {
        set(next)
        try {
          window.localStorage.setItem(key, next)
        } catch {
          // The choice then holds for this page only.
        }
      },
    }),
    [language],
  )
  return <Context value={choice}>{children}</Context>
}
