import type { Say } from '../../shared/language.js'

export const outcomeWord = (outcome: string, say: Say): string =>
  ({
    accepted: say('已读懂', 'Read'),
    duplicate: say('重复', 'Duplicate'),
    refused: say('不采用', 'Refused'),
    unreadable: say('读不懂', 'Unreadable'),
  })[outcome] ?? outcome
export const outcomeTone = (outcome: string): string =>
  ({ accepted: 'good', duplicate: 'muted', refused: 'warn', unreadable: 'bad' })[outcome] ?? 'plain'
export const viaWord = (via: string, say: Say): string =>
  ({
    post: say('接口推送', 'posted'),
    feed: say('轮询', 'polled'),
    page: say('本页投递', 'dropped here'),
    manual: say('补录', 'typed in'),
  })[via] ?? via
/** The dialect is told from the first characters; the service says so when it is wrong. */
export function dialectOf(text: string, name: string): string {
  const start = text.trimStart().slice(0, 400)
  if (start.startsWith('{') || start.startsWith('[')) return /"hourly"|"latitude"/.test(text.slice(0, 4000)) ? 'open-meteo' : 'json'
  if (/<(\w+:)?feed[\s>]/.test(start)) return 'atom'
  return /\.(cap|xml)$/i.test(name) || start.startsWith('<') ? 'cap' : 'cap'
}
