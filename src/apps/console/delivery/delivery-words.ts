import type { Grade, State } from '../../../delivery/delivery.js'
import type { DeliveryAnswer } from '../../../delivery/delivery-routes.js'
import type { Progress } from '../../shared/api-types.js'
import type { Say } from '../../shared/language.js'
import { channelWord } from '../data/words.js'

/** The closed list of what can be the case with one delivery, and the sentence that says it in full. */
export const deliveryStates: { state: State; zh: string; en: string; meansZh: string; meansEn: string; tone: string }[] = [
  {
    state: 'waiting',
    zh: '等待',
    en: 'Waiting',
    meansZh: '在队列里,轮到就发',
    meansEn: 'In the queue, sent when its turn comes',
    tone: 'muted',
  },
  {
    state: 'accepted',
    zh: '已送出',
    en: 'Sent',
    meansZh: '运营商已接收;不等于人已知道',
    meansEn: 'The carrier has taken it; nobody may know yet',
    tone: 'accent',
  },
  {
    state: 'failed',
    zh: '未送达',
    en: 'Failed',
    meansZh: '没有发出去或没有送到,原因和办法见“为什么没有送到”',
    meansEn: 'It did not get through; why, and what to do, stands under “Why not”',
    tone: 'bad',
  },
  {
    state: 'unknown',
    zh: '结果待查',
    en: 'Unknown',
    meansZh: '可能已发出;系统先向运营商核实,没有收到才再发',
    meansEn: 'It may have gone out: the carrier is asked before anything is sent again',
    tone: 'unknown',
  },
  {
    state: 'expired',
    zh: '已过期',
    en: 'Expired',
    meansZh: '预警到期,没有发出',
    meansEn: 'The warning ended before it was sent',
    tone: 'bad',
  },
  {
    state: 'called-off',
    zh: '已撤下',
    en: 'Called off',
    meansZh: '发出之前已撤下或被新的一版替换',
    meansEn: 'Called off, or replaced by newer words, before it was sent',
    tone: 'muted',
  },
]
export const deliveryStateWord = (state: string, say: Say): string => {
  const known = deliveryStates.find((one) => one.state === state)
  return known ? say(known.zh, known.en) : state
}
const chipTone: Record<string, string> = { unknown: 'warn' }
export const deliveryTone = (state: string): string => {
  const tone = deliveryStates.find((one) => one.state === state)?.tone ?? 'muted'
  return chipTone[tone] ?? tone
}
export const gradeWord = (grade: Grade, say: Say): string =>
  ({
    none: '',
    accepted: say('只有接收', 'taken only'),
    delivered: say('有回执', 'receipt'),
    opened: say('已打开', 'opened'),
    listened: say('听完', 'listened'),
    pressed: say('按键或回复', 'pressed'),
    stated: say('已表态', 'stated'),
  })[grade]

/** Grades from the highest down, each contact in exactly one of them: together they are what was sent. */
export function gradeRows({ accepted, delivered, grades }: Pick<Progress, 'accepted' | 'delivered' | 'grades'>, say: Say) {
  const of = grades ?? { delivered, opened: 0, listened: 0, pressed: 0, stated: 0 }
  return [
    { grade: 'stated', value: of.stated, tone: 'good', label: say('说明了要怎么做', 'Said what they will do') },
    { grade: 'pressed', value: of.pressed, tone: 'good', label: say('按键或回复', 'Pressed a key or replied') },
    { grade: 'listened', value: of.listened, tone: 'accent', label: say('听完全文', 'Listened to all of it') },
    { grade: 'opened', value: of.opened, tone: 'accent', label: say('已打开', 'Opened it') },
    { grade: 'delivered', value: of.delivered, tone: 'accent', label: say('送到手机(有回执)', 'On the phone (receipt)') },
    {
      grade: 'accepted',
      value: accepted - delivered,
      tone: 'muted',
      label: say('运营商已接收,没有回执', 'Taken by the carrier, no receipt'),
    },
  ]
}

/** 语音电话 第 2 次 · 短信(告知谁来) */
export const wayWord = ({ channel, call, aside }: Pick<DeliveryAnswer, 'channel' | 'call' | 'aside'>, say: Say): string =>
  channelWord(channel, say) +
  (call > 1 ? say(` 第 ${call} 次`, ` no. ${call}`) : '') +
  (aside === 'coming' ? say('(告知谁来)', ' (who is coming)') : aside === 'arrived' ? say('(家人已到达)', ' (family arrived)') : '')
