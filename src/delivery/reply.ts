import type { Relation } from '../register/register.js'

/**
 * What somebody meant who wrote back to one of our short messages. A reply names the number only, so it speaks to all that the
 * number was asked; what is not clear is nobody's answer and is read by a person.
 */
export const meanings = ['heard', 'help', 'cannot-come', 'stop', 'unclear'] as const
export type Meaning = (typeof meanings)[number]

/** 不需要帮助 must not send a rescue, and 没收到 is no answer. */
const denied =
  /(?:不需要?|不用|不必|无需)(?:任何|你们|来)?(?:帮助|帮忙|支援|救援|救人)|(?:没有?|无)(?:人|人员)?(?:被困|受伤|进水)|don'?t need (?:any )?help|no help needed/gi
const cry =
  /救命|救我|求救|求助|救人|帮帮|帮忙|帮助|帮我|支援|快来|来人|困住|被困|困在|出不去|出不来|下不了楼|走不动|走不了|动不了|起不来|进水|淹|塌|滑坡|受伤|流血|晕倒|摔倒|摔伤|昏迷|没气|help|sos|trapped|stuck|injured/i
const notHeard =
  /(?:没|未|不|听不|看不)(?:有|太|大)?(?:收到|听清|听到|知道|明白|清楚|懂|好)|[??]|[吗么]$|什么|怎么|哪里|哪儿|为啥|not (?:received|understood)/i
const heard = /收到|听清|听到|知道|晓得|明白|了解|遵命|(?:^|[^a-z])(?:ok|okay|yes|received|roger|got it)(?:$|[^a-z])/i
const short = /^(?:1|一|壹|好|好的|好滴|好嘞|嗯|嗯嗯|行|是|是的|可以|y)$/i
const away = /来不了|到不了|去不了|赶不到|赶不回|无法到岗|不能到岗|到不了岗|can'?t come|cannot come/i
const leave = /^(?:td|t|n|退订|取消订阅|拒收|stop|unsubscribe)$/i

export function meaningOfReply(words: string): Meaning {
  const said = words.normalize('NFKC').trim()
  const bare = said.replace(/[\s.,;:!。,、;:!~~“”"'()【】[\]\-—]+/g, '')
  if (leave.test(bare)) return 'stop'
  if (/^(?:2|二|贰)+$/.test(bare)) return 'help'
  if (/^(?:3|三|叁)+$/.test(bare)) return 'cannot-come'
  const rest = said.replace(denied, '')
  if (cry.test(rest)) return 'help'
  if (away.test(said)) return 'cannot-come'
  if (notHeard.test(rest)) return 'unclear'
  if (short.test(bare) || /^1+$/.test(bare) || heard.test(rest)) return 'heard'
  const key = /^([12])[\s.,;:!。、]/.exec(said)?.[1]
  return key === '1' ? 'heard' : key === '2' ? 'help' : 'unclear'
}

export const isCryForHelp = (value: string): boolean => meaningOfReply(value) === 'help'

/** The key a reply stands for; null: it answers nothing of this kind. Only who is called to duty can say that they cannot come. */
export function keyOfReply(meaning: Meaning, relation: Relation): '1' | '2' | '3' | null {
  if (meaning === 'heard') return '1'
  if (meaning === 'help') return '2'
  return meaning === 'cannot-come' && relation === 'staff' ? '3' : null
}

/** How a person settled one. */
export const settlements = ['help', 'heard', 'read'] as const
export type Settlement = (typeof settlements)[number]
