import type { CheckKey } from '../../../matching/readiness/readiness.js'

type Words = readonly [zh: string, en: string]
interface CheckWords {
  title: Words
  /** Why it matters, in one sentence. */
  why: Words
  /** Where it is put right. */
  act: Words
  to: (finding: { id: string; place: string }) => string
}

const household = (f: { id: string }) => `/register/households/${encodeURIComponent(f.id)}`
const roster = (f: { place: string }) => `/register/roster?${new URLSearchParams({ place: f.place })}`
const imports = () => '/register/import'

export const checkWords: Record<CheckKey, CheckWords> = {
  'grid-unmanned': {
    title: ['今晚没有网格员值班的网格', 'Grids without a worker tonight'],
    why: ['预警来了没有人先到现场。', 'Nobody is first on the spot when a warning comes.'],
    act: ['去排班', 'To the rota'],
    to: roster,
  },
  'night-empty': {
    title: ['值班表今晚空着的岗位', 'Posts whose table is empty tonight'],
    why: ['会退回按常备名单叫应,那个人也许不在。', 'The standing list is called instead, and they may not be there.'],
    act: ['去排班', 'To the rota'],
    to: roster,
  },
  'home-unreached': {
    title: ['打不通电话的住户', 'Households no message reaches'],
    why: ['红色预警时只能一户一户上门。', 'Under a red warning somebody has to knock at each.'],
    act: ['补号码', 'Add a number'],
    to: household,
  },
  'staff-silent': {
    title: ['没有电话的责任人', 'Staff without a telephone'],
    why: ['该他到场时叫不醒他。', 'They cannot be woken when they are needed.'],
    act: ['补电话', 'Add a telephone'],
    to: () => '/register/staff',
  },
  'keeper-missing': {
    title: ['没有责任人的隐患点和安置点', 'Points and shelters without a keeper'],
    why: ['水涨上来没有人去看,门没有人开。', 'Nobody watches the water, nobody opens the door.'],
    act: ['定责任人', 'Name a keeper'],
    to: () => '/register/places',
  },
  'group-silent': {
    title: ['发不出去的居民群', 'Groups nobody can post to'],
    why: ['几百人看不到群里的通知。', 'Some hundred people do not see the post.'],
    act: ['看居民群', 'See the groups'],
    to: () => '/register/groups',
  },
  'shelter-full': {
    title: ['床位不够的安置点', 'Shelters too small for those sent there'],
    why: ['全部要转移的人来了住不下。', 'If everybody who may have to move comes, they cannot sleep there.'],
    act: ['看安置点', 'See the shelters'],
    to: () => '/register/places',
  },
  'deputy-circle': {
    title: ['副手绕成一圈', 'Deputies in a circle'],
    why: ['互为副手的人同时不在,就没有人可叫。', 'When all of them are away there is nobody left to call.'],
    act: ['改副手', 'Change a deputy'],
    to: () => '/register/staff',
  },
  'grid-overlap': {
    title: ['重叠的网格', 'Grids that overlap'],
    why: ['同一户归两家,就会两家都不去。', 'A home of two grids is visited by neither.'],
    act: ['重新导入边界', 'Import the outline anew'],
    to: imports,
  },
  'grid-outline': {
    title: ['没有边界的网格', 'Grids without an outline'],
    why: ['不知道在不在预警范围里,只能按在里面处理。', 'Nobody knows whether a warning covers them: they count as inside.'],
    act: ['导入边界', 'Import the outline'],
    to: imports,
  },
  'grid-empty': {
    title: ['没有住户的网格', 'Grids without a household'],
    why: ['不是真的没人,就是名册漏了。', 'Either nobody lives there, or the register has a hole.'],
    act: ['导入住户', 'Import households'],
    to: imports,
  },
  'home-outside': {
    title: ['落在本网格外的住户', 'Households outside their grid'],
    why: ['坐标或网格有一个是错的,预警会算到别处。', 'Position or grid is wrong: a warning is counted elsewhere.'],
    act: ['改住户', 'Mend the household'],
    to: household,
  },
  'home-unplaced': {
    title: ['没有坐标的住户', 'Households without a position'],
    why: ['只能按整个网格通知,不能按离水多远判断。', 'They are told with the whole grid, not by how near the water is.'],
    act: ['补坐标', 'Add a position'],
    to: household,
  },
}
