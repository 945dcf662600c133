import type { Liquid, Template } from 'liquidjs'
import { relations } from '../register/register.js'
import { channels, type Language, languages } from './channel.js'
import type { FindTemplate } from './find-template.js'
import type { Names } from './names.js'
import { noticeWords } from './notice-words.js'
import { exerciseOpenings } from './openings.js'
import type { Rendered, Renderer } from './render-words.js'
import { countSms, smsLimits, smsMaximum } from './sms-length.js'
import {
  audiences,
  type FiledChannel,
  filedChannelOf,
  lineOf,
  type Origin,
  origins,
  type Purpose,
  type TemplateFile,
} from './template-file.js'
import { fillVariables, variableNames, type WordFacts } from './word-facts.js'

/** Kind of a token in liquidjs (its TokenKind): plain text, and {{ … }}. */
const plainText = 16
const output = 8

export interface RuleContext {
  engine: Liquid
  names: Names
  find: FindTemplate['find']
  files: TemplateFile[]
  renderer: Renderer
  /** False when files could not be read: what is missing is then only a consequence. */
  complete: boolean
}
type Tell = (file: TemplateFile, line: number, what: string) => void

/** Everything that stops the start, one line each: file:line: what is wrong and what to do. */
export function checkTemplates(context: RuleContext): string[] {
  const told: string[] = []
  const tell: Tell = (file, line, what) => {
    const said = `${file.path}:${file.firstLine - 1 + line}: ${what}`
    if (!told.includes(said)) told.push(said)
  }
  for (const file of context.files) {
    const before = told.length
    if (file.event !== 'any' && !context.names.eventKeys.includes(file.event))
      tell(file, 1, `the folder "${file.event}" is not a hazard of names.yaml; add it there, or rename the folder`)
    checkVariables(context.engine, file, tell)
    checkWords(file, tell)
    const filed = filedChannelOf(file)
    if (filed) checkFiledSource(file, filed, tell)
    if (told.length === before) checkRendered(context, file, tell)
  }
  if (context.complete) told.push(...findGaps(context))
  return told
}

function checkVariables(engine: Liquid, file: TemplateFile, tell: Tell): void {
  const known: readonly string[] = variableNames
  let globals: ReturnType<Liquid['analyzeSync']>['globals']
  try {
    globals = engine.analyzeSync(file.parsed).globals
  } catch (e) {
    tell(file, lineOf(e, 1), `cannot be read: ${(e as Error).message.split(', file')[0]}; a text stands alone, it includes no other file`)
    return
  }
  for (const [name, uses] of Object.entries(globals)) {
    if (!known.includes(name)) tell(file, uses[0]?.location.row ?? 1, `{{ ${name} }} is not known; allowed are ${known.join(', ')}`)
  }
}

const lineWith = (file: TemplateFile, at: number) => file.source.slice(0, at).split('\n').length

