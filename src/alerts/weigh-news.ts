import { type AreaMatch, isTold } from '../matching/area-match.js'
import { severityOf } from '../warnings/warning.js'
import type { Alert } from './alert.js'
import type { WarningFacts } from './alert-store.js'

/**
 * What a newer word is to people who were told already:
 * - confirmed: another source, with more authority, says the same: nobody hears it twice;
 * - repeated: 继续发布, the same colour for no more grids and homes in the same words: responsible people hear of a red one again, residents do not;
 * - lowered: a weaker colour;
 * - changed: everything else.
 */
export type News = 'confirmed' | 'repeated' | 'lowered' | 'changed'

export function weighNews(alert: Alert, current: WarningFacts, next: WarningFacts, match: AreaMatch): News {
  const [before, after] = [severityOf[alert.level ?? 'unknown'], severityOf[next.level]]
  if (after < before) return 'lowered'
  if (alert.level !== next.level || alert.event !== next.event || !isCovered(alert, match)) return 'changed'
  if (current.joinedTo === next.id || current.id === next.id) return 'confirmed'
  return alert.grids.length === match.grids.length && sameWords(current, next) ? 'repeated' : 'changed'
}

/** A red one, or one whose colour nobody could read, is never left at "they know already". */
export const isToldAgain = (alert: Alert): boolean => alert.audience === 'staff' && (alert.level === 'red' || alert.level === 'unknown')

const isCovered = (alert: Alert, match: AreaMatch): boolean => isTold(alert.summary.match.grids, match.grids)

/** The same but for the hour at which it was said. Amounts of rain are words that count. */
const sameWords = (a: WarningFacts, b: WarningFacts): boolean => wordsOf(a) === wordsOf(b)
const wordsOf = (w: WarningFacts): string =>
  w.infos
    .map((i) => `${i.headline}\n${i.description}\n${i.instruction}`)
    .join('\n')
    .replace(/\d{1,4}年|\d{1,2}月|\d{1,2}[日号]|\d{1,2}时|\d{1,2}分|\d{1,2}[::]\d{2}|今天|今晨|目前|(?:继续|更新|重新)?发布|\s/g, '')
