import t from 'tap'
import { inEnglish } from '../../../src/feeds/in-english.js'
import { refusalOf } from '../../../src/feeds/refusal.js'
import { troubleOf, troubleOfStatus, troubleOfUnread } from '../../../src/feeds/trouble.js'
import { dialects, readContext } from '../../rig/reading.js'

const isEnglish = (text: string | null | undefined) => !!text && !/\p{Script=Han}/u.test(text)

t.test('why a bulletin was not taken is told in English too', async (t) => {
  for (const [dialect, text] of [
    ['cap', '<!DOCTYPE html><html></html>'],
    ['cap', '<alert><identifier>'],
    ['cap', '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id></feed>'],
    ['nmc', '{"code": 1'],
    ['cn12379', '<html/>'],
    ['weathercn', 'var other={};'],
    ['caiyun', '{}'],
  ] as const) {
    const reading = dialects.read(dialect, Buffer.from(text), readContext())
    const not = reading.kind === 'unreadable' ? reading : reading.kind === 'refused' ? reading.refusal : null
    const { reasonEn, hintEn } = inEnglish({ reason: not?.reason ?? null, hint: not?.hint ?? null, problems: reading.problems })
    t.ok(isEnglish(reasonEn), `${dialect} ${text.slice(0, 12)}: ${reasonEn}`)
    t.not(reasonEn, 'it was not taken', 'and says what is wrong')
    t.ok(isEnglish(hintEn), `what to do: ${hintEn}`)
  }
})

t.test('a message that may not be acted on says so in English', async (t) => {
  const fine = { msgType: 'Alert', status: 'Actual', scope: 'Public' }
  t.equal(refusalOf(fine), null)
  for (const wrong of [{ msgType: 'Ack' }, { msgType: 'Hint' }, { status: 'Test' }, { status: 'Odd' }, { scope: 'Private' }, { scope: '' }])
    t.ok(isEnglish(refusalOf({ ...fine, ...wrong })?.reasonEn), JSON.stringify(wrong))
})

t.test('what is wrong with a feed is told in both languages', async (t) => {
  t.match(troubleOfStatus(503), { cause: 'server', detail: /HTTP 503/, detailEn: 'Their server has a fault (HTTP 503)' })
  t.ok(isEnglish(troubleOf(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })).detailEn))
  t.ok(isEnglish(troubleOf(Object.assign(new Error('x'), { name: 'TimeoutError' })).detailEn))
  const problems = [{ code: 'web-page', severity: 'error' as const, message: '是网页', messageEn: 'a web page' }]
  t.match(troubleOfUnread('unreadable', { reason: '是网页', problems }), { detail: '是网页', detailEn: 'a web page' })
})
