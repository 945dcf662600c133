import type { Liquid } from 'liquidjs'
import { ConfigError } from '../base/config.js'
import { Problem } from '../base/problem.js'
import { type Relation, relations } from '../register/register.js'
import { type Channel, channels, type Language, languages } from './channel.js'
import { type FindTemplate, indexTemplates } from './find-template.js'
import { type Names, readNames } from './names.js'
import { noticeFault } from './notice-words.js'
import { exerciseOpenings } from './openings.js'
import { countSms, shorten, smsLimits, smsMaximum } from './sms-length.js'
import { createEngine, type Origin, type Purpose, readTemplateFiles, type TemplateFile, type WordAudience } from './template-file.js'
import { checkTemplates } from './template-rules.js'
import { cleanValue, fillVariables, type VariableName, type Variables, type WordFacts } from './word-facts.js'

export type { Origin, Purpose } from './template-file.js'
export type { WordFacts } from './word-facts.js'

export interface WordsRequest {
  origin: Origin
  purpose: Purpose
  kind: 'actual' | 'exercise'
  event: string
  level: string | null
  audience: WordAudience
  channel: Channel
  language: Language
  relation: Relation
  facts: WordFacts
}

/** The exact words for one reader on one channel. Push and group: the first line is the title. */
export interface Words {
  text: string
  /** Id of the template, with the carrier's code behind # where it is filed: rainstorm/red.residents.sms.zh#SMS_480000001 */
  template: string
  /** The variables of the filed template; empty for other channels. */
  parameters: Record<string, string>
  /** Parts the carrier cuts an SMS into; 1 on other channels. */
  segments: number
  characters: number
  /** What was cut to fit: the names of the variables. Shown to the officer before anything is issued. */
  cut: string[]
}
export type PreviewRequest = Omit<WordsRequest, 'channel' | 'language' | 'relation'> & { channels?: Channel[]; languages?: Language[] }
export type Preview = Words & { channel: Channel; language: Language; relation: Relation }

export interface TemplateSummary {
  id: string
  file: string
  audience: WordAudience
  channels: Channel[]
  language: Language
  origins: Origin[]
  purpose: Purpose
  relations: Relation[]
  exercise: boolean
  note: string
  /** SMS: the text to file with the carrier, its variables as ${name}, and the code it was given. */
  filed: { text: string; code: string | null } | null
  source: string
}

export interface WordBook {
  words(request: WordsRequest): Words
  /** Every distinct text of one alert: all channels, languages and readers; each text once, under its first reader. */
  preview(request: PreviewRequest): Preview[]
  list(): TemplateSummary[]
}

/** The carrier's code of a filed template, out of Words.template (or Outgoing.template). */
export const carrierCode = (template: string): string | null => template.split('#')[1] ?? null

const longest: Record<Channel, (text: string) => boolean> = {
  sms: (text) => text.length <= smsMaximum,
  voice: (text) => text.length <= 900,
  // WeCom takes 2,048 bytes; a push service 4,096 encrypted.
  push: (text) => Buffer.byteLength(text) <= 2048,
  group: (text) => Buffer.byteLength(text) <= 2048,
}
const variableLimit: Record<Channel, number> = { sms: smsLimits.variable, voice: 200, push: 600, group: 1200 }
/** Shortened last: who said it, what and when. The telephone number is never cut: half a number is worse than none. */
const late: ReadonlySet<string> = new Set<VariableName>(['source', 'sourceClock', 'time', 'clock', 'signal', 'because'])

/** A text that cannot be analysed is told of by the rules; it never gets as far as being rendered. */
function namesIn(engine: Liquid, file: TemplateFile): VariableName[] {
  try {
    return Object.keys(engine.analyzeSync(file.parsed).globals) as VariableName[]
  } catch {
    return []
  }
}

function longestOf(names: VariableName[], v: Variables): VariableName | undefined {
  const open = names.filter((name) => name !== 'hotline' && v[name].length > 4).sort((a, b) => v[b].length - v[a].length)
  return open.find((name) => !late.has(name) && v[name].length > 6) ?? open[0]
}
const hotlineLimit = 16

export async function openWordBook(templatesDir: string): Promise<WordBook> {
  const names = readNames(templatesDir)
  const engine = createEngine()
  const { files, faults } = readTemplateFiles(engine, templatesDir)
  const { find, doubles } = indexTemplates(files)
  const told = faults.map((fault) => fault.message)
  for (const [a, b] of doubles) told.push(`${b.path}:1: says the same thing as ${a.path}; keep one of them`)
  const book = createBook(engine, names, find, files)
  told.push(...checkTemplates({ engine, names, find, files, render: book.renderFile, complete: faults.length === 0 }))
  if (told.length > 0) throw new ConfigError(told.join('\n'))
  return book
}

interface Rendered {
  text: string
  parameters: Record<string, string>
  cut: string[]
}

