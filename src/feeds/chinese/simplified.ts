const pairs =
  '紅红黃黄藍蓝颱台風风雲云電电凍冻霧雾災灾預预號号訊讯發发佈布燈灯熱热瀉泻傾倾澇涝內内強强陣阵溫温險险濃浓結结嘯啸氣气質质體体庫库洩泄積积級级處处過过劇剧對对塵尘嚴严澤泽點点區区縣县鄉乡鎮镇門门東东灣湾廣广島岛龍龙邊边報报鬆松乾干淺浅週周屆届續续滯滞'
const simple = new Map<string, string>()
for (let at = 0; at < pairs.length; at += 2) simple.set(pairs[at]!, pairs[at + 1]!)
const traditional = new RegExp(`[${[...simple.keys()].join('')}]`, 'g')

/**
 * Hong Kong, Macau and Taiwan write 紅色暴雨, 颱風: the characters of warnings as ours, one for one, so that a rule is written once. For
 * rules only: what is shown and said stays as it was written.
 */
export const simplified = (text: string): string => text.replace(traditional, (c) => simple.get(c)!)
