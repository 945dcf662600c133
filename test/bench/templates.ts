import { performance } from 'node:perf_hooks'
import { openWordBook, type WordsRequest } from '../../src/messages/words.js'
import { beside, type Figure, median } from './figure.js'

const messages = 100_000
const rounds = 7
const facts = {
  subdistrict: '文峰街道',
  hotline: '023-52000000',
  station: '区气象台',
  issuedAt: new Date('2025-07-12T03:26:00+08:00'),
  until: null,
  headline: '',
  community: '三中社区',
  shelter: '文峰小学',
}
const request: WordsRequest = {
  ...{ origin: 'order', purpose: 'warn', kind: 'actual', event: 'rainstorm', level: 'red', audience: 'residents' },
  ...{ channel: 'sms', language: 'zh', relation: 'self', facts },
}
const guides = Array.from({ length: messages }, (_, i) => `网格员${String.fromCodePoint(0x4e00 + (i % 20_000))}${i % 7}`)

function perSecond(say: (guide: string) => string): number {
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now()
    let characters = 0
    // The last character is looked at: a text that nobody reads is never put together.
    for (const guide of guides) {
      const text = say(guide)
      characters += text.charCodeAt(text.length - 1)
    }
    if (characters < messages) throw new Error('nothing was said')
    return performance.now() - begun
  })
  return messages / (median(times) / 1000)
}

/** Every message with words of its own (each names another worker), and as it is in a fan-out: one text for many. */
export async function templates(): Promise<Figure[]> {
  const book = await openWordBook('templates')
  const literal = {
    name: 'a bare JavaScript template literal',
    value: perSecond((guide) => {
      const because = '暴雨红色预警'
      return `【${facts.subdistrict}】${because},您家需转移。请带好药品证件,听从${guide}安排到${facts.shelter}。需要帮助请打${facts.hotline}`
    }),
  }
  const own = perSecond((helper) => book.words({ ...request, facts: { ...facts, helper } }).text)
  const shared = perSecond(() => book.words(request).text)
  return [
    beside('templates, a text of its own each', own, 'messages/s', literal, 0.004),
    beside('templates, one text for many', shared, 'messages/s', literal, 0.04),
  ]
}
