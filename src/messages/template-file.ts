import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Liquid, type Template } from 'liquidjs'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { type Relation, relations } from '../register/register.js'
import { type Channel, channels, type Language, languages } from './channel.js'

export const origins = ['relay', 'order', 'notice', 'internal'] as const
export type Origin = (typeof origins)[number]
/** arrived: told to a family once their relative is safe. coming: told to who cried for help. The others are the purposes of a revision. */
export const purposes = ['warn', 'correct', 'all-clear', 'arrived', 'coming'] as const
export type Purpose = (typeof purposes)[number]
export const wordLevels = ['red', 'orange', 'yellow', 'blue', 'any'] as const
export type WordLevel = (typeof wordLevels)[number]
export const audiences = ['staff', 'residents'] as const
export type WordAudience = (typeof audiences)[number]

/** One file of templates/, compiled. What it is for stands in its name (templates/README.md). */
export interface TemplateFile {
  /** e.g. rainstorm/red.residents.sms.zh — written into the message's row. */
  id: string
  path: string
  /** Line of the file on which the text begins (1-based). */
  firstLine: number
  event: string
  level: WordLevel
  audience: WordAudience
  channels: Channel[]
  language: Language
  origins: Origin[]
  purpose: Purpose
  /** Empty: for every reader. */
  relations: Relation[]
  exercise: boolean
  /** The carrier's code of the filed template (SMS_… or TTS_…); null: not filed, or on a channel that files nothing. */
  code: string | null
  /** The variables the text was filed with; null: the head does not say. */
  filedVariables: string[] | null
  note: string
  source: string
  parsed: Template[]
}

/** A template that cannot be used. Its text names file and line and says what to do. */
export class TemplateFault extends Error {
  constructor(path: string, line: number, what: string) {
    super(`${path}:${line}: ${what}`)
  }
}

/** Channels whose carrier takes filed texts only, and how its codes look. */
export const filedChannels = { sms: /^SMS_\d+$/, voice: /^TTS_\d+$/ } as const
export type FiledChannel = keyof typeof filedChannels
export const filedChannelOf = (file: Pick<TemplateFile, 'channels'>): FiledChannel | null =>
  (Object.keys(filedChannels) as FiledChannel[]).find((channel) => file.channels.includes(channel)) ?? null

const code = (channel: FiledChannel, example: string) => {
  const error = `must look like ${example} (the code your carrier gave the filed template)`
  return z.string({ error }).regex(filedChannels[channel], error).optional()
}
const frontShape = z.strictObject({
  sms: code('sms', 'SMS_480000001'),
  voice: code('voice', 'TTS_480000001'),
  /** As they were filed, in this order: a text changed afterwards no longer fits its code. */
  variables: z.array(z.string(), { error: 'is the list of the filed variables: [source, hotline]' }).optional(),
  note: z.string().optional(),
})
type Front = z.output<typeof frontShape>

/**
 * No file access from inside a template (templates: {}), only own properties, and an end to every loop. That end is told by the clock on the
 * wall: a machine that is busy with a storm must not take it for an endless one, nor be kept from starting by it.
 */
export const createEngine = (): Liquid =>
  new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: 20_000,
    renderLimit: 5000,
    memoryLimit: 200_000,
    templates: {},
  })

type FileName = Pick<TemplateFile, 'level' | 'audience' | 'channels' | 'language' | 'origins' | 'purpose' | 'relations' | 'exercise'>
const isOneOf = <T extends string>(list: readonly T[], word: string): word is T => (list as readonly string[]).includes(word)

