import type { Language, Say } from './language.js'
import { serviceNow } from './service-clock.js'

type When = string | number | Date | null | undefined
const zone = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
const minute = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hour12: false })
const dayZh = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, month: 'long', day: 'numeric' })
const dayEn = new Intl.DateTimeFormat('en-GB', { timeZone: zone, month: 'short', day: 'numeric' })

export function millis(when: When): number | null {
  if (when === null || when === undefined || when === '') return null
  const value = when instanceof Date ? when.getTime() : typeof when === 'number' ? when : Date.parse(when)
  return Number.isNaN(value) ? null : value
}
const yearOf = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' })
const shown = (when: When, format: Intl.DateTimeFormat) => {
  const value = millis(when)
  return value === null ? '—' : format.format(value)
}
/** 03:31:08, always China time. */
export const clockTime = (when: When) => shown(when, clock)
/** 03:26 */
export const minuteTime = (when: When) => shown(when, minute)
/** 2003年 before a day of another year than the service's own: an old bulletin may not look like today's. */
function otherYear(when: When, language: Language): string {
  const value = millis(when)
  if (value === null || yearOf.format(value) === yearOf.format(serviceNow())) return ''
  return language === 'zh' ? `${yearOf.format(value)}年` : `${yearOf.format(value)} `
}
/** 7月12日 03:26 */
export const dayTime = (when: When, language: Language) =>
  millis(when) === null ? '—' : `${otherYear(when, language)}${shown(when, language === 'zh' ? dayZh : dayEn)} ${shown(when, minute)}`
export const dayOnly = (when: When, language: Language) => shown(when, language === 'zh' ? dayZh : dayEn)

/** 3 分钟前 */
export function ageWords(when: When, now: number, say: Say): string {
  const value = millis(when)
  if (value === null) return say('时间不明', 'time unknown')
  const seconds = Math.round((now - value) / 1000)
  if (seconds < -5) return say('时间在后', 'in the future')
  if (seconds < 60) return seconds < 5 ? say('刚刚', 'just now') : say(`${seconds} 秒前`, `${seconds} s ago`)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return say(`${minutes} 分钟前`, `${minutes} min ago`)
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return say(`${hours} 小时 ${minutes % 60} 分前`, `${hours} h ${minutes % 60} min ago`)
  return say(`${Math.floor(hours / 24)} 天前`, `${Math.floor(hours / 24)} days ago`)
}

/** 1:24 · 2:03:10; what has passed has a minus. */
export function countdown(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000)
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = String(total % 60).padStart(2, '0')
  const body = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
  return ms < 0 ? `−${body}` : body
}
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? '—' : value.toLocaleString('en-US')
