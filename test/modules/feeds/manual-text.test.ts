import t from 'tap'
import { type PastedMessage, readPasted } from '../../../src/feeds/manual/read-pasted.js'
import { createGazetteer } from '../../../src/register/gazetteer.js'
import { events, places } from '../../rig/reading.js'

/** Real texts are written with full-width punctuation. */
export const wide = (text: string) => text.replace(/[,;:()!?]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))

const gazetteer = createGazetteer(places)
const heard = new Date('2026-07-12T03:40:00+08:00')
const read = (text: string, receivedAt = heard) => readPasted(text, { events, gazetteer, receivedAt, home: '500154002' })
const brief = (m: PastedMessage) => ({
  from: m.issuers.map((i) => i.value).join('+'),
  at: m.issuedAt?.value.slice(5, 16) ?? null,
  says: `${m.act?.value} ${m.event?.value} ${m.level?.value}`,
  where: m.towns.length > 0 ? m.towns.map((t) => t.value.name + (t.value.code ? '' : '?')).join('、') : (m.district?.value ?? null),
  until: m.until?.value.slice(5, 16) ?? null,
})
type Brief = ReturnType<typeof brief>

/** Written by us in the manner of the places named; station and towns are of the sample district. */
const texts: [string, string, Brief][] = [
  [
    '重庆:整句',
    '重庆市开州区气象台(演练)2026年7月12日03时26分发布暴雨红色预警信号:过去3小时,我区文峰街道、汉丰街道已出现100毫米以上降雨,预计未来3小时上述地区降雨仍将持续,请注意防范。防御指南:1.政府及相关部门按照职责做好应急抢险工作;2.停止集会、停课、停业。',
    { from: '重庆市开州区气象台(演练)', at: '07-12T03:26', says: 'issue 暴雨 red', where: '文峰街道、汉丰街道', until: '07-12T06:26' },
  ],
  [
    '重庆:标题带级数,正文再说一遍',
    '开州区气象台发布暴雨红色预警信号[Ⅰ级/特别严重]\n开州区气象台2026年7月12日03时26分发布暴雨红色预警信号:预计12日04时至10时,我区大部地区将出现大到暴雨。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 暴雨 red', where: '500154', until: '07-12T10:00' },
  ],
  [
    '广东:升级,点名镇街',
    '开州区气象台于2026年07月12日03时26分将文峰街道、临江镇的暴雨橙色预警信号升级为暴雨红色,预计未来2小时上述镇街仍有强降水,请注意防御。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'raise 暴雨 red', where: '文峰街道、临江镇', until: '07-12T05:26' },
  ],
  [
    '广东:混合降级,其余继续',
    '开州区气象台2026年7月12日03时26分将汉丰街道、临江镇暴雨橙色预警信号降级为暴雨黄色预警信号,其余镇街暴雨红色预警信号继续生效。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'lower 暴雨 red', where: '文峰街道、云枫街道、温泉镇', until: null },
  ],
  [
    '广东:信号生效',
    '【停课提醒】文峰街道、汉丰街道暴雨红色预警信号生效!开州区气象台7月12日3时26分发布,未来6小时内有特大暴雨。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 暴雨 red', where: '文峰街道、汉丰街道', until: '07-12T09:26' },
  ],
  [
    '浙江:联合发布',
    '开州区水利局和开州区气象台7月12日3时26分联合发布山洪灾害橙色预警:预计12日8时至20时,温泉镇、宝口镇发生山洪灾害可能性大,请各地注意防范。',
    { from: '开州区水利局+开州区气象台', at: '07-12T03:26', says: 'issue 山洪 orange', where: '温泉镇、宝口镇?', until: '07-12T20:00' },
  ],
  [
    '浙江:三家联合,地质灾害',
    '开州区规划和自然资源局、开州区水利局、开州区气象局2026年7月11日17时30分联合发布地质灾害气象风险黄色预警:预计7月11日20时至12日20时,临江镇、和谦镇发生地质灾害的可能性较大。',
    {
      from: '开州区规划和自然资源局+开州区水利局+开州区气象局',
      at: '07-11T17:30',
      says: 'issue 地质灾害 yellow',
      where: '临江镇、和谦镇?',
      until: '07-12T20:00',
    },
  ],
  [
    '微信转述,没有年月',
    '各位网格员请注意:区气象台今日凌晨3时26分发布暴雨红色预警,文峰、汉丰未来三小时雨量还要再下50毫米以上,请立即到岗!',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 暴雨 red', where: '文峰街道、汉丰街道', until: '07-12T06:26' },
  ],
  [
    '电话记录',
    '刚接区气象台电话,3点26分升级暴雨红色,涉及文峰、临江,有效6小时',
    { from: '开州区气象台', at: '07-12T03:26', says: 'raise 暴雨 red', where: '文峰街道、临江镇', until: '07-12T09:26' },
  ],
  [
    '传真:落款在后,全角数字',
    '暴雨橙色预警信号\n预计未来6小时内我区降雨量将达50毫米以上。\n开州区气象台\n2026年7月12日03时26分',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 暴雨 orange', where: '500154', until: '07-12T09:26' },
  ],
  [
    '汉字数字',
    '开州区气象台七月十二日三时二十六分发布雷电黄色预警信号,预计未来两小时文峰街道有雷电活动。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 雷电 yellow', where: '文峰街道', until: '07-12T05:26' },
  ],
  [
    '短日期',
    '开州区气象台12日3:26发布雷雨大风黄色预警,云枫街道12日7时前有8级以上雷雨大风',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 雷雨大风 yellow', where: '云枫街道', until: null },
  ],
  [
    '解除',
    '开州区气象台2026年7月12日03时30分解除12日00时26分发布的暴雨红色预警信号,请继续关注。',
    { from: '开州区气象台', at: '07-12T03:30', says: 'lift 暴雨 red', where: '500154', until: null },
  ],
  [
    '解除我们的,其余继续',
    '开州区气象台2026年7月12日03时30分解除文峰街道暴雨红色预警信号,其余镇街暴雨橙色预警信号继续生效。',
    { from: '开州区气象台', at: '07-12T03:30', says: 'lift 暴雨 red', where: '文峰街道', until: null },
  ],
  [
    '继续发布',
    '开州区气象台7月12日03时26分继续发布高温橙色预警信号:预计今天白天,我区最高气温将升至37℃以上。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'continue 高温 orange', where: '500154', until: '07-12T20:00' },
  ],
  [
    '变更:换颜色的另一种说法',
    '开州区气象台7月12日3时26分解除暴雨橙色预警信号,发布暴雨黄色预警信号,文峰街道未来3小时仍有降雨。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'change 暴雨 yellow', where: '文峰街道', until: '07-12T06:26' },
  ],
  [
    '截至:已下的雨不是有效期',
    '开州区气象台7月12日3时26分发布暴雨橙色预警信号。截至12日03时,临江镇降雨量已达80毫米,降雨将持续至12日9时,影响文峰街道、三合镇等地。',
    { from: '开州区气象台', at: '07-12T03:26', says: 'issue 暴雨 orange', where: '临江镇、文峰街道、三合镇?', until: '07-12T09:00' },
  ],
  [
    '昨晚的消息',
    '开州区气象台昨晚23时50分发布大雾黄色预警信号,12日夜间到13日早晨能见度小于500米。',
    { from: '开州区气象台', at: '07-11T23:50', says: 'issue 大雾 yellow', where: '500154', until: '07-13T08:00' },
  ],
]

