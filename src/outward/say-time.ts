import { chinaTime } from '../base/web.js'

export type Language = 'zh' | 'en'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 03:26, in China's time. */
export const sayClock = (at: Date): string => chinaTime(at).slice(11, 16)
export const saySeconds = (at: Date): string => chinaTime(at).slice(11, 19)

/** 7月12日 03:26 · 12 Jul 03:26 */
export function sayTime(at: Date, language: Language = 'zh'): string {
  const said = chinaTime(at)
  const month = Number(said.slice(5, 7))
  const day = Number(said.slice(8, 10))
  return language === 'zh' ? `${month}月${day}日 ${sayClock(at)}` : `${day} ${months[month - 1]} ${sayClock(at)}`
}

/** 2 分 50 秒 · 12 分钟 · 1 小时 20 分钟 */
export function sayDuration(ms: number, language: Language = 'zh'): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return language === 'zh' ? `${seconds} 秒` : `${seconds} s`
  // In the first minutes seconds matter.
  if (seconds < 600) {
    const [whole, left] = [Math.floor(seconds / 60), seconds % 60]
    if (left > 0) return language === 'zh' ? `${whole} 分 ${left} 秒` : `${whole} min ${left} s`
  }
  const minutes = Math.round(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (language === 'en') return hours ? `${hours} h ${rest} min` : `${minutes} min`
  return hours ? `${hours} 小时${rest ? ` ${rest} 分钟` : ''}` : `${minutes} 分钟`
}
