import type { StaffAnswer } from '../../../register/edit/thing-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { pointKindWord } from '../data/words.js'
import { type PlacedPoint, type PlacedShelter, usePlaceNames } from '../map/map-data.js'
import { ThingTable } from './thing-table.js'

interface Point extends PlacedPoint {
  radiusM: number
  version: number
  keeper: { id: string; name: string; post: string } | null
}
interface Shelter extends PlacedShelter {
  keeperId: string | null
  version: number
}
const watch = { watch: /^(point|shelter|staff|register)\./, everyMs: 0 }

/** What is watched, and where people go; each with the person responsible. */
export function PlacesTab() {
  const say = useSay()
  const names = usePlaceNames()
  const points = useResource<Listing<Point>>('/api/points', watch)
  const shelters = useResource<Listing<Shelter>>('/api/shelters', watch)
  const staff = useResource<Listing<StaffAnswer>>('/api/register/staff', { everyMs: 0 })
  const people = new Map((staff.data?.items ?? []).map((s) => [s.id, s.name]))
  const keeperOf = (s: Shelter) => (s.keeperId ? (people.get(s.keeperId) ?? '') : nobody)
  const kinds = ['waterlogging', 'old-building', 'slope', 'river-bank'].map((value) => ({ value, label: pointKindWord(value, say) }))
  const keeper = { name: 'keeperId', label: say('责任人', 'Responsible'), as: 'staff', optional: true } as const
  const nobody = say('没有责任人', 'nobody')
  return (
    <>
      <ThingTable
        title={say('风险隐患点', 'Hazard points')}
        add={say('新登记一处', 'Add a point')}
        from={points}
        path="/api/register/points"
        teach={say('登记易涝点、危旧房、边坡和临河处,预警时派人盯守。', 'Points registered here are watched in a warning.')}
        columns={[
          { heading: say('名称', 'Name'), words: (p) => p.name },
          { heading: say('类型', 'Kind'), words: (p) => pointKindWord(p.kind, say) },
          { heading: say('编号', 'No.'), words: (p) => String(p.number ?? '') },
          { heading: say('在哪里', 'Where'), words: (p) => names.get(p.place) ?? p.place },
          { heading: say('影响半径', 'Radius'), words: (p) => say(`${p.radiusM} 米`, `${p.radiusM} m`) },
          { heading: say('等级', 'Grade'), words: (p) => p.grade ?? '' },
          {
            heading: say('责任人', 'Responsible'),
            words: (p) => p.keeper?.name ?? nobody,
            show: (p) => p.keeper?.name ?? <span className="tone-bad">{nobody}</span>,
          },
        ]}
        fields={[
          { name: 'name', label: say('名称', 'Name'), as: 'text' },
          { name: 'kind', label: say('类型', 'Kind'), as: 'choice', options: kinds },
          { name: 'number', label: say('编号', 'Number'), as: 'number' },
          { name: 'radiusM', label: say('影响半径(米)', 'Radius in metres'), as: 'number' },
          { name: 'grade', label: say('等级(危旧房 C 或 D)', 'Grade (old buildings: C or D)'), as: 'text', optional: true },
          keeper,
        ]}
        placed
        toForm={(p) => ({ keeperId: p.keeper?.id ?? null })}
      />
      <ThingTable
        title={say('安置点', 'Shelters')}
        add={say('新登记安置点', 'Add a shelter')}
        from={shelters}
        path="/api/register/shelters"
        teach={say('登记学校、社区中心等安置点和能住多少人。', 'Where people go, and how many can stay.')}
        columns={[
          { heading: say('名称', 'Name'), words: (s) => s.name },
          { heading: say('地址', 'Address'), words: (s) => s.address ?? '' },
          { heading: say('白天可容', 'By day'), words: (s) => say(`${s.capacityDay} 人`, `${s.capacityDay}`) },
          { heading: say('夜间可住', 'By night'), words: (s) => say(`${s.capacityNight} 人`, `${s.capacityNight}`) },
          {
            heading: say('管理员', 'Keeper'),
            words: keeperOf,
            show: (s) => <span className={s.keeperId ? undefined : 'tone-bad'}>{keeperOf(s)}</span>,
          },
        ]}
        fields={[
          { name: 'name', label: say('名称', 'Name'), as: 'text' },
          { name: 'address', label: say('地址', 'Address'), as: 'text' },
          { name: 'capacityDay', label: say('白天可容(人)', 'Places by day'), as: 'number' },
          { name: 'capacityNight', label: say('夜间可住(人)', 'Places by night'), as: 'number' },
          { ...keeper, label: say('管理员', 'Keeper') },
        ]}
        placed
      />
    </>
  )
}
