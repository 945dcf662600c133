import { inventName, inventPhone, inventSubscription } from './invented.js'
import type { Random } from './random.js'
import type { SampleHousehold } from './sample-town.js'

/** Who lives behind a door and how they are reached. Counters make every address new. */
export interface Counters {
  phone: number
  push: number
}
export type Family = Pick<SampleHousehold, 'people' | 'head' | 'members' | 'contacts' | 'consents'> & { tags: string[] }

type Member = SampleHousehold['members'][number]

/** What a story wants of a family; everything else is left to chance. */
export interface FamilyWish {
  people?: number
  tags?: string[]
  needs?: string[]
  /** self: own phone · relatives: only somebody away · none: nobody can be called. */
  reach?: 'self' | 'self-and-away' | 'relatives' | 'none'
  age?: number
}

const remarkOf: Record<string, string> = {
  alone: '需上门搀扶',
  bedridden: '需担架和车辆',
  deaf: '请拍门或闪灯',
  pregnant: '孕晚期,需车辆',
  child: '带奶粉和尿布',
}

export function makeFamily(random: Random, counters: Counters, wish: FamilyWish = {}): Family {
  const people = wish.people ?? random.pick([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5])
  const members = makeMembers(random, people, wish.age)
  const tags = wish.tags ?? inventTags(random, members)
  const reach = wish.reach ?? inventReach(random)
  if (reach === 'relatives' && !tags.includes('owner-away')) tags.push('owner-away')
  for (const tag of tags) {
    const remark = remarkOf[tag]
    if (!remark) continue
    const member = members.find((m) => suits(tag, m)) ?? members[0]!
    member.needs.push(tag)
    member.remark = [member.remark, remark].filter(Boolean).join(';')
  }
  return {
    people,
    members,
    head: members[0]!.name,
    tags,
    contacts: makeContacts(random, counters, reach, people),
    consents: random.chance(0.3) ? ['family-message'] : [],
  }
}

function makeMembers(random: Random, people: number, age?: number): Member[] {
  const oldHome = age !== undefined ? age > 65 : random.chance(0.24)
  const headAge = age ?? (oldHome ? random.whole(66, 88) : random.whole(27, 64))
  const head = inventName(random)
  const ages = [headAge, headAge - random.whole(-2, 4)]
  const childAge = () => (oldHome ? random.whole(4, 40) : Math.max(0, headAge - random.whole(24, 34)))
  return Array.from({ length: people }, (_, i) => ({
    name: i === 0 ? head : inventName(random, i === 1 ? undefined : head[0]),
    age: i < 2 ? ages[i]! : childAge(),
    needs: [],
  }))
}

const suits = (tag: string, m: Member): boolean =>
  tag === 'child' ? m.age <= 3 : tag === 'pregnant' ? m.age >= 20 && m.age <= 42 : tag === 'bedridden' || tag === 'deaf' ? m.age > 60 : true

function inventTags(random: Random, members: Member[]): string[] {
  const tags: string[] = []
  const oldest = Math.max(...members.map((m) => m.age))
  if (members.length === 1 && oldest >= 66) tags.push('alone')
  if (oldest >= 70 && random.chance(0.05)) tags.push('bedridden')
  if (oldest >= 66 && random.chance(0.06)) tags.push('deaf')
  if (members.some((m) => m.age >= 22 && m.age <= 38) && random.chance(0.02)) tags.push('pregnant')
  if (members.some((m) => m.age <= 2)) tags.push('child')
  return tags
}

function inventReach(random: Random): NonNullable<FamilyWish['reach']> {
  const x = random.next()
  return x < 0.935 ? 'self' : x < 0.977 ? 'self-and-away' : x < 0.991 ? 'relatives' : 'none'
}

function makeContacts(
  random: Random,
  counters: Counters,
  reach: NonNullable<FamilyWish['reach']>,
  people: number,
): SampleHousehold['contacts'] {
  const phone = (relation: SampleHousehold['contacts'][number]['relation']) => ({
    kind: 'phone' as const,
    address: inventPhone(counters.phone++),
    relation,
  })
  const contacts: SampleHousehold['contacts'] = []
  if (reach === 'self' || reach === 'self-and-away') {
    contacts.push(phone('self'))
    if (people > 1 && random.chance(0.2)) contacts.push(phone('self'))
    if (random.chance(0.1)) contacts.push({ kind: 'push', address: inventSubscription(counters.push++), relation: 'self' })
  }
  if (reach === 'self-and-away') contacts.push(phone('family-away'))
  if (reach === 'relatives') {
    contacts.push(phone('family-away'))
    if (random.chance(0.4)) contacts.push(phone('emergency'))
  }
  return contacts
}
