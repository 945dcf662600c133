import type { RegisterIndex } from './register-index.js'

/**
 * Which towns a text names. The two mistakes do not weigh the same: a town of ours missed, or another one seen where there is
 * none, lets people sleep; so ours counts wherever its name stands, others only by their full name or in a list of names.
 */
export interface NamedTowns {
  /** Names as the register writes them, in the order of the register. */
  names: string[]
  ours: boolean
  others: boolean
  /** 全区, 各镇街, 其余镇街 …: everybody is meant, whoever else is named. */
  everybody: boolean
}

const everybody =
  /全(?:区|县|市|境|域)|各(?:乡镇|镇乡|镇街|街镇|乡|镇|街道)|所有(?:乡镇|镇乡|镇街|街道)|其余|其他(?:地区|乡镇|镇乡|镇街|街道)|大部/

export function findNamedTowns(index: RegisterIndex, text: string): NamedTowns {
  const found = index.towns.filter(({ place, ours }) => {
    if (text.includes(place.name)) return true
    return place.aliases.some((alias) => alias.length >= 2 && !/^\d+$/.test(alias) && (ours ? text.includes(alias) : isListed(text, alias)))
  })
  return {
    names: found.map((f) => f.place.name),
    ours: found.some((f) => f.ours),
    others: found.some((f) => !f.ours),
    everybody: everybody.test(text),
  }
}

/** 郭家、温泉、敦好等乡镇: a short name counts beside the mark of a list, not as a piece of another word. */
function isListed(text: string, alias: string): boolean {
  for (let at = text.indexOf(alias); at >= 0; at = text.indexOf(alias, at + 1)) {
    if (text[at - 1] === '、' || /^(?:、|等)/.test(text.slice(at + alias.length))) return true
  }
  return false
}
