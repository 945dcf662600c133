import type { Grid } from '../register.js'
import { communityNames, inventName, inventPhone, inventRobot } from './invented.js'
import { sanzhong, subdistrict, worstGrid } from './make-places.js'
import { createRandom, type Random } from './random.js'
import type { SampleGroup, SampleShelter, SampleStaff } from './sample-town.js'

/** Ids of the staff rows that the sample accounts are linked with. */
export const sampleStaffIds = {
  officer: `${subdistrict}-officer-1`,
  commander: `${subdistrict}-commander-1`,
  secretary: `${sanzhong}-secretary`,
  chief: `${worstGrid}-chief-1`,
  worker: `${worstGrid}-worker`,
  keeper: 'shelter-1-keeper',
} as const

/** Phones of staff come from the start of the block, those of residents after it. */
export const staffPhones = 3000

/** "1+3+N" for each grid, the community secretaries, the duty desk, a keeper per shelter. 62 of them are on tonight's duty list. */
export function makeStaff(grids: Grid[], shelters: SampleShelter[]): SampleStaff[] {
  const random = createRandom(20_250_712)
  const list: SampleStaff[] = []
  const add = (id: string, place: string, post: string, duty: boolean, deputyId: string | null, name = inventName(random)) =>
    list.push({ id, place, post, duty, deputyId, name, phone: inventPhone(list.length) })
  add(`${subdistrict}-commander-2`, subdistrict, '带班领导', false, null)
  add(sampleStaffIds.commander, subdistrict, '带班领导', true, `${subdistrict}-commander-2`)
  add(`${subdistrict}-officer-2`, subdistrict, '值班员', true, sampleStaffIds.commander)
  add(sampleStaffIds.officer, subdistrict, '值班员', true, `${subdistrict}-officer-2`)
  for (const grid of grids) addGridStaff(add, grid)
  for (const [i] of communityNames.entries()) {
    const community = subdistrict + String(i + 1).padStart(3, '0')
    add(`${community}-secretary`, community, '社区书记', true, `${community}001-leader`)
  }
  for (const shelter of shelters) add(shelter.keeperId!, shelter.place, '安置点管理员', true, `${shelter.place}-secretary`)
  // The second crew of the desk, made last: nobody else's number changes with it.
  add(`${subdistrict}-officer-4`, subdistrict, '值班员', false, null)
  add(`${subdistrict}-officer-3`, subdistrict, '值班员', false, `${subdistrict}-officer-4`)
  return list
}

type Add = (id: string, place: string, post: string, duty: boolean, deputyId: string | null, name?: string) => void

/** One leader; full-time, part-time, instructor; building chiefs and a volunteer. Deputies are made before those they stand in for. */
function addGridStaff(add: Add, { place, community, number }: Grid): void {
  add(`${place}-instructor`, place, '网格指导员', false, null)
  add(`${place}-leader`, place, '网格长', number === 1 || number === 4, `${place}-instructor`)
  add(`${place}-part-time`, place, '兼职网格员', false, null)
  add(`${place}-worker`, place, '专职网格员', community === sanzhong, `${place}-part-time`, place === worstGrid ? '陈敏' : undefined)
  for (const n of [1, 2, 3]) add(`${place}-chief-${n}`, place, '楼栋长', false, `${place}-worker`)
  add(`${place}-volunteer`, place, '党员志愿者', false, null)
}

/** Communities whose groups are on WeCom and have a robot; the others are plain WeChat, posted to by people. */
const withRobots = new Set(['003', '006', '009', '012'].map((c) => subdistrict + c))

/** 17 groups per community: one for the residents of each grid, a second one (shops) in eight of the nine; the shops of the ninth are in the eighth's. */
export function makeGroups(grids: Grid[], random: Random = createRandom(255)): SampleGroup[] {
  const groups: SampleGroup[] = []
  for (const grid of grids) {
    const wecom = withRobots.has(grid.community)
    for (const kind of grid.number === 9 ? (['居民'] as const) : (['居民', '商户'] as const)) {
      groups.push({
        id: `${grid.place}-${kind === '居民' ? 'residents' : 'shops'}`,
        place: grid.place,
        grids: kind === '商户' && grid.number === 8 ? [grid.place, `${grid.community}009`] : [],
        name: `${grid.name}${kind}群`,
        platform: wecom ? 'wecom' : 'wechat',
        ownerId: `${grid.place}-${kind === '居民' ? 'leader' : 'worker'}`,
        robot: wecom ? inventRobot(groups.length) : null,
        members: kind === '居民' ? random.whole(120, 460) : random.whole(25, 110),
      })
    }
  }
  return groups
}
