import type { Contact, ContactKind, Household, Relation } from '../register/register.js'
import type { MissingCause, TellingChannel } from './audience.js'
import type { RegisterIndex } from './register-index.js'
import type { ResidentsRow, RiskPolicy } from './risk-policy.js'

/** What an address can carry. A phone is written to and called; only a subscription is pushed to, only a robot posts. */
export const carries: Record<ContactKind, readonly TellingChannel[]> = { phone: ['voice', 'sms'], push: ['push'], robot: ['group'] }

/** How one home is told: judged here for the list of names, for the counts before the issue, and for the answer to "why". */
export interface HomeTelling {
  atRisk: boolean
  /** The policy rings up its people, unless nobody there would hear it. */
  called: boolean
  /** Who lives alone and cannot hear is not called: a ringing phone would count as told. */
  deaf: boolean
  /** Relatives elsewhere and emergency contacts are told too. */
  relatives: boolean
}

/** reached: somebody who lives there has a working address. */
export function judgeHome(
  policy: RiskPolicy,
  row: ResidentsRow,
  home: Pick<Household, 'tags' | 'people'>,
  at: { move: boolean; reached: boolean },
): HomeTelling {
  const atRisk = at.move || home.tags.some((tag) => (policy['at-risk'] as string[]).includes(tag))
  return {
    atRisk,
    called: row.calls === 'all' || (row.calls === 'at-risk' && atRisk) || (row.calls === 'move' && at.move),
    deaf: home.people === 1 && home.tags.some((tag) => (policy['not-called'] as string[]).includes(tag)),
    relatives: row.relatives === 'all' || (row.relatives === 'at-risk' && atRisk) || !at.reached,
  }
}

/** On which channels a working contact of the home is told; none for one the policy leaves out. */
export function channelsOf(
  row: ResidentsRow,
  { called, deaf, relatives }: Omit<HomeTelling, 'atRisk'>,
  kind: ContactKind,
  relation: Relation,
): TellingChannel[] {
  if ((relation === 'family-away' || relation === 'emergency') && !relatives) return []
  const listed: readonly TellingChannel[] = relation === 'staff' ? [] : row[relation]
  const ofHome = relation === 'self' || relation === 'helper'
  return carries[kind].filter((c) =>
    c === 'voice' ? (listed.includes(c) || (called && ofHome)) && !(deaf && relation === 'self') : listed.includes(c),
  )
}

export const usable = (index: RegisterIndex, contactId: number): Contact | null => {
  const contact = index.contact(contactId)
  return contact && contact.broken === null ? contact : null
}

/** Only a working address of somebody who lives there reaches a home; a son elsewhere does not. */
export const reachesHome = (index: RegisterIndex, home: Household): boolean =>
  home.contacts.some((c) => c.relation === 'self' && usable(index, c.contactId) !== null)

/** Of one address that stands for several homes, the reader who is nearest to one of them speaks for it. */
export const nearness: Record<Relation, number> = { self: 0, helper: 1, 'family-away': 2, emergency: 3, staff: 4, group: 5 }

/** Why nobody in the home can be told at all; null where somebody can. */
export function whyUnreached(index: RegisterIndex, home: Household): MissingCause | null {
  if (reachesHome(index, home)) return null
  const own = home.contacts.some((c) => c.relation === 'self')
  return causeOf({ own, others: home.contacts.some((c) => usable(index, c.contactId)) })
}
export const causeOf = ({ own, others }: { own: boolean; others: boolean }): MissingCause =>
  own ? 'broken' : others ? 'relatives-only' : 'no-contact'

/** Why a person is missing, as screens and door-knocks say it. */
export const missingWords: Record<MissingCause, { zh: string; en: string }> = {
  'no-contact': { zh: '没有任何联系方式', en: 'no contact of any kind' },
  'relatives-only': {
    zh: '只有外地亲属或紧急联系人,本户无人能接到',
    en: 'only a relative elsewhere or an emergency contact: nobody at home is reached',
  },
  broken: { zh: '本户号码失效', en: 'the number of the home no longer works' },
  'other-channels': { zh: '有联系方式,但这一级不用那种通道', en: 'has a contact, but this level does not use its channel' },
  'not-on-list': { zh: '不在演练名单', en: 'not on the exercise list' },
}
