import type { Slices } from '../../base/slices.js'
import { doorLabel } from '../../register/door-label.js'
import type { Staff } from '../../register/register.js'
import type { Snapshot } from '../../register/snapshot.js'
import { chooseMoves } from '../choose-moves.js'
import { indexOf } from '../register-index.js'
import type { RiskPolicy } from '../risk-policy.js'
import { missingWords, usable, whyUnreached } from '../tell-home.js'
import { type Check, eachPlace, type Finding, finding } from './readiness.js'

/** Who cannot be told, and who is responsible for something and cannot be rung. */
export function* peopleChecks(snapshot: Snapshot, policy: RiskPolicy): Slices<Check[]> {
  const index = indexOf(snapshot)
  const gridName = (place: string) => index.gridAt(place)?.name ?? place
  const rings = (s: Staff) => s.contactId !== null && usable(index, s.contactId) !== null
  const keeperOf = (keeperId: string | null) => {
    const keeper = keeperId === null ? undefined : index.staff(keeperId)
    if (!keeper) return { zh: '没有责任人', en: 'nobody is responsible' }
    return rings(keeper) ? null : { zh: `责任人 ${keeper.name} 没有能打通的电话`, en: `${keeper.name} has no working telephone` }
  }
  const kept = (things: readonly { id: string; place: string; name: string; keeperId: string | null }[]) =>
    things.flatMap((thing) => {
      const wrong = keeperOf(thing.keeperId)
      return wrong ? [finding(thing, thing.name, wrong.zh, wrong.en)] : []
    })
  const unreached = yield* eachPlace(snapshot, (homes) =>
    homes.flatMap((home) => {
      const why = whyUnreached(index, home)
      return why ? [finding(home, `${gridName(home.place)} ${doorLabel(home)}`, missingWords[why].zh, missingWords[why].en)] : []
    }),
  )
  const full = yield* fullShelters(snapshot, policy)
  const silent = snapshot.staff.filter((s) => !rings(s))
  yield
  const circles = deputyCircles(snapshot.staff)
  yield
  const groups = snapshot.groups.flatMap((g) => silentGroup(g))
  yield
  return [
    { key: 'home-unreached', weight: 'danger', findings: unreached },
    {
      key: 'staff-silent',
      weight: 'danger',
      findings: silent.map((s) => {
        const none = s.contactId === null
        return finding(s, `${s.post} ${s.name}`, none ? '没有登记电话' : '电话打不通', none ? 'no telephone' : 'the number is dead')
      }),
    },
    { key: 'keeper-missing', weight: 'danger', findings: [...kept(snapshot.points), ...kept(snapshot.shelters)] },
    { key: 'group-silent', weight: 'danger', findings: groups },
    { key: 'shelter-full', weight: 'danger', findings: full },
    { key: 'deputy-circle', weight: 'untidy', findings: circles },
  ]

  function silentGroup(group: Snapshot['groups'][number]) {
    if (group.robotContactId !== null && usable(index, group.robotContactId)) return []
    const owner = index.staff(group.ownerId)
    if (group.platform === 'wecom')
      return [finding(group, group.name, '群机器人没有接好,只能由人转发', 'the robot is not connected; a person has to post')]
    if (owner && rings(owner)) return []
    return [finding(group, group.name, '没有群主,或群主电话打不通', 'no owner, or the owner cannot be rung')]
  }
}

/** Everybody whom any rule moves, in one night: more people than can sleep in the shelter they are sent to. */
function* fullShelters(snapshot: Snapshot, policy: RiskPolicy): Slices<Finding[]> {
  // Who moves is worked out only where those assigned, moving or not, are more than the beds.
  const assigned = new Map<string, number>()
  const placesOf = new Map<string, Set<string>>()
  yield* eachPlace(snapshot, (homes) => {
    addByShelter(assigned, homes)
    for (const { shelterId, place } of homes)
      if (shelterId) placesOf.set(shelterId, (placesOf.get(shelterId) ?? new Set<string>()).add(place))
    return []
  })
  const tight = snapshot.shelters.filter((s) => (assigned.get(s.id) ?? 0) > s.capacityNight)
  const planned = new Map<string, number>()
  for (const place of new Set(tight.flatMap((s) => [...(placesOf.get(s.id) ?? [])]))) {
    const ask = { event: '', level: null, origin: 'order' as const, places: [place], reasonOf: () => 'inside' as const }
    addByShelter(planned, chooseMoves(snapshot, policy, ask))
    yield
  }
  return tight.flatMap((s) => {
    const people = planned.get(s.id) ?? 0
    if (people <= s.capacityNight) return []
    return [
      finding(s, s.name, `安排 ${people} 人,夜间只能住 ${s.capacityNight} 人`, `${people} are planned, ${s.capacityNight} can sleep there`),
    ]
  })
}

function addByShelter(sums: Map<string, number>, homes: readonly { shelterId: string | null; people: number }[]): void {
  for (const { shelterId, people } of homes) if (shelterId) sums.set(shelterId, (sums.get(shelterId) ?? 0) + people)
}

/** Everybody stands in for somebody of the circle: when all are away nobody is left. Each circle once. */
function deputyCircles(staff: readonly Staff[]) {
  const byId = new Map(staff.map((s) => [s.id, s]))
  const done = new Set<string>()
  return staff.flatMap((start) => {
    const path: Staff[] = []
    for (let s: Staff | undefined = start; s && !done.has(s.id); s = s.deputyId ? byId.get(s.deputyId) : undefined) {
      done.add(s.id)
      path.push(s)
    }
    const last = path.at(-1)
    const at = last?.deputyId ? path.findIndex((s) => s.id === last.deputyId) : -1
    if (at < 0) return []
    const names = [...path.slice(at), path[at]!].map((s) => s.name).join(' → ')
    return [finding(path[at]!, `${path[at]!.post} ${path[at]!.name}`, names, names)]
  })
}
