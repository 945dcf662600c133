import type { Contact, ContactKind, Household, Relation } from '../register/register.js'
import type { MissingCause, TellingChannel } from './audience.js'
import type { RegisterIndex } from './register-index.js'
import type { ResidentsRow, RiskPolicy } from './risk-policy.js'

/** What an address can carry. A phone is written to and called; only a subscription is pushed to, only a robot posts. */
export const carries: Record<ContactKind, readonly TellingChannel[]> = { phone: ['voice', 'sms'], push: ['push'], robot: ['group'] }

/** How one home is told: judged here for the list of names, for the counts before the issue, and for the answer to "why". */
export interface ToldHome {
  home: Household
  row: ResidentsRow
  atRisk: boolean
  /** The policy rings up its people, unless nobody there would hear it. */
  called: boolean
  /** Who lives alone and cannot hear is not called: a ringing phone would count as told. */
  deaf: boolean
  /** Relatives elsewhere and emergency contacts are told too. */
  relatives: boolean
}

export function judgeHome(index: RegisterIndex, policy: RiskPolicy, row: ResidentsRow, home: Household, move: boolean): ToldHome {
  const atRisk = move || home.tags.some((tag) => (policy['at-risk'] as string[]).includes(tag))
  return {
    home,
    row,
    atRisk,
    called: row.calls === 'all' || (row.calls === 'at-risk' && atRisk) || (row.calls === 'move' && move),
    deaf: home.people === 1 && home.tags.some((tag) => (policy['not-called'] as string[]).includes(tag)),
    relatives: row.relatives === 'all' || (row.relatives === 'at-risk' && atRisk) || !reachesHome(index, home),
  }
}

/** On which channels this contact of the home is told; none for one the policy leaves out. */
export function channelsOf({ row, called, deaf, relatives }: ToldHome, contact: Contact, relation: Relation): TellingChannel[] {
  if ((relation === 'family-away' || relation === 'emergency') && !relatives) return []
  const listed: readonly TellingChannel[] = relation === 'staff' ? [] : row[relation]
  const ofHome = relation === 'self' || relation === 'helper'
  return carries[contact.kind].filter((c) =>
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

/** Why nobody in the home can be told at all, or null. */
export function whyUnreached(index: RegisterIndex, home: Household): MissingCause | null {
  if (reachesHome(index, home)) return null
  if (home.contacts.some((c) => c.relation === 'self')) return 'broken'
  return home.contacts.some((c) => usable(index, c.contactId)) ? 'relatives-only' : 'no-contact'
}

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
