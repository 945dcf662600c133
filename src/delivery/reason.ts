/**
 * Why a message did not get through, in plain words with what to do. Rows hold what was said at the time, by us or by a carrier; here
 * the many ways of saying it become few kinds, so that the desk reads ten lines and not a thousand codes.
 */
export const reasonKinds = [
  'no-address',
  'dead-number',
  'out-of-reach',
  'blocked',
  'kept',
  'no-room',
  'used-up',
  'one-at-a-time',
  'wording',
  'account',
  'busy',
  'no-answer',
  'replaced',
  'called-off',
  'expired',
  'not-on-list',
  'other',
] as const
export type ReasonKind = (typeof reasonKinds)[number]

/** What a press can do about it: send once more · send somebody to the door · put the right number into the register. */
export const remedies = ['retry', 'knock', 'correct'] as const
export type Remedy = (typeof remedies)[number]

interface Meaning {
  said: RegExp
  zh: string
  en: string
  /** What to do; where nothing is to be done, why not. */
  doZh: string
  doEn: string
  remedies: Remedy[]
}

const meanings: Record<Exclude<ReasonKind, 'other'>, Meaning> = {
  'no-address': {
    said: /^no-address$/,
    zh: '登记册里没有可用的号码',
    en: 'The register has no usable address',
    doZh: '派人上门告知,并补录号码',
    doEn: 'Send somebody to the door, and add a number.',
    remedies: ['knock', 'correct'],
  },
  'dead-number': {
    said: /MOBILE_NUMBER_ILLEGAL|no such number|subscription is gone|subscription cannot be read|keys of the subscription|not the address of/i,
    zh: '空号、停机或地址已失效',
    en: 'The number or address does not exist any more',
    doZh: '派人上门,并把号码改对;再发也不会到',
    doEn: 'Send somebody to the door and correct the number; sending again would not reach it.',
    remedies: ['knock', 'correct'],
  },
  'out-of-reach': {
    // 2000xx is how a call ended; a text's report does not tell a phone that is off from one that is cut off.
    said: /NOT_ON_SERVICE|INVALID_NUMBER|SHUT|POWER_?OFF|TERMINAL|NOT_?REACH|OUT_OF_COVERAGE|NOT_CONNECTED|carrier-failed|^200\d{3}$/i,
    zh: '关机、停机、没有信号或没有接',
    en: 'Switched off, cut off, without signal, or not picked up',
    doZh: '可以再发一次;仍不通就派人上门',
    doEn: 'Send it once more; if that fails, send somebody to the door.',
    remedies: ['retry', 'knock'],
  },
  blocked: {
    said: /BLACK|BLOCK|UNSUBSCRIBE|SPAM/i,
    zh: '被拦截或对方设了拒收',
    en: 'Blocked on the way, or refused by the phone',
    doZh: '换通道或派人上门',
    doEn: 'Use another channel, or send somebody to the door.',
    remedies: ['knock'],
  },
  kept: {
    said: /^budget-kept$/,
    zh: '剩下的次数留给红色预警和转移,已用别的通道通知',
    en: 'What is left is kept for red and for orders to move; told on another channel instead',
    doZh: '不用处理;要确认本人知道,就派人上门',
    doEn: 'Nothing to do; knock where you must be sure.',
    remedies: ['knock'],
  },
  'no-room': {
    said: /^budget-spent$/,
    zh: '这个号码到预警结束都没有次数了',
    en: 'The number has no room left before the warning ends',
    doZh: '不会再发,请派人上门',
    doEn: 'It is not sent any more: send somebody to the door.',
    remedies: ['knock'],
  },
  'used-up': {
    said: /LIMIT_CONTROL|limit of the number|^budget-waits$/i,
    zh: '这个号码的次数已用完',
    en: 'The number has had all the messages it may get',
    doZh: '到时会自动再发;等不及就派人上门',
    doEn: 'It goes on by itself when there is room; send somebody if that is too late.',
    remedies: ['knock'],
  },
  'one-at-a-time': {
    said: /^number-busy$/,
    zh: '同一个号码上一条还在路上',
    en: 'Another message to the same number is still on its way',
    doZh: '不用处理,上一条有结果就发这一条',
    doEn: 'Nothing to do: it goes out as soon as the one before has ended.',
    remedies: [],
  },
  wording: {
    said: /TEMPLATE|SIGN_|SIGNATURE|is not filed|too long|at most \d+ bytes|PARAM/i,
    zh: '运营商不认这条内容(模板未报备、变量过长)',
    en: 'The carrier refuses the wording (template not filed, variable too long)',
    doZh: '按“更新”换成已报备的说法再发;请管理员补报备',
    doEn: 'Revise to filed words and send again; have the administrator file it.',
    remedies: [],
  },
  account: {
    said: /AMOUNT_NOT_ENOUGH|ACCOUNT|OUT_OF_SERVICE|no-carrier|AccessKey|Forbidden|Unauthorized|refused the question/i,
    zh: '运营商账户不可用(欠费、停用或没有配置)',
    en: 'The account with the carrier does not work, or none is configured',
    doZh: '马上请管理员处理;恢复后按“再发一次”,急的先派人上门',
    doEn: 'Tell the administrator at once; send again when it works, knock where it cannot wait.',
    remedies: ['retry', 'knock'],
  },
  busy: {
    said: /^(never-taken|carrier-stopped)$|Throttling|\b429\b|ECONN|ENOTFOUND|EAI_AGAIN|answered 5\d\d|^5\d\d\b|a minute$/i,
    zh: '运营商忙、线路不通或没有收下',
    en: 'The carrier is busy, cannot be reached, or never took it',
    doZh: '系统自动再试;停下来的可以再发一次',
    doEn: 'It is tried again by itself; what has stopped may be sent once more.',
    remedies: ['retry', 'knock'],
  },
  'no-answer': {
    said: /^timeout$|interrupted|in time|^no answer$|could not be asked|without a code|without a readable answer|that is no call|without an errcode|could not be written/i,
    zh: '运营商没有答复,可能已发出',
    en: 'The carrier did not answer; it may have gone out',
    doZh: '系统先向运营商核实,没有收到才再发;核实不了的可以再发一次,最多重复一条',
    doEn: 'The carrier is asked first. What cannot be found out may be sent once more: at worst somebody reads it twice.',
    remedies: ['retry', 'knock'],
  },
  replaced: {
    said: /^replaced$/,
    zh: '已有更新的内容,这一版不再发',
    en: 'A newer wording took its place',
    doZh: '不用处理,新的一版会到',
    doEn: 'Nothing to do: the newer wording reaches them.',
    remedies: [],
  },
  'called-off': {
    said: /^called-off$/,
    zh: '发出之前已撤下',
    en: 'Called off before it was sent',
    doZh: '不用处理,没有人收到',
    doEn: 'Nothing to do: nobody received it.',
    remedies: [],
  },
  expired: {
    said: /^expired$/,
    zh: '预警已过期,没有发出',
    en: 'Its time was over before it was sent',
    doZh: '不用处理;仍有危险的话请更新预警',
    doEn: 'Nothing to do; where the danger goes on, revise the alert.',
    remedies: [],
  },
  'not-on-list': {
    said: /^not-on-exercise-list$/,
    zh: '演练信息,此人不在演练名单',
    en: 'An exercise, and this contact is not on its list',
    doZh: '不用处理,演练只发给名单上的人',
    doEn: 'Nothing to do: an exercise goes to its list only.',
    remedies: [],
  },
}

export function kindOfReason(reason: string): ReasonKind {
  for (const [kind, { said }] of Object.entries(meanings)) if (said.test(reason)) return kind as ReasonKind
  return 'other'
}

/** A carrier's word that nobody has met yet is shown as it came. */
export function meaningOfReason(kind: ReasonKind, reason: string): Omit<Meaning, 'said'> {
  if (kind !== 'other') return meanings[kind]
  return {
    zh: `运营商的答复:${reason}`,
    en: `The carrier says: ${reason}`,
    doZh: '可以再发一次;仍不行就派人上门,并把这句话告诉管理员',
    doEn: 'Send it once more; if that fails knock, and tell the administrator these words.',
    remedies: ['retry', 'knock'],
  }
}
export const sentenceOfReason = (reason: string): { zh: string; en: string } => {
  const { zh, en } = meaningOfReason(kindOfReason(reason), reason)
  return { zh, en }
}
