import type { Listing } from '../../shared/api-types.js'
import type { Door } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { Panel, SumBar } from '../layout/parts.js'
import { useShelters } from '../map/map-data.js'

interface Occupancy {
  id?: string
  shelterId?: string
  name?: string
  capacity?: number
  capacityNight?: number
  arrived?: number
  expected?: number
  free?: number
}
/** How full the shelters are: verified arrivals, and who is still on the way there. */
export function Shelters({ doors }: { doors: Door[] }) {
  const say = useSay()
  const shelters = useShelters()
  const occupancy = useResource<Listing<Occupancy>>('/api/shelters/occupancy', { watch: /^household/ })
  const rows = (shelters.data?.items ?? []).map((shelter) => {
    const known = occupancy.data?.items.find((one) => (one.shelterId ?? one.id) === shelter.id)
    const going = doors.filter((door) => door.shelterId === shelter.id)
    const arrived = known?.arrived ?? going.reduce((sum, door) => sum + (door.arrivedPeople ?? 0), 0)
    const expected = going.filter((door) => door.state !== 'returned').reduce((sum, door) => sum + door.people, 0)
    return { ...shelter, capacity: known?.capacity ?? shelter.capacityNight ?? 0, arrived, onTheWay: Math.max(0, expected - arrived) }
  })
  const busy = rows.filter((row) => row.arrived + row.onTheWay > 0)
  const shown = busy.length > 0 ? busy : rows
  return (
    <Panel title={say('安置点', 'Shelters')} count={rows.length}>
      <ul className="shelters">
        {shown.slice(0, 8).map((row) => (
          <li key={row.id}>
            <div>
              <b>{row.name}</b>
              <span className="ys-tabular">
                {row.arrived}/{row.capacity}{' '}
                <small className="muted">
                  {say(`余 ${Math.max(0, row.capacity - row.arrived)}`, `${Math.max(0, row.capacity - row.arrived)} free`)}
                </small>
              </span>
            </div>
            <SumBar
              total={Math.max(1, row.capacity)}
              parts={[
                { value: row.arrived, tone: 'good', label: say('已到达', 'arrived') },
                { value: row.onTheWay, tone: 'accent', label: say('应到未到', 'expected') },
                { value: Math.max(0, row.capacity - row.arrived - row.onTheWay), tone: 'empty', label: say('空位', 'free') },
              ]}
            />
            {row.onTheWay > 0 && <small className="muted">{say(`应到未到 ${row.onTheWay} 人`, `${row.onTheWay} expected`)}</small>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
