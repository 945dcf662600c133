import { join } from 'node:path'
import t from 'tap'
import { filingSheet } from '../../../src/messages/filing-sheet.js'
import { likeness } from '../../../src/messages/fit-words.js'
import { openWordBook, type WordsRequest } from '../../../src/messages/words.js'
import { writeCsv } from '../../../src/register/sheet/write-sheet.js'

const book = await openWordBook(join(process.cwd(), 'templates'))
const place = { subdistrict: '文峰街道', hotline: '023-52000000' }
const night = {
  ...place,
  station: '区气象台',
  issuedAt: new Date('2025-07-12T03:26:00+08:00'),
  until: null,
  headline: '',
  community: '三中社区',
}
const storm: Omit<WordsRequest, 'channel' | 'language' | 'relation'> = {
  ...{ origin: 'relay', purpose: 'warn', kind: 'actual', event: 'rainstorm', level: 'red', audience: 'residents', facts: night },
}
const relay = (ownText: string) => ({ ...storm, facts: { ...night, ownText } })

t.test('the filing sheet holds every text a carrier has to approve, in the fields of its form', async (t) => {
  const sheet = filingSheet(book.examples(place), '文峰街道')
  const rows = [...(sheet.rows as Iterable<(string | number)[]>)]
  const column = (heading: string) => rows.map((row) => String(row[sheet.headings.indexOf(heading)]))
  const files = book.list().filter((file) => file.filed)
  t.same(column('文件').sort(), files.map((file) => file.file).sort(), 'each once, SMS and voice')
  t.equal(new Set(column('模板名称')).size, rows.filter((row) => row[1] === '短信').length, 'no two SMS are called alike')
  t.ok(column('模板名称').every((name) => name.length <= 30))
  t.ok(column('申请说明').every((why) => why.length > 10 && why.length <= 100))
  t.ok(
    column('变量属性').every(
      (line, i) => line === '' || line.split('\n').length === (column('模板内容')[i]!.match(/\$\{\w+\}/g) ?? []).length,
    ),
  )
  t.notOk(
    column('示例值').some((line) => /:(?:undefined)?$/m.test(line)),
    'every variable has an example',
  )
  const at = column('文件').indexOf('templates/rainstorm/red.residents.sms.zh.liquid')
  t.match(Object.fromEntries(sheet.headings.map((heading, i) => [heading, rows[at]![i]])), {
    业务: '短信',
    模板名称: '暴雨红色·居民·预警转发',
    模板类型: '通知短信',
    关联签名: '文峰街道',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the carrier's own notation
    模板内容: '${source}发布暴雨红色预警信号。请勿外出涉水,远离低洼处和危旧房,听从网格员安排。值班电话${hotline}',
    变量属性: 'source:其他(如名称、账号、地址等)\nhotline:电话号码',
    示例全文: /^【文峰街道】区气象台\(演练\)12日03:26发布暴雨红色预警信号。/,
    通过后写进文件开头: 'sms: SMS_编号\nvariables: [source, hotline]',
  })
  let csv = ''
  for await (const piece of writeCsv(sheet)) csv += piece
  t.match(csv, /^\ufeff序号,业务,模板名称/, 'and a spreadsheet opens it')
})

t.test('what an officer adds stands in the SMS where it fits, and what fits is offered where it does not', async (t) => {
  const good = book.fit(relay('今晚不要在河边停留'))
  t.match(good, { variable: 'advice', used: 9, most: 35, problems: [], closest: null, template: 'any/any.residents.sms.zh' })
  const say = (ownText: string) => book.words({ ...relay(ownText), channel: 'sms', language: 'zh', relation: 'self' })
  t.match(say('请今晚不要在河边停留。').text, /暴雨红色预警信号。请今晚不要在河边停留,听从网格员安排/, 'after one 请, before one comma')
  t.equal(say('').template, 'rainstorm/red.residents.sms.zh', 'without own words the text of the hazard is taken')
  const away = book.words({ ...relay('今晚不要在河边停留'), channel: 'sms', language: 'zh', relation: 'family-away' })
  t.match(away.text, /请打电话叫醒您在三中社区的家人/, 'an absent son is asked to call, whatever was added')

  const long = book.fit(relay('请今晚不要在河边停留,不要下地下车库取车,危旧房住户现在就收拾好药品证件,老人小孩先走,听到敲门请马上开门'))
  t.match(long.problems, [{ code: 'too-long', zh: /最多 35 字/ }])
  t.equal(
    long.closest?.ownText,
    '今晚不要在河边停留,不要下地下车库取车,危旧房住户现在就收拾好药品证件',
    'whole clauses of what was written',
  )
  t.same(book.fit(relay(long.closest!.ownText)).problems, [], 'and one press later it fits')
  const notice = book.fit({
    ...relay('今天夜间到明天有暴雨,请关好门窗,低洼处和危旧房住户提前做好准备,车辆停到高处,老人小孩不要外出'),
    ...{ origin: 'notice', level: null },
  })
  t.match(notice.closest?.ownText, /^今天夜间到明天有暴雨,请关好门窗/, 'what says when and where is kept before the rest')
  const signs = book.fit(relay('【重要】今晚不要在河边停留🌊,电话13900001234'))
  t.match(signs.problems, [{ code: 'refused-signs', zh: /【 】/ }])
  t.equal(signs.closest?.ownText, '重要今晚不要在河边停留', 'without what the carrier refuses')
  const order = book.fit({ ...relay('今晚不要在河边停留'), origin: 'order' })
  t.match(order.problems, [{ code: 'no-place' }])
  t.equal(order.closest?.ownText, '', 'an order is said as it was filed')
  t.match(
    book.words({ ...relay('今晚不要在河边停留'), origin: 'order', channel: 'push', language: 'zh', relation: 'self' }).text,
    /\n今晚不要在河边停留$/,
  )
  t.ok(likeness('不要在河边停留', '不到河边停留') > likeness('不要在河边停留', '关好门窗'))
})
