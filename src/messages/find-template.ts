import type { Relation } from '../register/register.js'
import type { Channel, Language } from './channel.js'
import { filedChannels, type Origin, type Purpose, type TemplateFile, type WordAudience } from './template-file.js'

export interface TemplateQuestion {
  /** Key of the event in names.yaml. */
  event: string
  level: string | null
  audience: WordAudience
  channel: Channel
  language: Language
  relation: Relation
  origin: Origin
  purpose: Purpose
  exercise: boolean
}
export interface FindTemplate {
  find(question: TemplateQuestion): TemplateFile | undefined
  /** All that speak to the same reader as the one found, the most specific first. */
  findAll(question: TemplateQuestion): TemplateFile[]
}

const keyOf = (q: Omit<TemplateQuestion, 'relation' | 'level'> & { relation: string; level: string }) =>
  `${q.event}|${q.level}|${q.audience}|${q.channel}|${q.language}|${q.relation}|${q.origin}|${q.purpose}|${q.exercise ? 'exercise' : ''}`

/**
 * From the most to the least specific. Origin, purpose, audience and language never fall back: a notice never borrows the words of
 * a relay. The reader comes before the hazard: "call your mother" said in general beats "you must leave" said for this rainstorm.
 */
export function indexTemplates(files: TemplateFile[]): FindTemplate & { doubles: [TemplateFile, TemplateFile][] } {
  const index = new Map<string, TemplateFile>()
  const doubles: [TemplateFile, TemplateFile][] = []
  for (const file of files) {
    for (const channel of file.channels)
      for (const origin of file.origins)
        for (const relation of file.relations.length > 0 ? file.relations : ['any']) {
          const key = keyOf({ ...file, channel, origin, relation })
          const other = index.get(key)
          if (other) doubles.push([other, file])
          index.set(key, file)
        }
  }
  function* candidates(q: TemplateQuestion): Generator<{ file: TemplateFile; reader: string }> {
    // An exercise by SMS or telephone needs filed words of its own; elsewhere the opening 【演练】 is set before the usual ones.
    const kinds = !q.exercise ? [false] : q.channel in filedChannels ? [true] : [true, false]
    for (const exercise of kinds)
      for (const relation of [q.relation, 'any'])
        for (const event of [q.event, 'any'])
          for (const level of q.level === null ? ['any'] : [q.level, 'any']) {
            const file = index.get(keyOf({ ...q, exercise, relation, event, level }))
            if (file) yield { file, reader: `${exercise} ${relation}` }
          }
  }
  return {
    doubles,
    find: (q) => candidates(q).next().value?.file,
    findAll(q) {
      const all = [...candidates(q)]
      return all.filter(({ reader }) => reader === all[0]?.reader).map(({ file }) => file)
    },
  }
}
