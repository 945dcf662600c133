/** Four Chinese characters a second is how fast the carrier reads at its usual speed; English is read at some 14 letters a second. */
const perSecond = { zh: 4, en: 14 }

/** Every text is read twice: whoever held on for one whole reading has heard it. */
export function heardInFull(text: string, seconds: number): boolean {
  const rate = /\p{Script=Han}/u.test(text) ? perSecond.zh : perSecond.en
  return seconds > 0 && seconds >= Math.ceil([...text].length / 2 / rate)
}

/** "10", "10秒" or 10, as the reports write it. */
export const secondsOf = (duration: unknown): number => Number(/^\s*(\d{1,6})/.exec(String(duration ?? ''))?.[1] ?? 0)
