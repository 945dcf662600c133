import type { Level, Warning } from '../../shared/api-types.js'
import type { Language, Say } from '../../shared/language.js'
import { levelWords } from '../../shared/level.js'

const englishOf: Record<string, string> = {
  暴雨: 'Rainstorm',
  台风: 'Typhoon',
  暴雪: 'Snowstorm',
  大风: 'Gale',
  高温: 'Heat',
  雷电: 'Lightning',
  冰雹: 'Hail',
  大雾: 'Fog',
  寒潮: 'Cold wave',
  道路结冰: 'Road icing',
  雷雨大风: 'Thunderstorm gale',
  山洪: 'Flash flood',
  地质灾害: 'Geological hazard',
  洪水: 'Flood',
  霾: 'Haze',
  干旱: 'Drought',
}
export const eventWord = (event: string, say: Say) => say(event, englishOf[event] ?? event)

/** 暴雨红色预警信号: hazard before colour. A foreign warning keeps its own headline. */
export function warningTitle(warning: Pick<Warning, 'event' | 'level' | 'headline'>, say: Say): string {
  const level = levelWords[warning.level]
  if (warning.level === 'unknown' || /^[\x20-\x7e]+$/.test(warning.event)) return warning.headline || warning.event
  return say(`${warning.event}${level.zh}色预警信号`, `${level.en} warning: ${englishOf[warning.event] ?? warning.event}`)
}
/** The title of an alert; the service writes it in Chinese, what is made of known parts is said in English too. */
export function alertTitle(alert: { title: string; origin: string; event: string; level: Level | null }, say: Say): string {
  const event = englishOf[alert.event] ?? alert.event
  if (alert.origin === 'relay' && alert.level) return say(alert.title, `${levelWords[alert.level].en} warning: ${event}`)
  if (alert.origin === 'order') return say(alert.title, `Order to move: ${event}`)
  return alert.title
}
/** Who says so, as it calls itself in the reader's language where it does. */
export const stationOf = (warning: Warning, language: Language): string =>
  (warning.infos?.find((info) => info.language.toLowerCase().startsWith(language)) ?? warning.infos?.[0])?.senderName || warning.sender
export const isExercise = (warning: Warning): boolean => /exercise|test/i.test(warning.status)
