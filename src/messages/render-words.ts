import type { Liquid, Template } from 'liquidjs'
import { Problem } from '../base/problem.js'
import type { Channel, Language } from './channel.js'
import { cleanValue } from './clean-text.js'
import type { Names } from './names.js'
import { exerciseOpenings } from './openings.js'
import { readAloud } from './read-aloud.js'
import { shorten, smsLimits, smsMaximum } from './sms-length.js'
import type { TemplateFile } from './template-file.js'
import { plainAdvice, type VariableName, type Variables } from './word-facts.js'

export interface RenderAsk {
  channel: Channel
  language: Language
  kind: 'actual' | 'exercise'
  /** What the officer wrote: where a text has no place for it, and the channel takes free text, it stands behind. */
  ownText?: string
}
export interface Rendered {
  text: string
  parameters: Record<string, string>
  cut: string[]
}
export interface Renderer {
  /** The variables a text asks for. */
  namesOf(file: TemplateFile): readonly VariableName[]
  /** Which key means what, as it is said at the end of a call. */
  keysOf(file: TemplateFile): string
  render(file: TemplateFile, given: Variables, ask: RenderAsk): Rendered
}

const fits: Record<Channel, (text: string) => boolean> = {
  sms: (text) => text.length <= smsMaximum,
  voice: (text) => text.length <= 900,
  // WeCom takes 2,048 bytes; a push service 4,096 encrypted.
  push: (text) => Buffer.byteLength(text) <= 2048,
  group: (text) => Buffer.byteLength(text) <= 2048,
}
const variableLimit: Record<Channel, number> = { sms: smsLimits.variable, voice: 200, push: 600, group: 1200 }
const hotlineLimit = 16
/** Shortened last: who said it, what and when. The telephone number is never cut: half a number is worse than none. */
const late: ReadonlySet<string> = new Set<VariableName>(['source', 'sourceClock', 'time', 'clock', 'signal', 'because'])

/** Where officers' own words have a place. */
export const ownSlots: readonly VariableName[] = ['advice', 'notice', 'ownText']

/** A text as pieces of words and names, joined a hundred times as fast as it is interpreted; null where it has conditions. */
type Pieces = (string | { name: VariableName })[]
const plainText = 16
const output = 8

function piecesOf(parsed: Template[]): Pieces | null {
  const pieces: Pieces = []
  for (const { token } of parsed) {
    const kind: number = token.kind
    const name = kind === output ? /^\{\{\s*(\w+)\s*\}\}$/.exec(token.getText())?.[1] : undefined
    if (kind === plainText) pieces.push(token.getText())
    else if (name) pieces.push({ name: name as VariableName })
    else return null
  }
  return pieces
}

/** A text that cannot be analysed is told of by the rules; it never gets as far as being rendered. */
function namesIn(engine: Liquid, file: TemplateFile): VariableName[] {
  try {
    return Object.keys(engine.analyzeSync(file.parsed).globals) as VariableName[]
  } catch {
    return []
  }
}

function longestOf(names: readonly VariableName[], v: Variables): VariableName | undefined {
  const open = names.filter((name) => name !== 'hotline' && v[name].length > 4).sort((a, b) => v[b].length - v[a].length)
  return open.find((name) => !late.has(name) && v[name].length > 6) ?? open[0]
}

export function createRenderer(engine: Liquid, names: Names, files: readonly TemplateFile[]): Renderer {
  const compiled = new Map(files.map((file) => [file, { used: namesIn(engine, file), pieces: piecesOf(file.parsed) }]))

  const bodyOf = (file: TemplateFile, v: Variables): string => {
    const pieces = compiled.get(file)?.pieces
    if (!pieces) return engine.renderSync(file.parsed, v) as string
    let body = ''
    for (const piece of pieces) body += typeof piece === 'string' ? piece : (v[piece.name] ?? missing(file, piece.name))
    return body
  }

  const keysOf = ({ audience, purpose, language }: TemplateFile): string => {
    const key = audience === 'residents' ? 'residents' : purpose === 'warn' ? 'staff' : 'staff-closing'
    return readAloud(names.voice.keys[key][language], language)
  }

  const finish = (file: TemplateFile, body: string, v: Variables, ask: RenderAsk): string => {
    const { channel, language } = ask
    const opening = ask.kind === 'exercise' && !file.exercise ? exerciseOpenings[language].other : ''
    if (channel === 'sms') return `【${v.subdistrict}】${body}`
    if (channel !== 'voice') {
      const own = cleanValue(ask.ownText ?? '', channel, language)
      return `${opening}${body}${own === '' || body.includes(plainAdvice(own)) ? '' : `\n${own}`}`
    }
    const said = readAloud(body, language)
    return [said, names.voice.again[language], said, keysOf(file)].join(language === 'en' ? ' ' : '')
  }

  /** Cuts the longest variable again and again until the text fits; what may not be cut stays whole. */
  const render = (file: TemplateFile, given: Variables, ask: RenderAsk): Rendered => {
    const { channel, language } = ask
    const used = compiled.get(file)?.used ?? []
    const v = { ...given }
    const cut = new Set<VariableName>()
    const limit = (name: VariableName, most: number) => {
      const short = shorten(v[name], most)
      if (short !== v[name]) cut.add(name)
      v[name] = short
    }
    for (const name of Object.keys(v) as VariableName[]) {
      v[name] = cleanValue(v[name], channel, language)
      // A carrier refuses an empty variable.
      if (channel === 'sms' && v[name] === '') v[name] = '—'
      limit(name, name === 'hotline' && channel !== 'voice' ? hotlineLimit : variableLimit[channel])
    }
    if (v.subdistrict !== undefined) limit('subdistrict', smsLimits.signature)
    const say = () => finish(file, bodyOf(file, v), v, ask)
    let text = say()
    while (!fits[channel](text)) {
      const name = longestOf(used, v)
      if (!name) throw new Problem('internal', '这份模板放不下', `${file.path}: no variable left to shorten; make the fixed words shorter`)
      limit(name, Math.max(4, Math.floor(v[name].length * 0.8)))
      text = say()
    }
    const filed = channel === 'sms' || channel === 'voice'
    const parameters = filed ? Object.fromEntries(used.map((name) => [name, v[name]])) : {}
    return { text, parameters, cut: [...cut].filter((name) => used.includes(name)) }
  }

  return { namesOf: (file) => compiled.get(file)?.used ?? [], keysOf, render }
}

export const takesOwnWords = (names: readonly VariableName[]): boolean => names.some((name) => ownSlots.includes(name))

function missing(file: TemplateFile, name: string): never {
  throw new Problem('internal', '模板里的变量没有内容', `${file.path}: {{ ${name} }} was not filled in`)
}
