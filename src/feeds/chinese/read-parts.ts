import type { Level } from '../bulletin.js'
import { findTowns } from './find-towns.js'
import { plainWidth } from './plain-width.js'

/**
 * What one sentence says of some of the towns: "平山街道、宝口镇橙色降为黄色,其余镇街黄色继续生效" has two parts. Pure words:
 * which codes the names mean is settled in split-mixed.ts.
 */
export interface TextPart {
  /** Towns as the text names them; empty with `rest` or `whole`. */
  names: string[]
  /** 其余镇街: everybody who is not named in another part. */
  rest: boolean
  /** Nobody is named: the whole area of the bulletin. */
  whole: boolean
  /** What holds from now on; null when it is lifted. */
  level: Level | null
  /** What held before, where the text says so. */
  before: Level | null
}

const levelOf: Record<string, Level> = { 红: 'red', 橙: 'orange', 黄: 'yellow', 蓝: 'blue' }
const colour = '[红橙黄蓝]色'
const turns = '降级?至|降级?为|降低为|下调为|下调至|升级?为|升级?至|提升为|上调为|上调至|变更为|更改为|改为|调整为|转为|更新为'
const change = new RegExp(`(${colour})[^。;]{0,16}?(?:${turns})[^。;]{0,12}?(${colour})`)
const changeTo = new RegExp(`(?:${turns})[^。;]{0,12}?(${colour})`)
const lift = new RegExp(`解除[^。;]{0,30}?(${colour})|(${colour})[^。;,]{0,14}?(?:预警)?(?:信号)?(?:已|予以)?解除`)
const any = new RegExp(`(${colour})`)
const restWords = /(?:其余|其他|其它|余下)(?:各)?(?:乡镇|镇乡|镇街|街镇|街道|乡|镇|地区|区域|地方|单位)*/

/** The parts in the order of the text. Sentences that say nothing of a colour are advice and are passed over. */
export function readParts(text: string, knownNames: Parameters<typeof findTowns>[1]): TextPart[] {
  const parts: TextPart[] = []
  let held: string[] = []
  for (const clause of clausesOf(text)) {
    const said = outcomeOf(clause)
    const rest = restWords.test(clause)
    const names = rest ? [] : findTowns(clause, knownNames).map((town) => town.name)
    if (!said) {
      // "平山街道、宝口镇," stands alone until the clause that says what holds there; advice in between ends it.
      held = names.length > 0 && /[、和及]$|^[^请注做加]{0,40}$/.test(clause) ? [...held, ...names] : []
      continue
    }
    const all = [...new Set([...held, ...names])]
    parts.push({ names: rest ? [] : all, rest, whole: !rest && all.length === 0, ...said })
    held = []
  }
  return parts
}

const clausesOf = (text: string) =>
  plainWidth(text.slice(0, 4000))
    .split(/[,;。!\n:]/)
    .map((c) => c.replace(/\s+/g, ''))
    .filter(Boolean)

function outcomeOf(clause: string): Pick<TextPart, 'level' | 'before'> | null {
  const level = (word: string) => levelOf[word[0]!]!
  const turned = change.exec(clause)
  if (turned) return { level: level(turned[2]!), before: level(turned[1]!) }
  const lifted = lift.exec(clause)
  if (lifted) return { level: null, before: level((lifted[1] ?? lifted[2])!) }
  const to = changeTo.exec(clause)
  if (to) return { level: level(to[1]!), before: null }
  const one = any.exec(clause)
  return one ? { level: level(one[1]!), before: null } : null
}
