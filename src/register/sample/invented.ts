import type { Random } from './random.js'

/** Everything that stands for a person here is put together from these lists and counters. Nobody real is meant. */
const surnames = [
  ...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔',
]
const first = [...'德国永明志文建秀桂玉春素淑兴家世光祥正启昌仕天清宗先维代少学安晓思雨子浩欣梦佳俊嘉一']
const second = [...'华芳英兰珍琼碧群容蓉富贵才友林全成平忠良福寿云霞梅菊莲琴凤香轩涵怡杰宇博彤妍航悦凯辰瑶']

export const inventName = (random: Random, surname: string = random.pick(surnames)): string =>
  surname + random.pick(first) + (random.chance(0.9) ? random.pick(second) : '')

/**
 * Mobile numbers of one invented block: a valid prefix, then 00, then six digits that jump about. They look real to every
 * checker of numbers and stay recognisable (162/166/195/199 followed by 00); a sample register reaches the sandbox only.
 */
const prefixes = ['162', '166', '195', '199']
export function inventPhone(count: number): string {
  const digits = (Math.floor(count / prefixes.length) * 7919 + 100_003) % 1_000_000
  return `+86${prefixes[count % prefixes.length]}00${String(digits).padStart(6, '0')}`
}

export const inventSubscription = (count: number): string =>
  JSON.stringify({
    endpoint: `https://push.invalid/sample/${count.toString(36).padStart(6, '0')}`,
    keys: { p256dh: 'BInventedKeyOfTheSampleRegister', auth: 'InventedSample' },
  })

export const inventRobot = (count: number): string =>
  `https://robot.invalid/cgi-bin/webhook/send?key=sample-${String(count).padStart(4, '0')}`

export const communityNames = [
  '三中社区',
  '中吉社区',
  '文成社区',
  '杨柳社区',
  '双合店社区',
  '桂花社区',
  '青竹社区',
  '观澜社区',
  '学府社区',
  '月塘社区',
  '石榴社区',
  '金桥社区',
  '梨园社区',
  '永兴社区',
  '南坡社区',
]

const quarterStarts = [
  '滨河',
  '锦绣',
  '橘香',
  '春晓',
  '望江',
  '南苑',
  '翠竹',
  '安居',
  '和顺',
  '平湖',
  '书香',
  '紫荆',
  '金桂',
  '福源',
  '向阳',
  '朝晖',
  '清溪',
  '柳荫',
  '梧桐',
  '景秀',
  '长乐',
  '怡景',
  '康宁',
  '康泰',
]
const quarterEnds = ['苑', '小区', '花园', '家园', '里', '新村']
/** One residential quarter per grid; no two alike. */
export function quarterName(index: number): string {
  const mixed = (index * 37) % (quarterStarts.length * quarterEnds.length)
  return quarterStarts[mixed % quarterStarts.length]! + quarterEnds[Math.floor(mixed / quarterStarts.length)]!
}

/** The other towns of the district: known by name only, so that a text that names them can be told from one that names us. */
export const otherTowns: [code: string, name: string][] = [
  ['001', '汉丰街道'],
  ['003', '云枫街道'],
  ['004', '镇东街道'],
  ['005', '丰乐街道'],
  ['006', '白鹤街道'],
  ['007', '赵家街道'],
  ['008', '正安街道'],
  ['100', '大德镇'],
  ['102', '厚坝镇'],
  ['103', '金峰镇'],
  ['104', '温泉镇'],
  ['105', '郭家镇'],
  ['106', '白桥镇'],
  ['107', '和谦镇'],
  ['108', '河堰镇'],
  ['109', '大进镇'],
  ['110', '谭家镇'],
  ['111', '敦好镇'],
  ['112', '高桥镇'],
  ['113', '九龙山镇'],
  ['114', '天和镇'],
  ['115', '中和镇'],
  ['116', '义和镇'],
  ['117', '临江镇'],
  ['118', '竹溪镇'],
  ['119', '铁桥镇'],
  ['120', '南雅镇'],
  ['121', '巫山镇'],
  ['122', '岳溪镇'],
  ['123', '长沙镇'],
  ['124', '南门镇'],
  ['125', '渠口镇'],
  ['126', '满月镇'],
  ['127', '雪宝山镇'],
  ['201', '关面乡'],
  ['203', '麻柳乡'],
  ['204', '紫水乡'],
  ['205', '三汇口乡'],
  ['206', '五通乡'],
]

const digits = [...'零一二三四五六七八九']
/** 4 -> 四, as people say 四网格. */
export const inWords = (n: number): string => digits[n] ?? String(n)
