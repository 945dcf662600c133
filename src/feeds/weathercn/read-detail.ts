import type { BulletinProblem, ParsedMessage, Reference } from '../bulletin.js'
import { plainText } from '../cap/plain-text.js'
import { readChinaTime } from '../chinese/china-time.js'
import { areaOf, readUnitIdentifier, unitArea } from '../chinese/issuing-unit.js'
import { makeInfo, makeMessage, typeOfAct } from '../chinese/make-message.js'
import { type Json, textIn } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { ReadContext } from '../dialect.js'
import { eventCodes, isLevelCode, levelEvidence } from './codes.js'

const colour = /[红橙黄蓝白黑紫]色/

/** One page of text. UNDERWRITER is a person's name and is not read. */
export function readDetail(page: Json, context: ReadContext): ParsedMessage | string {
  const own = textIn(page, 'identifier').slice(0, 200)
  if (own && !readUnitIdentifier(own)) return `编号“${own.slice(0, 40)}”不是“14 位单位代码_14 位时间”`
  const identifier = own || textIn(page, 'ALERTID').slice(0, 200)
  if (!identifier) return '没有编号 identifier 或 ALERTID'
  const sent = readChinaTime(textIn(page, 'ISSUETIME'))
  if (!sent) return '发布时间 ISSUETIME 读不懂'
  const place = ['PROVINCE', 'CITY', 'STATIONNAME'].map((name) => textIn(page, name)).join('')
  const [hazard, level, type, code] = ['SIGNALTYPE', 'SIGNALLEVEL', 'TYPECODE', 'LEVELCODE'].map((name) => textIn(page, name)) as [
    string,
    string,
    string,
    string,
  ]
  const headline = textIn(page, 'head') || `${place}发布${hazard}${level}预警信号`
  const said = readTitle(headline)
  const text = plainText(textIn(page, 'ISSUECONTENT')).text
  const codes = eventCodes(type)
  const isTypeKnown = context.events.read([makeInfo({ eventCodes: codes })]).known
  if (!hazard && !said.hazard && !isTypeKnown) return `没有写灾种,灾种代码 TYPECODE“${type.slice(0, 10)}”也不认识`
  if (!colour.test(level) && !said.colour && !isLevelCode(code)) return `没有写颜色,等级代码 LEVELCODE“${code.slice(0, 10)}”也不认识`
  const expires = readChinaTime(textIn(page, 'RELIEVETIME'))
  const msgType = textIn(page, 'msgType') || (said.act ? typeOfAct[said.act] : 'Alert')
  return makeMessage(
    {
      identifier,
      sender: said.issuers[0] ?? (place || identifier),
      sent,
      status: 'Actual',
      msgType,
      scope: 'Public',
      note: '',
      references: referencesOf(page),
      infos: [
        makeInfo({
          event: said.hazard || hazard,
          headline,
          description: text,
          senderName: said.issuers.join('、') || place,
          expires: expires?.toISOString() ?? null,
          eventCodes: codes,
          parameters: level ? [{ name: 'SIGNALLEVEL', value: level }] : [],
        }),
      ],
      areas: [unitArea(own, place) ?? areaOf(place, [])],
      evidence: levelEvidence(code),
      at: {},
      problems: [
        ...codeProblems(page, { type, code, isTypeKnown }),
        ...endProblems(page, sent, expires),
        ...selfReference(page, identifier),
      ],
      counts: { infos: 1, areas: 0, polygons: 0, circles: 0 },
    },
    context.events,
  )
}

const referencesOf = (page: Json): Reference[] =>
  textIn(page, 'references')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .slice(0, 100)
    .map((identifier) => ({ sender: null, identifier, sent: null }))

/** The first alert of a chain refers to itself. */
function selfReference(page: Json, identifier: string): BulletinProblem[] {
  if (!referencesOf(page).some((r) => r.identifier === identifier)) return []
  return [remark('self-reference', '报文引用了自己,已接受,不会用它取代自己', 'the message refers to itself')]
}

/** Pages of today carry both codes; the words decide without them, but that they are gone is told. */
function codeProblems(page: Json, { type, code, isTypeKnown }: { type: string; code: string; isTypeKnown: boolean }): BulletinProblem[] {
  if (!textIn(page, 'identifier') && !type && !code) return []
  const problems: BulletinProblem[] = []
  if (!isTypeKnown)
    problems.push(
      remark(
        'type-code-unknown',
        `灾种代码 TYPECODE“${type.slice(0, 10)}”没有写或不认识,以文字为准`,
        'TYPECODE is missing or unknown; the words decide',
      ),
    )
  if (!isLevelCode(code))
    problems.push(
      remark(
        'level-code-unknown',
        `等级代码 LEVELCODE“${code.slice(0, 10)}”没有写或不认识,以颜色为准`,
        'LEVELCODE is missing or unknown; the colour decides',
      ),
    )
  return problems
}

function endProblems(page: Json, sent: Date, expires: Date | null): BulletinProblem[] {
  const said = textIn(page, 'RELIEVETIME')
  if (said && !expires)
    return [
      {
        ...remark('time-unreadable', `失效时间 RELIEVETIME“${said.slice(0, 40)}”读不懂,按没有写处理`, 'RELIEVETIME is not a time'),
        severity: 'error',
      },
    ]
  if (expires && expires < sent)
    return [{ ...remark('expires-before-effective', '失效时间早于发布时间', 'RELIEVETIME is before ISSUETIME'), severity: 'error' }]
  return []
}

const remark = (code: string, message: string, messageEn: string): BulletinProblem => ({ code, severity: 'remark', message, messageEn })