function createBook(engine: Liquid, names: Names, find: FindTemplate, files: TemplateFile[]) {
  const used = new Map(files.map((file) => [file, namesIn(engine, file)]))
  const memory = new Map<string, Words>()

  const finish = (file: TemplateFile, body: string, v: Variables, ask: Pick<WordsRequest, 'channel' | 'language' | 'kind'>): string => {
    const { channel, language } = ask
    const opening = ask.kind === 'exercise' && !file.exercise ? exerciseOpenings[language].other : ''
    if (channel === 'sms') return `【${v.subdistrict}】${body}`
    if (channel !== 'voice') return `${opening}${body}`
    const keys = file.audience === 'residents' ? 'residents' : file.purpose === 'warn' ? 'staff' : 'staff-closing'
    const { again, keys: lines } = names.voice
    return [`${opening}${body}`, again[language], `${opening}${body}`, lines[keys][language]].join(language === 'en' ? ' ' : '')
  }

  /** Cuts the longest variable again and again until the text fits; what may not be cut stays whole. */
  const renderFile = (file: TemplateFile, given: Variables, ask: Pick<WordsRequest, 'channel' | 'language' | 'kind'>): Rendered => {
    const { channel } = ask
    const v = { ...given }
    const cut = new Set<string>()
    const limit = (name: VariableName, most: number) => {
      const short = shorten(v[name], most)
      if (short !== v[name]) cut.add(name)
      v[name] = short
    }
    for (const name of Object.keys(v) as VariableName[]) {
      v[name] = cleanValue(v[name], channel)
      // A carrier refuses an empty variable.
      if (channel === 'sms' && v[name] === '') v[name] = '—'
      limit(name, name === 'hotline' && channel !== 'voice' ? hotlineLimit : variableLimit[channel])
    }
    limit('subdistrict', smsLimits.signature)
    const render = () => finish(file, engine.renderSync(file.parsed, v) as string, v, ask)
    let text = render()
    while (!longest[channel](text)) {
      const name = longestOf(used.get(file) ?? [], v)
      if (!name) throw new Problem('internal', '这份模板放不下', `${file.path}: no variable left to shorten; make the fixed words shorter`)
      limit(name, Math.max(4, Math.floor(v[name].length * 0.8)))
      text = render()
    }
    const parameters = channel === 'sms' ? Object.fromEntries((used.get(file) ?? []).map((name) => [name, v[name]])) : {}
    return { text, parameters, cut: [...cut].filter((name) => used.get(file)?.includes(name as VariableName)) }
  }

  const words = (request: WordsRequest): Words => {
    const { origin, audience, channel, facts } = request
    if (origin === 'internal' && audience === 'residents')
      throw new Problem('malformed', '内部提示不能发给居民', 'an internal alert goes to staff only')
    if (origin === 'notice') refuseColours(facts.ownText ?? '')
    const event = names.event(request.event)
    const file = find({ ...request, event: event.key, exercise: request.kind === 'exercise' })
    if (!file)
      throw new Problem(
        'internal',
        '没有这种情形的模板',
        `no template for ${[request.event, request.level, audience, channel].join(' / ')}`,
      )
    const variables = fillVariables(facts, names, request)
    const key = JSON.stringify([file.id, channel, request.kind, variables.subdistrict, ...(used.get(file) ?? []).map((n) => variables[n])])
    const known = memory.get(key)
    if (known) return known
    const { text, parameters, cut } = renderFile(file, variables, request)
    const { characters, segments } = countSms(text)
    const template = channel === 'sms' && file.sms ? `${file.id}#${file.sms}` : file.id
    const result: Words = { text, template, parameters, characters, segments: channel === 'sms' ? segments : 1, cut }
    if (memory.size >= 20_000) memory.clear()
    memory.set(key, result)
    return result
  }

  const preview = (request: PreviewRequest): Preview[] => {
    const readers: Relation[] = request.audience === 'staff' ? ['staff'] : relations.filter((r) => r !== 'staff' && r !== 'group')
    const all: Preview[] = []
    for (const language of request.languages ?? languages) {
      for (const channel of request.channels ?? channels) {
        const seen = new Set<string>()
        for (const relation of channel === 'group' ? (['group'] as const) : readers) {
          const said = words({ ...request, channel, language, relation })
          if (!seen.has(said.text)) all.push({ channel, language, relation, ...said })
          seen.add(said.text)
        }
      }
    }
    return all
  }

  return { words, preview, list: () => files.map(summarise), renderFile }
}

function refuseColours(ownText: string): void {
  const fault = noticeFault(ownText)
  if (fault)
    throw new Problem(
      'malformed',
      '通知里不能写预警和颜色',
      `"${fault}" may stand only in the relay of an authority's warning; write a 通知 or 温馨提示 without it`,
      [{ path: 'words.ownText', message: `去掉“${fault}”` }],
    )
}

const summarise = (file: TemplateFile): TemplateSummary => ({
  id: file.id,
  file: `templates/${file.id}.liquid`,
  audience: file.audience,
  channels: file.channels,
  language: file.language,
  origins: file.origins,
  purpose: file.purpose,
  relations: file.relations,
  exercise: file.exercise,
  note: file.note,
  filed: file.channels.includes('sms')
    ? { text: file.source.replace(/\{\{-?\s*(\w+)\s*-?\}\}/g, (_, name) => `\${${name}}`), code: file.sms }
    : null,
  source: file.source,
})
