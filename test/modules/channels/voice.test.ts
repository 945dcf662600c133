import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { newOutId } from '../../../src/base/ids.js'
import { callbackShapes } from '../../../src/channels/callback-shapes.js'
import { type AlibabaVoiceConfig, channelsConfigSchema } from '../../../src/channels/channels-config.js'
import { createAlibabaVoiceSender } from '../../../src/channels/voice/alibaba-voice-sender.js'
import { heardInFull, secondsOf } from '../../../src/channels/voice/heard.js'
import type { Asked, Outgoing, Verdict } from '../../../src/delivery/sender.js'
import { makeTestFolder } from '../../rig/store.js'
import { until } from '../../rig/until.js'
import { startVoiceDouble } from '../../rig/voice-double.js'

const never = new AbortController().signal
const phone = '+8613900001234'
const body = '您好,这里是文峰街道值班室,现在叫应责任人。区气象台凌晨三点二十六分发布暴雨红色预警信号。请您立即到岗。'
const keysLine = '收到,立即到岗,请按一;请求支援,请按二;无法到岗,请按三。'
const text = `${body}重复一遍。${body}${keysLine}`
const keys = { accessKeyId: 'LTAItest', accessKeySecret: 'a-secret-of-the-test' }

const outgoing = (change: Partial<Outgoing> = {}): Outgoing => ({
  ...{ batchId: newOutId(), alone: true },
  ...{ outId: newOutId(), contactId: 1, address: phone, text, language: 'zh', relation: 'staff', alertId: '0198-aa', revision: 1 },
  ...{ template: 'any/any.staff.voice.zh#TTS_1', parameters: { signal: '暴雨红色预警信号' }, title: '叫应', level: 'red', exercise: false },
  ...{ place: '500154002', expiresAt: null },
  ...change,
})

async function open(t: Test, change: Partial<AlibabaVoiceConfig> = {}) {
  const clock = { now: Date.now() }
  const templates = [
    { code: 'TTS_1', text: `现在叫应责任人:\${signal}。${keysLine}` },
    ...['1', '2', '3'].map((key) => ({ code: `TTS_10${key}`, text: `已记下${key}` })),
  ]
  const double = await startVoiceDouble(t, { ...keys, numbers: ['02352000000'], templates, now: () => clock.now })
  const config: AlibabaVoiceConfig = {
    ...{ carrier: 'alibaba-voice', endpoint: double.origin, calledShowNumber: '02352000000' },
    ...{ keys: { '1': 'TTS_101', '2': 'TTS_102', '3': 'TTS_103' }, keyWaitMs: 8000 },
    ...{ accessKeyId: 'A', accessKeySecret: 'B', callbackSecret: 'C', timeoutMs: 10_000, concurrency: 20 },
    ...change,
  }
  const sender = await createAlibabaVoiceSender(config, keys)
  const one = async (more: Partial<Outgoing> = {}): Promise<Verdict> => (await sender.send([outgoing(more)], never))[0]!
  return { clock, double, config, sender, one }
}

t.test('a call rings, says the filed text twice and takes a key', async (t) => {
  const { double, sender } = await open(t)
  const message = outgoing()
  const verdicts = await sender.send([message, outgoing({ address: '+8613900005678' })], never)
  t.same(
    verdicts.map((v) => v.kind),
    ['accepted', 'accepted'],
  )
  const call = double.made.find((m) => m.outId === message.outId)!
  t.match(call, { action: 'IvrCall', callee: '13900001234', playTimes: 2, menu: { '1': '已记下1', '2': '已记下2', '3': '已记下3' } })
  t.match(call.text, /暴雨红色预警信号.*请按一/)
  t.match(verdicts[0], { carrierId: call.callId })

  const plain = await open(t, { keys: undefined, calledShowNumber: undefined })
  t.match(await plain.one(), { kind: 'accepted' })
  t.match(plain.double.made, [{ action: 'SingleCallByTts', menu: {} }], 'without keys: a plain announcement from a number of the carrier')
})

t.test('one number takes one call a minute, five an hour, twenty a day: the next one waits, and is not lost', async (t) => {
  const { clock, double, one } = await open(t)
  const waits = (verdict: Verdict) =>
    verdict.kind === 'tryAgain' ? Math.round((verdict.notBefore!.getTime() - Date.now()) / 60_000) : verdict.kind
  t.match(await one(), { kind: 'accepted' })
  t.equal(waits(await one()), 1)
  for (let i = 0; i < 4; i++) {
    clock.now += 61_000
    t.match(await one(), { kind: 'accepted' })
  }
  clock.now += 61_000
  t.equal(waits(await one()), 10)
  clock.now += 3_600_000
  for (let i = 5; i < 20; i++) {
    t.match(await one(), { kind: 'accepted' })
    clock.now += 13 * 60_000
  }
  t.equal(waits(await one()), 60)
  t.equal(double.made.length, 20)
  t.match(await one({ address: '+8613900009999' }), { kind: 'accepted' }, 'another number rings')
})