t.test('what a pasted Chinese warning says', async (t) => {
  for (const [name, text, wanted] of texts) {
    const messages = read(wide(text))
    t.same(messages.map(brief), [wanted], name)
    t.same(read(text).map(brief), [wanted], `${name}, plain punctuation`)
  }
})

t.test('each field says which characters it was read from, also full-width ones', async (t) => {
  const text = wide('转:开州区气象台2026年7月12日03时26分发布暴雨红色预警信号,未来3小时文峰街道有大暴雨').replace('03', '03')
  const [m] = read(text)
  const cut = (p: { at: number | null; end: number | null } | null) => (p?.at == null ? null : text.slice(p.at, p.end!))
  t.same(
    [cut(m!.issuers[0]!), cut(m!.issuedAt), cut(m!.act), cut(m!.event), cut(m!.level), cut(m!.towns[0]!), cut(m!.until)],
    ['开州区气象台', '2026年7月12日03时26分', '发布', '暴雨', '红色', '文峰街道', '3小时'],
  )
  t.equal(m!.issuedAt!.value, '2026-07-12T03:26:00+08:00')
})

t.test('several messages in one paste are told apart, and their places stay', async (t) => {
  const text = wide(
    '开州区气象台7月12日2时10分发布暴雨橙色预警信号,未来3小时文峰街道有暴雨。\n开州区气象台7月12日3时26分发布雷电黄色预警信号,汉丰街道注意。',
  )
  const messages = read(text)
  t.match(messages.map(brief), [
    { says: 'issue 暴雨 orange', at: '07-12T02:10', where: '文峰街道' },
    { says: 'issue 雷电 yellow', at: '07-12T03:26', where: '汉丰街道' },
  ])
  const second = messages[1]!
  t.equal(text.slice(second.event!.at!, second.event!.end!), '雷电')
  t.equal(text.slice(second.at, second.end).startsWith('开州区气象台'), true)
  const both = read(wide('开州区气象台7月12日3时26分发布暴雨红色预警信号和雷电黄色预警信号'))
  t.ok(both[0]!.problems.some((p) => p.code === 'event-several' && p.path === 'event' && p.message.includes('雷电')))
})

