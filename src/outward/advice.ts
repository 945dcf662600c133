import type { Language } from './say-time.js'

/** Three short lines that an old neighbour reads in three seconds. The hazard decides; the colour does not make them longer. */
type Three = readonly [string, string, string]
interface Advice {
  events: readonly string[]
  zh: Three
  en: Three
}

const table: readonly Advice[] = [
  {
    events: ['暴雨', '内涝', '雷雨大风', '洪水'],
    zh: ['不要出门,不要蹚水', '离开低洼处和危旧房', '听网格员安排,敲门请开'],
    en: ['Stay in. Do not walk through water', 'Leave low ground and old buildings', 'Follow the grid worker at your door'],
  },
  {
    events: ['山洪', '泥石流', '滑坡', '地质灾害'],
    zh: ['马上离开山边、沟边、河边', '往两侧高处走,不要顺沟跑', '不要回去取东西'],
    en: ['Leave slopes, gullies and rivers now', 'Climb sideways to high ground', 'Do not go back for belongings'],
  },
  {
    events: ['台风', '大风', '沙尘暴', '冰雹'],
    zh: ['待在屋里,远离门窗', '收好阳台和屋顶的东西', '不要在树下、广告牌下停留'],
    en: ['Stay indoors, away from windows', 'Bring in what the wind can take', 'Keep away from trees and signs'],
  },
  {
    events: ['雷电', '雷暴'],
    zh: ['回到屋里,关好门窗', '不要在树下、空地停留', '不用电器,不摸水管'],
    en: ['Go indoors, close the windows', 'Leave trees and open ground', 'Keep off wires and pipes'],
  },
  {
    events: ['高温', '干旱', '森林火险'],
    zh: ['中午不出门,多喝水', '不在野外用火', '老人不舒服请打120'],
    en: ['Stay in at noon, drink water', 'Make no fire outdoors', 'Feeling ill? Call 120'],
  },
  {
    events: ['寒潮', '暴雪', '低温', '霜冻', '道路结冰', '大雾', '霾'],
    zh: ['少出门,路上慢行', '老人注意保暖,烧炭要通风', '看好水管和电路'],
    en: ['Stay in, move slowly outdoors', 'Keep warm; air the room with a stove', 'Mind pipes and wiring'],
  },
]
const general: Advice = {
  events: [],
  zh: ['待在安全的地方', '留意通知,不信谣言', '听网格员安排,敲门请开'],
  en: ['Stay where it is safe', 'Follow official notices only', 'Follow the grid worker at your door'],
}

export const adviceFor = (event: string, language: Language): Three =>
  (table.find((a) => a.events.some((e) => event.includes(e))) ?? general)[language]
