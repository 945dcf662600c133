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

/** What a source or a bulletin is written in, as the trade calls it; a name without a word here stays as it is. */
export const dialectWord = (dialect: string, say: Say): string =>
  ({
    cap: 'CAP',
    cn12379: say('国家预警报文', 'national XML'),
    'list-12379': say('12379 列表', '12379 list'),
    nmc: say('中央气象台', 'NMC'),
    cma: say('中国气象局', 'CMA'),
    'cma-now': say('气象站实况', 'CMA stations'),
    qweather: say('和风天气预警', 'QWeather'),
    'qweather-weather': say('和风天气实况', 'QWeather'),
    weathercn: say('中国天气网', 'weather.com.cn'),
    nws: say('美国气象局', 'NWS'),
    'nws-observations': say('美国气象站', 'NWS stations'),
    meteoalarm: 'MeteoAlarm',
    'open-meteo': say('天气预报', 'forecast'),
    cjh: say('长江水位', 'river levels'),
    pegelonline: say('德国水位', 'river levels'),
    gauge: say('监测站读数', 'gauge readings'),
    manual: say('人工录入', 'typed in'),
    text: say('文字', 'text'),
    auto: say('各种格式', 'any format'),
  })[dialect] ?? dialect
