import fc from 'fast-check'
import t from 'tap'
import { plainSource } from '../../../src/feeds/source-settings.js'
import { undouble } from '../../../src/feeds/undouble.js'
import { dialects } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { makeCap } from '../../rig/samples/make-cap.js'

const source = { settings: plainSource, receivedAt: new Date('2026-07-12T03:30:00+08:00') }
const latin = (text: string) => Buffer.from(Buffer.from(text).toString('latin1'))
const windows = (text: string) => Buffer.from(new TextDecoder('windows-1252').decode(Buffer.from(text)))

t.test('a warning whose Chinese was encoded twice is read as it was meant, and its sender is told on', async (t) => {
  const xml = makeCap()
  const plain = dialects.read('cap', Buffer.from(xml), source)
  for (const twice of [latin(xml), windows(xml)]) {
    t.not(twice.toString(), xml)
    const reading = dialects.read('cap', twice, source)
    t.match(reading, { kind: 'messages', problems: [{ code: 'encoding-doubled', severity: 'remark' }] })
    if (reading.kind !== 'messages' || plain.kind !== 'messages') return t.fail('is read')
    t.same(reading.messages, plain.messages)
    t.match(reading.messages[0]!.infos[0]!.headline, '暴雨红色预警信号')
  }
})

t.test('a list in JSON is read the same way', async (t) => {
  const row = { id: 'x1', sender: '开州区气象台(演练)', title: '开州区气象台发布暴雨红色预警信号' }
  t.same(JSON.parse(undouble(windows(JSON.stringify(row)))!.toString()), row)
})

t.test('what is not doubled stays as it is', async (t) => {
  for (const text of [
    '开州区气象台发布暴雨红色预警信号',
    'Avertissement : fortes précipitations à Québec, où il a plu',
    'Větrné bouře – æøå ÆØÅ',
    'Gewitter über Österreich «Süd»',
    'plain',
  ])
    t.equal(undouble(Buffer.from(text)), null, text)
  t.equal(undouble(Buffer.from([0xc3, 0x28, 0xff])), null, 'no text at all')
})

t.test('taken back exactly, whatever was doubled; and nothing in one encoding is touched', async (t) => {
  const han = fc.string({ unit: fc.integer({ min: 0x4e00, max: 0x9fff }).map((n) => String.fromCodePoint(n)), minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(fc.oneof(han, fc.constantFrom('<a>', ' ', 'x=1', ',')), { minLength: 1, maxLength: 8 }), han, (parts, last) => {
      const text = parts.join('') + last
      return [latin(text), windows(text)].every((twice) => undouble(twice)?.toString() === text) && undouble(Buffer.from(text)) === null
    }),
    runs(500, 24),
  )
  t.pass('held')
})
