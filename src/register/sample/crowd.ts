import { middleOf, moved } from './ground.js'
import { inventPhone } from './invented.js'
import type { PlacedGrid } from './make-places.js'
import { staffPhones } from './make-staff.js'
import type { SampleHousehold } from './sample-town.js'

/** n households of one person with one phone each: what kill-nine and the benches send to. */
export function makeCrowd(grids: PlacedGrid[], count: number): SampleHousehold[] {
  const middles = grids.map(middleOf)
  const perGrid = Math.ceil(count / grids.length)
  return Array.from({ length: count }, (_, i) => {
    const g = Math.floor(i / perGrid)
    const grid = grids[g]!
    const n = (i % perGrid) + 1
    const [lon, lat] = moved(middles[g]!, (n % 21) - 10, (Math.floor(n / 21) % 21) - 10)
    return {
      id: `${grid.place}-${String(n).padStart(6, '0')}`,
      place: grid.place,
      building: `${Math.floor(n / 100) + 1}栋`,
      unit: 1,
      floor: 2 + (n % 5),
      room: String(n),
      lon,
      lat,
      people: 1,
      tags: [],
      atHome: true,
      pointId: null,
      shelterId: null,
      helperId: null,
      head: '演练住户',
      members: [],
      consents: [],
      contacts: [{ kind: 'phone', address: inventPhone(staffPhones + i), relation: 'self' }],
    }
  })
}
