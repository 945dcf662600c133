import { ConfigError } from '../base/config.js'
import { Problem } from '../base/problem.js'
import { type Relation, relations } from '../register/register.js'
import { type Channel, channels, type Language, languages } from './channel.js'
import { type FindTemplate, indexTemplates, type TemplateQuestion } from './find-template.js'
import { type Fit, type FitRequest, fitWords } from './fit-words.js'
import { type EventName, type Names, readNames } from './names.js'
import { noticeFault } from './notice-words.js'
import { createRenderer, type Renderer, takesOwnWords } from './render-words.js'
import { countSms } from './sms-length.js'
import {
  createEngine,
  type FiledChannel,
  filedChannelOf,
  type Origin,
  type Purpose,
  readTemplateFiles,
  type TemplateFile,
  type WordAudience,
} from './template-file.js'
import { checkTemplates, exampleFacts } from './template-rules.js'
import { fillVariables, type VariableName, type WordFacts } from './word-facts.js'

export type { FiledChannel, Origin, Purpose } from './template-file.js'
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
  /** The variables of the filed template (SMS, voice); empty for other channels. */
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
  /** SMS and voice: the text to file with the carrier, its variables as ${name}, and the code it was given. */
  filed: { channel: FiledChannel; text: string; variables: string[]; code: string | null } | null
  source: string
}

export interface Example extends TemplateSummary {
  eventName: Record<Language, string>
  level: string
  example: Pick<Words, 'text' | 'parameters' | 'characters' | 'segments'>
}

export interface WordBook {
  words(request: WordsRequest): Words
  /** Every distinct text of one alert: all channels, languages and readers; each text once, under its first reader. */
  preview(request: PreviewRequest): Preview[]
  /** Whether an officer's words fit the filed SMS, and what does if they do not. */
  fit(request: FitRequest): Fit
  /** What is read out over a loudspeaker: the call to residents, said once and without its keys. */
  script(request: Omit<WordsRequest, 'audience' | 'channel' | 'relation'>): string
  list(): TemplateSummary[]
  /** Each of them as a phone in this subdistrict would show it, with made-up values. */
  examples(place: Pick<WordFacts, 'subdistrict' | 'hotline'>): Example[]
}

/** The carrier's code of a filed template, out of Words.template (or Outgoing.template). */
export const carrierCode = (template: string): string | null => template.split('#')[1] ?? null

export async function openWordBook(templatesDir: string): Promise<WordBook> {
  const names = readNames(templatesDir)
  const engine = createEngine()
  const { files, faults } = readTemplateFiles(engine, templatesDir)
  const { doubles, ...finder } = indexTemplates(files)
  const told = faults.map((fault) => fault.message)
  for (const [a, b] of doubles) told.push(`${b.path}:1: says the same thing as ${a.path}; keep one of them`)
  const renderer = createRenderer(engine, names, files)
  told.push(...checkTemplates({ engine, names, find: finder.find, files, renderer, complete: faults.length === 0 }))
  if (told.length > 0) throw new ConfigError(told.join('\n'))
  return createBook(renderer, names, finder, files)
}

type PlaceFact = 'community' | 'grid' | 'shelter' | 'helper' | 'helperPost' | 'person' | 'arrivedAt'
/** A template as one wording uses it, and what it has said in which place. */
interface Known {
  file: TemplateFile
  named: EventName
  wanted: readonly VariableName[]
  reads: PlaceFact[]
  said: Map<string, Words>
}
const readsOf: Partial<Record<VariableName, PlaceFact[]>> = {
  community: ['community'],
  grid: ['grid', 'community'],
  // Of a part-wise all-clear they name the grid.
  signal: ['grid', 'community'],
  because: ['grid', 'community'],
  shelter: ['shelter'],
  helper: ['helper'],
  guide: ['helper', 'helperPost'],
  person: ['person'],
  arrivedAt: ['arrivedAt'],
}
const placeFactsOf = (used: readonly VariableName[], part: boolean): PlaceFact[] => [
  ...new Set(used.flatMap((name) => (!part && (name === 'signal' || name === 'because') ? [] : (readsOf[name] ?? [])))),
]

/** All that is the same in every place of one wording. */
const keyOf = ({ facts: f, ...r }: WordsRequest): string =>
  `${r.origin}|${r.purpose}|${r.kind}|${r.level}|${r.audience}|${r.channel}|${r.language}|${r.relation}|${f.part}|${f.issuedAt?.getTime()}|${f.until?.getTime()}\u0000${r.event}\u0000${f.subdistrict}\u0000${f.hotline}\u0000${f.station}\u0000${f.headline}\u0000${f.ownText}`

function keep<T>(memory: Map<string, T>, key: string, value: T, most: number): T {
  if (memory.size >= most) memory.clear()
  memory.set(key, value)
  return value
}

