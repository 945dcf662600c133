import fc from 'fast-check'
import t from 'tap'
import { readTable } from '../../../src/register/import/read-table.js'
import { readXlsx } from '../../../src/register/sheet/read-xlsx.js'
import { type Cell, plainCell, writeCsv, writeXlsx } from '../../../src/register/sheet/write-sheet.js'
import { readWhole, readZip, writeZip } from '../../../src/register/sheet/zip.js'
import { runs } from '../../rig/runs.js'

const gather = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
const rowsOf = async (bytes: Buffer) => {
  const table = await readTable(bytes)
  const rows = []
  for await (const { line, cells } of table.rows) rows.push([line, ...cells])
  return { ...table, rows }
}

interface Drawn {
  sheets: { name: string; xml: string; hidden?: boolean }[]
  shared?: string[]
  since1904?: boolean
}
/** A workbook as an office program writes it: shared texts, styles of dates, several sheets. */
const workbook = ({ sheets, shared = [], since1904 = false }: Drawn): Promise<Buffer> => {
  const part = (name: string, text: string) => ({ name, text: [`<?xml version="1.0"?>${text}`] })
  const list = sheets.map((s, i) => `<sheet name="${s.name}" sheetId="${i + 1}" ${s.hidden ? 'state="hidden"' : ''} r:id="rId${i + 1}"/>`)
  const links = sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Target="/xl/worksheets/s${i + 1}.xml"/>`)
  return gather(
    writeZip([
      ...sheets.map((s, i) => part(`xl/worksheets/s${i + 1}.xml`, `<worksheet>${s.xml}</worksheet>`)),
      part(
        'xl/workbook.xml',
        `<workbook xmlns:r="x"><workbookPr date1904="${since1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`,
      ),
      part('xl/_rels/workbook.xml.rels', `<Relationships>${links.join('')}</Relationships>`),
      part(
        'xl/styles.xml',
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="165" formatCode="0&quot;d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
      ),
      part('xl/sharedStrings.xml', `<sst>${shared.map((s) => `<si>${s}</si>`).join('')}</sst>`),
    ]),
  )
}
const text = (words: string) => `<c t="inlineStr"><is><t>${words}</t></is></c>`
const row = (...cells: string[]) => `<row>${cells.join('')}</row>`

t.test('a workbook: the first sheet with something in it, and its numbers as a person meant them', async (t) => {
  const bytes = await workbook({
    sheets: [
      { name: '说明', xml: '<sheetData><row r="1"><c r="A1"/></row></sheetData>' },
      { name: '旧表', xml: `<sheetData>${row(text('户主'), text('住址'))}</sheetData>`, hidden: true },
      {
        name: '三中社区',
        xml: `<sheetData>
          <row r="1"><c r="A1" t="s"><v>0</v></c></row>
          <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c><c r="D3" t="s"><v>3</v></c></row>
          <row r="4"><c r="A4" t="inlineStr"><is><r><t>李</t></r><r><t>某</t></r></is></c><c r="B4"><v>1.6200123456E10</v></c><c r="C4" t="str"><f>A4</f><v>算出的</v></c><c r="D4" s="1"><v>45000</v></c></row>
          <row r="6"><c r="B6" t="n"><v>107.12000000000001</v></c><c r="C6" s="3"><v>7</v></c><c r="D6" s="2"><v>45000.25</v></c></row>
        </sheetData><mergeCells><mergeCell ref="A1:D1"/></mergeCells>`,
      },
      { name: '后面', xml: `<sheetData>${row(text('x'))}</sheetData>` },
    ],
    shared: ['<t>三中社区住户名册</t>', '<t>户主</t>', '<r><t>联系</t></r><r><t>电话</t></r><rPh><t>lianxi</t></rPh>', '<t>日期</t>'],
  })
  const { sheet, otherSheets, encoding, headings, samples, rows } = await rowsOf(bytes)
  t.same([sheet, otherSheets, encoding], ['三中社区', ['说明', '后面'], 'XLSX'])
  t.same(headings, ['户主', '联系电话', '', '日期'])
  t.same(rows, [
    [4, '李某', '16200123456', '算出的', '2023-03-15'],
    [6, '', '107.12', '7', '2023-03-15'],
  ])
  t.same(samples[0], ['李某', '16200123456', '算出的', '2023-03-15'])
  const old = await workbook({
    since1904: true,
    sheets: [{ name: 'a', xml: `<sheetData>${row('<c s="1"><v>43538</v></c>')}</sheetData>` }],
  })
  t.same((await (await readXlsx(old)).rows.next()).value.cells, ['2023-03-15'])
})

t.test('headings of two rows, and a grid merged over its households', async (t) => {
  const bytes = await workbook({
    sheets: [
      {
        name: '名册',
        xml: `<sheetData>${row(text('2025年住户名册'))}${row(text('网格'), text('住址'), text('户主信息'))}
          ${row('<c/>', '<c/>', text('姓名'), text('联系电话'), text('人数'))}
          ${row(text('四网格'), text('3栋101'), text('李'), text('0123'), '<c><v>2</v></c>')}
          ${row('<c/>', text('3栋102'), text('王'))}${row('<c/>', text('3栋103'), text('赵'))}${row(text('五网格'), text('3栋104'), text('钱'))}</sheetData>
          <mergeCells><mergeCell ref="A1:E1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:B3"/><mergeCell ref="C2:E2"/><mergeCell ref="A4:A6"/></mergeCells>`,
      },
    ],
  })
  const { headings, rows } = await rowsOf(bytes)
  t.same(headings, ['网格', '住址', '姓名', '联系电话', '人数'])
  t.same(
    rows.map((r) => r.slice(0, 4)),
    [
      [4, '四网格', '3栋101', '李'],
      [5, '四网格', '3栋102', '王'],
      [6, '四网格', '3栋103', '赵'],
      [7, '五网格', '3栋104', '钱'],
    ],
  )
  t.equal(rows[0]![4], '0123', 'the zero in front stays')
  const csv = await rowsOf(Buffer.from('网格,住址,户主信息,,\n,,姓名,联系电话,人数\n四网格,3栋101,李,,2\n'))
  t.same([csv.headings, csv.rows], [['网格', '住址', '姓名', '联系电话', '人数'], [[3, '四网格', '3栋101', '李', '', '2']]], 'in CSV too')
})