t.test('of a mixed text our part is taken and the others are shown', async (t) => {
  const [m] = read(wide('开州区气象台7月12日3时26分将文峰街道暴雨橙色预警信号升级为暴雨红色预警信号,其余镇街暴雨黄色预警信号继续生效。'))
  t.same(
    m!.parts.map((p) => [p.level, p.rest]),
    [
      ['red', false],
      ['yellow', true],
    ],
  )
  t.match(brief(m!), { says: 'raise 暴雨 red', where: '文峰街道' })
  t.ok(m!.problems.some((p) => p.code === 'mixed'))
})

t.test('what is not said is asked for, by field', async (t) => {
  const codes = (text: string) => read(text)[0]!.problems.map((p) => `${p.path}:${p.code}`)
  t.same(codes('今晚可能要下大雨,大家小心'), [
    'issuers:issuer-missing',
    'issuedAt:time-missing',
    'event:event-missing',
    'level:level-missing',
    'towns:area-missing',
    'until:until-missing',
  ])
  t.ok(codes('开州区气象台3时26分发布暴雨Ⅰ级预警').includes('level:level-missing'), 'a digit is not a colour')
  t.ok(codes('开州区气象台7月12日9时26分发布暴雨红色预警').includes('issuedAt:time-ahead'))
  t.ok(codes('开州区气象台7月9日3时26分发布暴雨红色预警').includes('issuedAt:time-assumed'), 'old news')
  t.equal(read('演练:开州区气象台3时26分发布暴雨红色预警')[0]!.exercise.value, true)
})

t.test('no text makes it fail or hang', async (t) => {
  const bits = [
    '开州区气象台',
    '7月12日',
    '3时',
    '至',
    '发布',
    '暴雨',
    '红色',
    '镇',
    '和',
    '、',
    ' ',
    '1',
    '街道',
    '\n',
    '未来',
    '小时',
    '(',
    '\uff10',
  ]
  let seed = 7
  const next = () => (seed = (seed * 16807) % 2147483647)
  for (let i = 0; i < 200; i++) {
    const text = Array.from({ length: 60 }, () => bits[next() % bits.length]).join('')
    t.ok(read(text).length >= 1)
  }
  for (const bit of [...bits, '开州区气象台发布暴雨红色预警\n', '1 ', '十', '文峰街道、', '未来1小时']) {
    const started = performance.now()
    read(bit.repeat(12_000 / bit.length))
    t.ok(performance.now() - started < 5000, `${JSON.stringify(bit)} over and over: ${Math.round(performance.now() - started)} ms`)
  }
})
