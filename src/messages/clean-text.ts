import type { Channel, Language } from './channel.js'
import { plainDigits, readAloud } from './read-aloud.js'

/** What no text of ours may carry, whatever a feed or an officer wrote: control characters, invisible marks, half characters. */
const strip = (text: string): string =>
  text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

const pictures = /[\p{Extended_Pictographic}\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}\u20e3\ufe0e\ufe0f]/gu
const links = /(?:https?:\/\/|www\.)[^\s,。;,;]+/gi
const mobiles = /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g
/** A carrier reads 【】 as a signature and ${ } as a variable of its own, and refuses signs (of its published list) and traditional brackets. */
const smsSigns = /[【】「」『』〖〗〔〕[\]#★☆※→←↑↓●•¥¥√^{}\ufffd]/g
const smsReplacements: Record<string, string> = { '【': '(', '】': ')', '「': '“', '」': '”', '『': '“', '』': '”', '→': '到' }

function stripForSms(text: string): string {
  return text
    .replace(links, '')
    .replace(mobiles, '')
    .replace(/[①-⑳²³]/g, plainDigits)
    .replace(/\$\{/g, '')
    .replace(smsSigns, (sign) => smsReplacements[sign] ?? '')
    .replace(pictures, '')
    .trim()
}

/** What of a text a carrier would refuse, each sign once; empty: nothing. */
export function refusedInSms(text: string): string[] {
  const found = [links, mobiles, smsSigns, pictures, /[①-⑳²³]/g].flatMap((pattern) => text.match(pattern) ?? [])
  return [...new Set(found)]
}

/** Read aloud, a number in the language it stands in: 三中社区2号 in Chinese, 气象台, 03:26 12 Jul in English. The signs a voice carrier refuses become a short silence. */
const voiced = (text: string, language: Language): string =>
  readAloud(text.replace(links, '').replace(pictures, ''), /\p{Script=Han}\s?\d|\d\s?\p{Script=Han}/u.test(text) ? 'zh' : language)
    .replace(/[#/:%$¥【】[\]{}<>|\\^*_=~]+/g, language === 'zh' ? ',' : ', ')
    .replace(/(?<=[A-Za-z])-(?=[A-Za-z])/g, ' ')
    .replace(/-/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

const plainHan = /^[\u4e00-\u9fff]+$/
const landline = /^0\d{2,3}-\d{7,8}$/

/** Paragraphs stay apart only where a text has several lines anyway. */
export function cleanValue(text: string, channel: Channel, language: Language): string {
  // Names of grids, shelters and helpers, our own telephone: nothing in them to clean, and there are many.
  if (plainHan.test(text) || (channel !== 'voice' && landline.test(text))) return text
  const clean = strip(text)
  if (channel === 'sms') return stripForSms(oneLine(clean))
  return channel === 'voice' ? voiced(oneLine(clean), language) : clean
}