t.test('what is no workbook is told so, and what to do', async (t) => {
  const whole = await workbook({ sheets: [{ name: 'a', xml: `<sheetData>${row(text('户主'), text('住址'))}</sheetData>` }] })
  const refusal = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (e: unknown) => e,
    )
  const unreadable = async (bytes: Buffer, title: RegExp) => t.match(await refusal(rowsOf(bytes)), { kind: 'unreadable', title })
  await unreadable(Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), /旧版 XLS/)
  await unreadable(whole.subarray(0, whole.length - 40), /重新上传/)
  await unreadable(await gather(writeZip([{ name: 'a.txt', text: ['x'] }])), /另存为 XLSX/)
  await unreadable(await workbook({ sheets: [{ name: 'a', xml: '<sheetData/>' }] }), /没有内容/)
  await unreadable(await workbook({ sheets: [{ name: 'a', xml: '<sheetData><row></sheetData>' }] }), /另存为 XLSX/)
  const locked = Buffer.from(whole)
  locked.writeUInt16LE(0x0809, locked.indexOf(Buffer.from('504b0102', 'hex')) + 8)
  await unreadable(locked, /密码|重新上传|另存为/)
  const bomb = await gather(writeZip([{ name: 'x', text: ['0'.repeat(1_000_000)] }]))
  t.match(await refusal((await readZip(bomb)).get('x')!.read(1000).next()), { kind: 'too-large' })
  const liar = Buffer.from(bomb)
  liar.writeUInt32LE(900, liar.indexOf(Buffer.from('504b0102', 'hex')) + 24)
  t.match(await refusal(readWhole((await readZip(liar)).get('x')!, 1000)), { kind: 'unreadable' }, 'who says less than comes out')
  const crowded = await gather(writeZip(Array.from({ length: 1001 }, (_, i) => ({ name: `${i}`, text: ['x'] }))))
  t.match(await refusal(readZip(crowded)), { kind: 'too-large' })
  const outside = await gather(writeZip([{ name: 'xl/workbook.xml', text: ['x'] }]))
  t.match(await refusal(readZip(Buffer.from(outside.toString('latin1').replaceAll('xl/', '../'), 'latin1'))), { kind: 'unreadable' })
  const wide = await workbook({ sheets: [{ name: 'a', xml: `<sheetData><row>${'<c><v>1</v></c>'.repeat(1_000_000)}</row></sheetData>` }] })
  t.equal((await rowsOf(wide)).headings.length, 256, 'of a million columns the first are read')
  const far = await workbook({
    sheets: [
      { name: 'a', xml: '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="ZZZZZZ1"><v>2</v></c><c r="B1"><v>3</v></c></row></sheetData>' },
    ],
  })
  t.same((await rowsOf(far)).headings, ['1', '3'])
  const lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
  const entities = (name: string) =>
    workbook({ sheets: [{ name: 'a', xml: `${lol}<sheetData>${row(text(name), text('x'))}</sheetData>` }] })
  for (const name of ['&b;', '&f;']) await unreadable(await entities(name), /另存为 XLSX/)
  // Whatever is done to its bytes: it is read, or refused in words.
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
      const hurt = Buffer.from(whole)
      hurt[at] = byte
      await rowsOf(hurt).catch((e) => t.match(e, { kind: /unreadable|too-large/ }))
    }),
    runs(200, 11),
  )
})

t.test('any table is written and read again, in both kinds; nothing in it runs as a formula', async (t) => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('=1+1', '@x', '+86', '-2', '-a', '\tx', 'a,b', '"q"', "'=1", '<&>', '0123', '一\n二'),
  )
  const line = fc.array(word, { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
      // What neither kind of file can carry is not written: control characters, and blanks around a text.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      const clean = (s: string) => s.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udfff]/g, '').replace(/\r/g, '')
      const rows: Cell[][] = lines.map((cells) => cells.map(clean))
      const wanted = rows.map((cells) => cells.map((c) => String(c))).filter((cells) => cells.some((c) => c.trim()))
      const sheet = () => ({ name: '表', headings: ['户主', '住址', '人数', '备注'], rows })
      const csv: string[] = []
      for await (const piece of writeCsv(sheet())) csv.push(piece)
      t.notMatch(csv.slice(1).join(''), /(^|,|\n)"?[=@\t]/, 'nothing begins like a formula')
      for (const bytes of [Buffer.from(csv.join('')), await gather(writeXlsx(sheet()))]) {
        const read = (await rowsOf(bytes)).rows.map((cells) => cells.slice(1).map(String))
        const padded = (all: string[][]) => all.map((cells) => Array.from({ length: 4 }, (_, i) => plainCell(cells[i] ?? '')))
        t.same(padded(read), padded(wanted))
      }
    }),
    runs(60, 12),
  )
})