t.test('what the carrier refuses, and what never leaves', async (t) => {
  const { double, one, config } = await open(t)
  t.match(await one({ address: '+8612345' }), { kind: 'refused', broken: true }, 'no number at all')
  const before = double.requests
  t.match(await one({ template: 'any/any.staff.voice.zh' }), { kind: 'refused', reason: /not filed/ })
  t.match(await one({ exercise: true }), { kind: 'refused', reason: /exercise/ }, 'an exercise is never read out as the real thing')
  t.equal(double.requests, before)
  t.match(await one({ exercise: true, template: 'any/any.staff.voice.zh.exercise#TTS_1' }), { kind: 'accepted' })
  const other = { address: '+8613900002222' }
  t.match(await one({ ...other, parameters: {} }), { kind: 'refused', reason: /MISSING_PARAMETERS/ })
  t.match(await one({ ...other, template: 'x#TTS_9' }), { kind: 'refused', reason: /TEMPLATE_ILLEGAL/ })
  double.fail({ kind: 'answer', status: 429, body: JSON.stringify({ Code: 'Throttling.User', Message: 'flow control' }) })
  t.match(await one(other), { kind: 'tryAgain' })
  const stranger = await createAlibabaVoiceSender(config, { ...keys, accessKeySecret: 'wrong' })
  const misconfigured = (await stranger.send([outgoing(other)], never))[0]!
  t.match(misconfigured, { kind: 'tryAgain', reason: /SignatureDoesNotMatch/ }, 'a wrong key of ours is not the end of the call')
  t.notMatch(JSON.stringify(misconfigured), /1390000/)
})

t.test('a call whose answer is lost: asked about where its id is known, rung again where it is not', async (t) => {
  const { double, sender, one } = await open(t)
  for (const fault of [{ kind: 'reset' }, { kind: 'answer', status: 502 }, { kind: 'answer', status: 200, body: '{}' }] as const) {
    double.fail({ ...fault, taken: true })
    t.match(await one({ address: `+86139000${String(double.requests).padStart(5, '0')}` }), { kind: 'unknown' }, JSON.stringify(fault))
  }
  const lost = outgoing({ outId: double.made[0]!.outId })
  t.match(await sender.ask!([lost], never), [{ kind: 'absent' }], 'its id never came: it is rung again')

  const late = outgoing({ address: '+8613900007777' })
  const giveUp = new AbortController()
  const sending = sender.send([late], giveUp.signal)
  giveUp.abort()
  t.match(await sending, [{ kind: 'unknown', reason: 'no answer in time' }])
  let asked: Asked[] = []
  await until(async () => {
    asked = await sender.ask!([late], never)
    return asked[0]!.kind !== 'absent'
  })
  const call = double.made.find((m) => m.outId === late.outId)!
  t.match(asked, [{ kind: 'accepted', carrierId: call.callId }], 'taken; how it ended is not known yet')
  double.settle(call, { status: '200005' })
  t.match(await sender.ask!([late], never), [{ kind: 'refused', reason: '200005' }])
  double.settle(call, { seconds: 20 })
  t.match(await sender.ask!([late], never), [{ kind: 'accepted' }])
})

t.test('what a call report says: picked up, listened to for so long, pressed', async (t) => {
  const { double, one } = await open(t)
  await one()
  const call = double.made[0]!
  const read = (end: Parameters<typeof double.report>[1]) =>
    callbackShapes['alibaba-voice report']!.parse(double.report(call, end)).reports.map(({ raw: _, ...rest }) => rest)
  const claim = { outId: call.outId, phone: call.callee, carrierId: call.callId }
  t.match(read({ seconds: 9 }), [{ claim, receipt: { kind: 'opened' }, seconds: 9 }])
  t.match(read({ seconds: 30, key: '2' }), [{ receipt: { kind: 'opened' }, answer: { grade: 'pressed', value: '2' } }])
  t.match(read({ status: '200005' }), [{ receipt: { kind: 'failed', reason: '200005' } }])
  t.notOk('seconds' in read({ status: '200005' })[0]!, 'nobody listened to a call that nobody took')
  t.notOk(heardInFull(text, 9), 'hung up before the end of the first reading')
  t.ok(heardInFull(text, 20), 'one whole reading')
  t.notOk(heardInFull('', 0))
  t.same(['12秒', '12', 12, '', undefined].map(secondsOf), [12, 12, 12, 0, 0])
})

t.test('config/channels.yaml: voice', async (t) => {
  const dir = makeTestFolder(t)
  const read = (lines: string) => {
    const secrets = '  accessKeyId: A_KEY\n  accessKeySecret: A_SECRET\n  callbackSecret: A_CALLBACK\n'
    writeFileSync(join(dir, 'channels.yaml'), `voice:\n  carrier: alibaba-voice\n${secrets}${lines}`)
    return readConfig(dir, 'channels.yaml', channelsConfigSchema).voice
  }
  t.match(read(''), { carrier: 'alibaba-voice', endpoint: 'https://dyvmsapi.aliyuncs.com' })
  t.match(read("  calledShowNumber: '02352000000'\n  keys: { '1': TTS_1 }\n"), { keys: { '1': 'TTS_1' } })
  t.throws(() => read("  keys: { '1': TTS_1 }\n"), { message: /voice\.calledShowNumber: is needed for keys/ })
  t.throws(() => read("  keys: { '1': SMS_1 }\n"), { message: /channels\.yaml:6: voice\.keys\.1: must look like TTS_/ })
})
