import { notFound } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import { readNumbers } from '../household-store.js'
import type { Relation } from '../register.js'
import { editHousehold } from './edit-household.js'
import { type ContactEdit, judgePhone } from './household-edit.js'

/**
 * The number that was wrong gives way to the one asked for at the door, in the transaction of whoever asked; null: the old one is
 * right after all. A number the household has already is kept once and believed.
 */
export async function correctHomePhone(tx: Tx, seal: Seal, id: string, wrong: number, phone: string | null): Promise<void> {
  const home = await readNumbers(tx, id)
  if (!home) throw notFound('household', id)
  const blind = phone === null ? null : seal.blind(judgePhone(phone, 'phone')).toString('hex')
  const right = blind === null ? wrong : home.links.find((l) => l.blind === blind)?.contact_id
  const kept = home.links.filter((l) => l.contact_id !== wrong || right === wrong)
  const contacts: ContactEdit[] = kept.map((l) => ({
    ...{ contactId: l.contact_id, relation: l.relation as Relation },
    ...(l.contact_id === right ? { broken: false } : {}),
  }))
  const relation = (home.links.find((l) => l.contact_id === wrong)?.relation ?? 'self') as Relation
  if (right === undefined && phone !== null) contacts.unshift({ phone, relation })
  await editHousehold(tx, seal, id, home.version, { contacts })
}
