import type { Gazetteer } from '../../register/gazetteer.js'
import { findTowns } from '../chinese/find-towns.js'
import { type Piece, piece } from './piece.js'

export interface Town {
  name: string
  /** null: the gazetteer does not know it, or it may be one of several. */
  code: string | null
}
export interface Where {
  district: Piece<string> | null
  towns: Piece<Town>[]
}

/** From here on the text says what to do, not where. */
const guide = /防御指南|防御措施|防范建议|防御建议|防范提示|温馨提示|\n ?1[.、]/
const wholeWords = /全[区县市]|[我本][区县市](?:大部|各地|各乡|各镇|所有|范围|境内)|[我本][区县市](?![\p{Script=Han}]{0,8}(?:街道|镇|乡))/u

/** The towns a text names; where it names none, the district it is for. */
export function readWhere(text: string, issuers: { name: string; at: number; end: number }[], home: string, gazetteer: Gazetteer): Where {
  const stop = text.search(guide)
  const said = stop < 0 ? text : text.slice(0, stop)
  const towns = namedTowns(said, home, gazetteer).filter((t) => !issuers.some((i) => i.at <= t.at! && t.at! < i.end))
  if (towns.length > 0) return { district: null, towns }
  return { district: districtOf(said, issuers, home, gazetteer), towns: [] }
}

function namedTowns(text: string, home: string, gazetteer: Gazetteer): Piece<Town>[] {
  const known = (of: string) => gazetteer.findIn(of).filter((f) => f.codes.some((c) => c.length >= 9))
  const towns = new Map<string, Piece<Town>>()
  for (const found of findTowns(text, known)) {
    const town = resolveTown(found.name, home, gazetteer)
    const key = town.code ?? town.name
    const sure = town.code === null ? 'guess' : isAhead(text, found.at) ? 'sure' : 'likely'
    const before = towns.get(key)
    if (!before || (before.sure !== 'sure' && sure === 'sure')) towns.set(key, piece(town, found, sure))
  }
  return [...towns.values()]
}

export function resolveTown(name: string, home: string, gazetteer: Gazetteer): Town {
  const codes = gazetteer.codesOf(name).filter((c) => c.length >= 9)
  const near = codes.filter((c) => c.startsWith(home.slice(0, 6)))
  const code = near.length === 1 ? near[0]! : codes.length === 1 ? codes[0]! : null
  return { name: (code && gazetteer.nameOf(code)) ?? name, code }
}

/** "过去3小时临江镇降雨100毫米" tells what was measured there; what is expected stands in a clause that looks ahead. */
function isAhead(text: string, at: number): boolean {
  const start = Math.max(text.lastIndexOf('。', at), text.lastIndexOf('\n', at), text.lastIndexOf(';', at)) + 1
  const clause = text.slice(start, at)
  return (
    !/过去|截至|截止|以来|已经?[出下达]/.test(clause) || /预计|未来|涉及|影响/.test(clause.slice(clause.search(/过去|截至|截止|以来|已/)))
  )
}

function districtOf(
  text: string,
  issuers: { name: string; at: number; end: number }[],
  home: string,
  gazetteer: Gazetteer,
): Piece<string> | null {
  const own = home.slice(0, 6)
  const whole = wholeWords.exec(text)
  const place = whole && { at: whole.index, end: whole.index + whole[0].length }
  const issuer = issuers.find((i) => gazetteer.findIn(i.name).some((f) => f.codes.includes(own)))
  if (issuer) return piece(own, place ?? issuer, place ? 'sure' : 'likely')
  const named = gazetteer.findIn(text).find((f) => f.codes.includes(own))
  if (named) return piece(own, { at: named.at, end: named.at + named.name.length }, 'likely')
  // Somebody else's district by name: not ours by default.
  const other = issuers.flatMap((i) => gazetteer.findIn(i.name).flatMap((f) => f.codes)).find((c) => c.length === 6)
  if (other) return piece(other, issuers[0]!, 'likely')
  return issuers.some((i) => /^[我本]?[区县]/.test(i.name)) || place ? piece(own, place ?? issuers[0] ?? null, 'guess') : null
}
