import type { Household, Relation } from '../register/register.js'
import { tagName, tagNameEn } from '../register/risk-tags.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Reason } from './area-match.js'
import type { MissingCause, MoveCandidate, TellingChannel } from './audience.js'
import type { AudienceAsk, homesOf } from './choose-audience.js'
import { indexOf } from './register-index.js'
import { type RiskPolicy, residentsRowOf } from './risk-policy.js'
import { channelsOf, judgeHome, missingWords, reachesHome, usable, whyUnreached } from './tell-home.js'

export interface Sentence {
  zh: string
  en: string
}
/** Why one home is told as it is: which rule, and which facts of the register. */
export interface HomeWhy {
  told: { relation: Relation; channels: TellingChannel[] }[]
  missing: MissingCause | null
  move: MoveCandidate | null
  why: Sentence[]
}

const placeWords: Record<Reason, Sentence> = {
  inside: { zh: '住在预警范围内', en: 'lives inside the warned area' },
  boundary: { zh: '住在预警范围的边线外侧,但按规则应转移', en: 'lives just over the line, but has to move by the rules' },
  code: { zh: '所在网格属于预警的区划代码', en: 'the grid lies under the place code of the warning' },
  named: { zh: '预警文中点名了这里', en: 'the text of the warning names this place' },
  'unknown-place': { zh: '没有登记位置,按在范围内处理', en: 'its place is not registered: counted as inside' },
  picked: { zh: '由值班员人工选定', en: 'picked by the officer' },
}

export function explainHome(
  snapshot: Snapshot,
  policy: RiskPolicy,
  ask: AudienceAsk,
  { moving, reasonOf }: Pick<ReturnType<typeof homesOf>, 'moving' | 'reasonOf'>,
  home: Household,
): HomeWhy {
  const index = indexOf(snapshot)
  const row = residentsRowOf(policy, ask.event, ask.level, ask.origin)
  const move = moving.get(home.id) ?? null
  const reached = reachesHome(index, home)
  const judged = judgeHome(policy, row, home, { move: move !== null, reached })
  const told = new Map<Relation, Set<TellingChannel>>()
  let held = false
  for (const { contactId, relation } of home.contacts) {
    const contact = usable(index, contactId)
    const channels = contact ? channelsOf(row, judged, contact.kind, relation) : []
    if (!contact || channels.length === 0) continue
    if (ask.exercise && !contact.allowListed) held ||= relation === 'self'
    else told.set(relation, new Set([...(told.get(relation) ?? []), ...channels]))
  }
  const missing = told.has('self') ? null : (whyUnreached(index, home) ?? (held ? 'not-on-list' : 'other-channels'))
  const risks = home.tags.filter((tag) => (policy['at-risk'] as string[]).includes(tag))
  const why: Sentence[] = [placeWords[reasonOf(home)]]
  if (move) why.push({ zh: `应转移:${move.because}`, en: `has to move: ${move.becauseEn}` })
  if (judged.called && judged.deaf)
    why.push({
      zh: '独居且听不见:不打电话,免得响铃被当作已通知',
      en: 'alone and hard of hearing: not rung up, a ringing phone is not a warning heard',
    })
  else if (judged.called && risks.length > 0)
    why.push({ zh: `${risks.map(tagName).join('、')}:打电话`, en: `${risks.map(tagNameEn).join(', ')}: is rung up` })
  if (judged.relatives && (told.has('family-away') || told.has('emergency')))
    why.push(
      reached
        ? { zh: '属重点户:亲属也通知', en: 'at risk: relatives are told too' }
        : { zh: '本户无人能接到:通知亲属,请他们打电话', en: 'nobody at home is reached: relatives are told and asked to call' },
    )
  if (!home.atHome) why.push({ zh: '登记为外出', en: 'registered as away' })
  if (missing) why.push(missingWords[missing])
  return { told: [...told].map(([relation, channels]) => ({ relation, channels: [...channels] })), missing, move, why }
}