/** <level>.<audience>.<channel>.<language>[.<word>…].liquid; a part may name several, joined by +. */
function readFileName(path: string, name: string): FileName {
  const fault = (what: string) => new TemplateFault(path, 1, what)
  const [level, audience, channelPart = '', language, ...words] = name.replace(/\.liquid$/, '').split('.')
  const channelList = channelPart.split('+')
  if (!isOneOf(wordLevels, level ?? '')) throw fault(`the first part of the name is "${level}"; allowed are ${wordLevels.join(', ')}`)
  if (!isOneOf(audiences, audience ?? '')) throw fault(`the second part of the name is "${audience}"; allowed are ${audiences.join(', ')}`)
  if (!channelList.every((c) => isOneOf(channels, c)))
    throw fault(`the third part of the name is "${channelPart}"; allowed are ${channels.join(', ')}, or several joined by +`)
  if (!isOneOf(languages, language ?? '')) throw fault(`the fourth part of the name is "${language}"; allowed are ${languages.join(', ')}`)
  const file: FileName = {
    level: level as WordLevel,
    audience: audience as WordAudience,
    channels: channelList as Channel[],
    language: language as Language,
    origins: [],
    purpose: 'warn',
    relations: [],
    exercise: false,
  }
  for (const word of words.flatMap((part) => part.split('+'))) {
    if (isOneOf(origins, word)) file.origins.push(word)
    else if (isOneOf(purposes, word)) file.purpose = word
    else if (isOneOf(relations, word) && word !== 'staff') file.relations.push(word)
    else if (word === 'exercise') file.exercise = true
    else
      throw fault(
        `"${word}" in the name is not known; allowed are ${[...origins, ...purposes.slice(1), ...relations.filter((r) => r !== 'staff'), 'exercise'].join(', ')}`,
      )
  }
  if (file.origins.length === 0) file.origins = file.exercise ? [...origins] : ['relay']
  return file
}

function readFront(path: string, text: string): { front: Front; source: string; firstLine: number } {
  const normal = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const match = /^---\n([\s\S]*?\n)?---\n/.exec(normal)
  if (!match) {
    if (normal.startsWith('---\n')) throw new TemplateFault(path, 1, 'the head that begins with --- has no closing --- line; add one')
    return { front: {}, source: normal.replace(/\n+$/, ''), firstLine: 1 }
  }
  const document = parseDocument(match[1] ?? '')
  const wrong = document.errors[0]
  if (wrong)
    throw new TemplateFault(path, 1 + (wrong.linePos?.[0].line ?? 1), `the head is not valid YAML: ${wrong.message.split('\n')[0]}`)
  const front = frontShape.safeParse(document.toJS() ?? {})
  if (!front.success) {
    const issue = front.error.issues[0]!
    const key = String(issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys[0] : ''))
    const line = (match[1] ?? '').split('\n').findIndex((l) => l.startsWith(`${key}:`))
    throw new TemplateFault(path, line < 0 ? 1 : line + 2, `${key}: ${issue.message}; a head may hold "sms" and "note"`)
  }
  return { front: front.data, source: normal.slice(match[0].length).replace(/\n+$/, ''), firstLine: match[0].split('\n').length }
}

/** Line of the file at which a Liquid error lies. */
export function lineOf(e: unknown, firstLine: number): number {
  const row = /line:(\d+)/.exec(e instanceof Error ? e.message : '')?.[1]
  return firstLine - 1 + Number(row ?? 1)
}

function codeOf(path: string, front: Front, file: Pick<TemplateFile, 'channels'>): string | null {
  const channel = filedChannelOf(file)
  for (const other of Object.keys(filedChannels) as FiledChannel[])
    if (front[other] && other !== channel) throw new TemplateFault(path, 1, `${other}: is the code of a text for ${other}; this one is not`)
  return (channel && front[channel]) ?? null
}

export function readTemplateFile(engine: Liquid, dir: string, event: string, name: string): TemplateFile {
  const path = join(dir, event, name)
  const meaning = readFileName(path, name)
  const { front, source, firstLine } = readFront(path, readFileSync(path, 'utf8'))
  if (source.trim() === '') throw new TemplateFault(path, firstLine, 'the text is empty; write the words, or remove the file')
  let parsed: Template[]
  try {
    parsed = engine.parse(source)
  } catch (e) {
    throw new TemplateFault(path, lineOf(e, firstLine), `not a valid template: ${(e as Error).message.split(', ')[0]}`)
  }
  return {
    ...meaning,
    id: `${event}/${name.replace(/\.liquid$/, '')}`,
    path,
    firstLine,
    event,
    code: codeOf(path, front, meaning),
    filedVariables: front.variables ?? null,
    note: front.note ?? '',
    source,
    parsed,
  }
}

/** Every template of the folder; all faults are collected, so that one start shows them all. */
export function readTemplateFiles(engine: Liquid, dir: string): { files: TemplateFile[]; faults: TemplateFault[] } {
  const files: TemplateFile[] = []
  const faults: TemplateFault[] = []
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const folder of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const name of readdirSync(join(dir, folder.name)).sort()) {
      if (!name.endsWith('.liquid')) continue
      try {
        files.push(readTemplateFile(engine, dir, folder.name, name))
      } catch (e) {
        if (!(e instanceof TemplateFault)) throw e
        faults.push(e)
      }
    }
  }
  return { files, faults }
}
