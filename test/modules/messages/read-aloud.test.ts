import fc from 'fast-check'
import t from 'tap'
import { languages } from '../../../src/messages/channel.js'
import { readAloud } from '../../../src/messages/read-aloud.js'
import { runs } from '../../rig/runs.js'

t.test('a voice reads numbers, times and places the way people say them', async (t) => {
  const chinese: [string, string][] = [
    ['区气象台12日03:26发布', '区气象台十二日凌晨三点二十六分发布'],
    ['23:30前到,14:00开门', '晚上十一点三十分前到,下午两点开门'],
    ['24小时雨量50mm,最大80-120毫米', '二十四小时雨量五十毫米,最大八十到一百二十毫米'],
    ['小时雨强65.5mm/h,风速18m/s', '小时雨强六十五点五毫米每小时,风速十八米每秒'],
    ['水位183.25m,超警0.25米', '水位一百八十三点二五米,超警零点二五米'],
    ['10栋2单元3-2-1号', '十栋二单元三杠二杠一号'],
    ['1203室,105号,3#楼', '幺二零三室,幺零五号,三号楼'],
    ['2户5人,2号易涝点,2小时内', '两户五人,二号易涝点,两小时内'],
    ['共1,200户12000人', '共一千二百户一万二千人'],
    ['请打119或023-52000000', '请打幺幺九或零二三,五二零零零零零零'],
    ['12379发布,编号11B03', '幺二三七九发布,编号幺幺B零三'],
    ['Ⅳ级响应,气温-5℃,概率80%', '四级响应,气温零下五摄氏度,概率百分之八十'],
    ['2025-07-12,2025年7月12日', '二零二五年七月十二日,二零二五年七月十二日'],
    ['２３：３０,①看水位', '晚上十一点三十分,一看水位'],
    ['三中社区四网格', '三中社区四网格'],
  ]
  for (const [written, said] of chinese) t.equal(readAloud(written, 'zh'), said)
  const english: [string, string][] = [
    ['Station, 03:26 12 Jul', 'Station, three twenty six a.m. on July twelve'],
    ['until 8:00 p.m., then 23:05', 'until eight p.m., then eleven oh five p.m.'],
    ['50mm in 3 hours, 80-120 mm', 'fifty millimetres in three hours, eighty to one hundred twenty millimetres'],
    ['call 119 or 023-52000000', 'call one one nine or zero two three, five two zero zero zero zero zero zero'],
    ['building 10, code 11B03, 5%', 'building ten, code eleven B three, five percent'],
  ]
  for (const [written, said] of english) t.equal(readAloud(written, 'en'), said)
})

t.test('no digit is left unread, and reading twice changes nothing', async () => {
  const written = fc.array(
    fc.oneof(
      fc.nat({ max: 10 ** 9 }).map(String),
      fc.stringMatching(/^[0-9:.,%~#/+ -]{1,12}$/),
      fc.constantFrom(
        '栋',
        '单元',
        '号',
        '户',
        'mm',
        'mm/h',
        '℃',
        '点',
        '日',
        '级',
        ' a.m.',
        'G',
        '12:61',
        '٣',
        '９',
        '𝟗',
        '½',
        '④',
        'm²',
        '-',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(written, fc.constantFrom(...languages), (parts, language) => {
      const said = readAloud(parts.join(''), language)
      return !/[\p{Nd}①-⑳½²³]/u.test(said) && readAloud(said, language) === said
    }),
    runs(1000),
  )
})
