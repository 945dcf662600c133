import type { Warning } from '../../shared/api-types.js'
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
    folder: say('文件夹', 'folder'),
    test: say('线路测试', 'line test'),
  })[via] ?? via
export const stateWord = (state: string, say: Say): string =>
  ({
    good: say('正常', 'Good'),
    partial: say('有内容没读到', 'Partly unread'),
    stuck: say('内容没更新', 'Stuck'),
    failing: say('连不上', 'Failing'),
    silent: say('中断', 'Silent'),
  })[state] ?? state
export const stateTone = (state: string): string =>
  ({ good: 'good', partial: 'warn', stuck: 'warn', failing: 'bad', silent: 'bad' })[state] ?? 'plain'

export function spanWords(seconds: number, say: Say): string {
  if (seconds < 90) return say(`${Math.round(seconds)} 秒`, `${Math.round(seconds)} s`)
  if (seconds < 5400) return say(`${Math.round(seconds / 60)} 分钟`, `${Math.round(seconds / 60)} min`)
  return say(`${Math.round(seconds / 360) / 10} 小时`, `${Math.round(seconds / 360) / 10} h`)
}

/** Milliseconds from issue to receipt of what this feed brought lately: the middle one. Null: nothing to say it from. */
export function delayOf(feedId: string, warnings: Warning[]): number | null {
  const delays = warnings
    .flatMap((warning) => {
      const source = warning.sources.find((one) => one.feedId === feedId)
      return source ? [Date.parse(source.at) - Date.parse(warning.sent)] : []
    })
    .filter((ms) => ms >= 0 && ms < 24 * 3_600_000)
    .sort((a, b) => a - b)
  return delays[Math.floor(delays.length / 2)] ?? null
}

/** The dialect is told from the first characters; the service says so when it is wrong. */
export function dialectOf(text: string, name: string): string {
  const start = text.trimStart().slice(0, 400)
  if (start.startsWith('{') || start.startsWith('[')) return /"hourly"|"latitude"/.test(text.slice(0, 4000)) ? 'open-meteo' : 'json'
  if (/<(\w+:)?feed[\s>]/.test(start)) return 'atom'
  return /\.(cap|xml)$/i.test(name) || start.startsWith('<') ? 'cap' : 'cap'
}