function createBook(renderer: Renderer, names: Names, { find, findAll }: FindTemplate, files: TemplateFile[]): WordBook {
  const known = new Map<string, Known>()

  /** The officer's own words go into the text that has a place for them, where the same reader has one. */
  const choose = (question: TemplateQuestion, facts: WordFacts): TemplateFile | undefined =>
    facts.ownText ? (findAll(question).find((file) => takesOwnWords(renderer.namesOf(file))) ?? find(question)) : find(question)

  const look = (request: WordsRequest): Known => {
    const { origin, audience, channel, facts } = request
    if (origin === 'internal' && audience === 'residents')
      throw new Problem('malformed', '内部提示不能发给居民', 'an internal alert goes to staff only')
    if (origin === 'notice') refuseColours(facts.ownText ?? '')
    const event = names.event(request.event)
    const file = choose({ ...request, event: event.key, exercise: request.kind === 'exercise' }, facts)
    if (!file) {
      const asked = [request.event, request.level, audience, channel].join(' / ')
      throw new Problem('internal', '没有这种情形的模板', `no template for ${asked}`)
    }
    const used = renderer.namesOf(file)
    return {
      file,
      named: event,
      wanted: used.includes('subdistrict') ? used : ['subdistrict', ...used],
      reads: placeFactsOf(used, facts.part === true),
      said: new Map(),
    }
  }

  /** What differs from grid to grid is looked up in what one wording has said already: a text is rendered once, not per person. */
  const words = (request: WordsRequest): Words => {
    const key = keyOf(request)
    const one = known.get(key) ?? keep(known, key, look(request), 2_000)
    const { facts } = request
    let place = ''
    for (const fact of one.reads) place += `${fact === 'arrivedAt' ? facts.arrivedAt?.getTime() : facts[fact]}\u0000`
    return one.said.get(place) ?? keep(one.said, place, say(one, request), 20_000)
  }

  const say = ({ file, named, wanted }: Known, request: WordsRequest): Words => {
    const { channel, language, kind, facts } = request
    const own = request.purpose === 'warn' ? (facts.ownText ?? '') : ''
    const variables = fillVariables(facts, names, request, wanted, named)
    const { text, parameters, cut } = renderer.render(file, variables, { channel, language, kind, ownText: own })
    const { characters, segments } = countSms(text)
    const template = file.code ? `${file.id}#${file.code}` : file.id
    return { text, template, parameters, characters, segments: channel === 'sms' ? segments : 1, cut }
  }

  const script: WordBook['script'] = (request) => {
    const { text } = words({ ...request, audience: 'residents', channel: 'voice', relation: 'self' })
    return text.slice(0, text.indexOf(names.voice.again[request.language])).trim()
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

  return {
    words,
    script,
    preview,
    fit: (request) => fitWords(words, names, request),
    list: () => files.map((file) => summarise(file, renderer)),
    examples: (place) => files.map((file) => exemplify(file, renderer, names, place)),
  }
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

function summarise(file: TemplateFile, renderer: Renderer): TemplateSummary {
  const { audience, channels, language, origins, purpose, relations, exercise, note, source } = file
  const channel = filedChannelOf(file)
  return {
    ...{
      id: file.id,
      file: `templates/${file.id}.liquid`,
      audience,
      channels,
      language,
      origins,
      purpose,
      relations,
      exercise,
      note,
      source,
    },
    filed: channel && {
      channel,
      text: filedText(source) + (channel === 'voice' ? (language === 'en' ? ' ' : '') + renderer.keysOf(file) : ''),
      variables: [...renderer.namesOf(file)],
      code: file.code,
    },
  }
}

function exemplify(file: TemplateFile, renderer: Renderer, names: Names, place: Pick<WordFacts, 'subdistrict' | 'hotline'>): Example {
  const { language, exercise, event, origins } = file
  const channel = file.channels[0]!
  const ask = { origin: origins[0]!, event: event === 'any' ? 'rainstorm' : event, level: exampleLevel(file), language, channel }
  const variables = fillVariables({ ...standardFacts, ...place }, names, ask, ['subdistrict', ...renderer.namesOf(file)])
  const said = renderer.render(file, variables, { channel, language, kind: exercise ? 'exercise' : 'actual' })
  const eventName = { zh: event === 'any' ? '通用' : names.event(event).zh, en: event === 'any' ? 'any hazard' : names.event(event).en }
  return { ...summarise(file, renderer), eventName, level: file.level, example: { ...said, ...countSms(said.text) } }
}
/** The words as they are when nobody adds any. */
const { ownText: _, ...standardFacts } = exampleFacts
const exampleLevel = ({ level, origins }: TemplateFile) => (level !== 'any' ? level : origins.includes('relay') ? 'red' : null)

/** As a carrier writes its variables. */
const filedText = (source: string): string => source.replace(/\{\{-?\s*(\w+)\s*-?\}\}/g, (_, name) => `\${${name}}`)