function checkWords(file: TemplateFile, tell: Tell): void {
  const find = (pattern: RegExp, what: (found: string) => string) => {
    const match = pattern.exec(file.source)
    if (match) tell(file, lineWith(file, match.index), what(match[0]))
  }
  if (file.origins.includes('notice') && !file.exercise) {
    find(noticeWords.zh, (w) => `a notice must not say "${w}"; only an authority's warning has a colour and is called 预警`)
    if (file.language === 'en') find(noticeWords.en, (w) => `a notice must not say "${w}"; only an authority's warning has a colour`)
    find(/\{\{-?\s*(?:signal|because|level)\b/, () => 'a notice must not use signal, because or level: they carry the colour; use event')
  }
  find(
    /(?:我们|本|街道|社区|\{\{\s*(?:subdistrict|community)\s*\}\})(?:现|特)?(?:发布|发出)[^。]*预警/,
    (w) => `"${w}": we do not issue warnings; say who issued it ({{ source }}发布…) or 转发`,
  )
  if (file.exercise) {
    for (const channel of file.channels) {
      const opening = exerciseOpenings[file.language][channel === 'sms' || channel === 'voice' ? channel : 'other']
      if (!file.source.startsWith(opening.trim())) tell(file, 1, `the text of an exercise begins with "${opening.trim()}" on ${channel}`)
    }
  }
}

/** The filed text is made from the source: so it is words and plain {{ names }}, an SMS in one line. */
function checkFiledSource(file: TemplateFile, channel: FiledChannel, tell: Tell): void {
  if (file.channels.length > 1) tell(file, 1, `a text for ${channel} is filed with its carrier: give it a file of its own`)
  const used = checkFiledVariables(file, tell)
  const filed = file.filedVariables
  if (filed && filed.join(' ') !== used.join(' '))
    tell(
      file,
      1,
      `it was filed with the variables ${filed.join(', ') || 'none'}, and now uses ${used.join(', ') || 'none'}: file it anew, or put the filed words back`,
    )
  if (file.code && !filed)
    tell(file, 1, `a filed text says what it was filed with: write variables: [${used.join(', ')}] below its code in the head`)
  const words = file.source.replace(/\{\{.*?\}\}/g, ' ')
  for (const [pattern, what] of refusedBy[channel]) {
    const match = pattern.exec(words)
    if (match) tell(file, lineWith(file, match.index), what)
  }
}

/** Each variable once, with words between two of them; answers them in the order of the text. */
function checkFiledVariables(file: TemplateFile, tell: Tell): string[] {
  const row = (t: Template) => (t.token as unknown as { getPosition(): [number, number] }).getPosition()[0]
  const used: string[] = []
  let between = 'the beginning'
  for (const part of file.parsed) {
    const text = part.token.getText()
    const kind: number = part.token.kind
    if (kind !== plainText && kind !== output)
      tell(file, row(part), `${text}: a filed text stands as it is; use words and {{ names }} only`)
    if (kind === output) {
      const name = /^\{\{-?\s*(\w+)\s*-?\}\}$/.exec(text)?.[1]
      if (!name) tell(file, row(part), `${text}: a filed text takes a plain {{ name }}, no filters; the carrier fills it in`)
      else if (used.includes(name)) tell(file, row(part), `{{ ${name} }} stands twice; a carrier takes each variable once`)
      else used.push(name)
      if (!/\p{L}/u.test(between))
        tell(file, row(part), `${text} touches the variable before it; put words between them, a comma is not enough`)
    }
    between = kind === output ? '' : text
  }
  return used
}

const mobile: [RegExp, string] = [/(?<!\d)1[3-9]\d{9}(?!\d)/, 'no mobile number in a filed text; use {{ hotline }} (a landline)']
const refusedBy: Record<FiledChannel, [RegExp, string][]> = {
  sms: [
    [/\n/, 'an SMS is one line; join the lines'],
    [/[【】]/, '【】 may not stand inside an SMS: the signature is set before it by the service; remove them'],
    [/https?:|www\.|\b[\w-]+\.(?:com|cn|net)\b/i, 'no links in an SMS; put the link into the push and group texts'],
    [/[『』「」〖〗★☆※→①-⑳#²•√^]|\p{Extended_Pictographic}/u, 'a carrier takes no such signs in an SMS; write it in words'],
    mobile,
  ],
  voice: [
    [/\n/, 'a voice text is one line; join the lines'],
    [/[#/:%$¥【】[\]-]|https?/, 'a voice carrier takes no # / : - % ¥ 【】 in its text; write it in words'],
    mobile,
  ],
}

/** Made up, as a phone would get it on the night of our story. */
export const exampleFacts: WordFacts = {
  subdistrict: '文峰街道',
  hotline: '023-52000000',
  station: '区气象台(演练)',
  issuedAt: new Date('2025-07-11T19:26:00Z'),
  until: new Date('2025-07-12T00:00:00Z'),
  headline: '区气象台(演练)12日03:26发布暴雨红色预警信号',
  community: '三中社区',
  grid: '三中社区四网格',
  shelter: '文峰小学',
  helper: '陈某',
  ownText: '今晚有强降雨,请关好门窗,不到河边低洼处',
  person: '李某某',
  arrivedAt: new Date('2025-07-11T20:12:00Z'),
}
const sample: Record<'full' | 'bare', WordFacts> = {
  full: exampleFacts,
  bare: { subdistrict: '文峰街道', hotline: '023-52000000', station: '', issuedAt: null, until: null, headline: '' },
}

function checkRendered(context: RuleContext, file: TemplateFile, tell: Tell): void {
  const { names } = context
  const event = file.event === 'any' ? 'rainstorm' : file.event
  for (const channel of file.channels)
    for (const origin of file.origins)
      for (const which of ['full', 'bare'] as const) {
        const level = file.level === 'any' ? (origin === 'relay' ? 'orange' : null) : file.level
        const ask = { origin, event, level, language: file.language, channel }
        let said: Rendered
        try {
          const variables = fillVariables(sample[which], names, ask, ['subdistrict', ...context.renderer.namesOf(file)])
          said = context.renderer.render(file, variables, { ...ask, kind: file.exercise ? 'exercise' : 'actual' })
        } catch (e) {
          tell(file, lineOf(e, 1), `cannot be rendered: ${(e as Error).message.split(', line')[0]}`)
          return
        }
        if (channel === 'sms') checkSmsText(file, said, tell)
        else if (channel !== 'voice') checkTitled(file, said.text, tell)
        if (which === 'full' && file.audience === 'residents' && !file.exercise) checkPublicText(file, origin, said.text, tell)
      }
}

function checkSmsText(file: TemplateFile, said: { text: string; parameters: Record<string, string> }, tell: Tell): void {
  const fixed = file.source.replace(/\{\{.*?\}\}/g, '').length
  // Room for the signature, the telephone number, and twelve characters of each other variable.
  const variables = Object.keys(said.parameters)
  const least = fixed + smsLimits.signature + 2 + variables.length * 12 + (variables.includes('hotline') ? 4 : 0)
  const { characters, segments } = countSms(said.text)
  if (characters > smsMaximum || least > smsMaximum)
    tell(
      file,
      1,
      `an SMS has at most ${smsMaximum} characters (${smsLimits.parts} parts) with its signature; this one needs ${Math.max(characters, least)} (${segments} parts): shorten it`,
    )
  for (const [name, value] of Object.entries(said.parameters))
    if (value === '—') tell(file, 1, `{{ ${name} }} can be empty, and a carrier refuses an empty variable; use another`)
}

function checkTitled(file: TemplateFile, text: string, tell: Tell): void {
  const [title = '', ...body] = text.split('\n')
  if (title.length > 60) tell(file, 1, 'the first line is the title: at most 60 characters; begin a new line after it')
  if (body.join('').trim() === '') tell(file, 1, 'the first line is the title; the words themselves begin on the second line')
}

const actions: Record<Language, RegExp> = {
  zh: /请|不要|远离|撤回/,
  en: /\b(?:please|stay|keep|do not|don't|call|follow|wait|move|leave|go|take|ignore|check)\b/i,
}
/** What a public text must hold, by what it is for: place, time and what to do (a warning without one of them is not acted on). */
const needs: Record<Origin, Partial<Record<Purpose, ('place' | 'time' | 'action')[]>>> = {
  relay: { warn: ['place', 'time', 'action'], 'all-clear': ['place', 'time', 'action'], correct: ['place', 'action'] },
  order: { warn: ['place', 'action'], 'all-clear': ['place', 'action'], correct: ['place', 'action'] },
  notice: { warn: ['place', 'action'], 'all-clear': ['place'], correct: ['place', 'action'] },
  internal: {},
}
const how = {
  place: 'it does not say where: use {{ subdistrict }}, {{ community }} or {{ grid }}',
  time: 'it does not say when the warning was issued: use {{ source }} or {{ time }}',
  action: 'it does not say what to do: add one plain request (请……)',
}

function checkPublicText(file: TemplateFile, origin: Origin, text: string, tell: Tell): void {
  const has = {
    place: /文峰|三中/.test(text),
    time: /0?3:26|三点二十六|three twenty six/.test(text),
    action: actions[file.language].test(text),
  }
  for (const need of needs[origin][file.purpose] ?? []) if (!has[need]) tell(file, 1, how[need])
}

/** Everything the service can ask for has words: no gap is found at 3 a.m. */
function findGaps({ find, files }: RuleContext): string[] {
  // A hazard or colour without files of its own is answered by `any`, so those that have some stand for all.
  const events = [...new Set(['any', ...files.map((file) => file.event)])]
  const levels = [...new Set([null, ...files.map((file) => file.level)])]
  const gaps = new Set<string>()
  for (const audience of audiences)
    for (const origin of origins) {
      if (origin === 'internal' && audience === 'residents') continue
      for (const channel of channels)
        for (const language of languages)
          for (const purpose of ['warn', 'correct', 'all-clear'] as const)
            for (const exercise of [false, true])
              for (const relation of relations)
                for (const level of levels)
                  for (const event of events) {
                    const q = { event, level, audience, channel, language, relation, origin, purpose, exercise }
                    if (find(q)) continue
                    const name = [
                      'any',
                      audience,
                      channel,
                      language,
                      ...(exercise ? ['exercise'] : origin === 'relay' ? [] : [origin]),
                      ...(purpose === 'warn' ? [] : [purpose]),
                      'liquid',
                    ].join('.')
                    gaps.add(`templates/any/${name}:1: is missing, and no other file has words for it; write it (templates/README.md)`)
                  }
    }
  // A family is told of an arrival in writing.
  for (const channel of ['sms', 'push'] as const)
    for (const origin of ['relay', 'order'] as const)
      for (const language of languages)
        for (const exercise of [false, true])
          for (const relation of ['family-away', 'emergency'] as const)
            if (
              !find({ event: 'any', level: null, audience: 'residents', channel, language, relation, origin, purpose: 'arrived', exercise })
            )
              gaps.add(
                `templates/any/any.residents.${channel}.${language}.relay+order.arrived.liquid:1: is missing, and no other file has words for it; write it (templates/README.md)`,
              )
  return [...gaps]
}
