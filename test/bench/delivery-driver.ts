import { channelsConfigSchema } from '../../src/channels/channels-config.js'
import { createSendToMany } from '../../src/channels/sms/send-to-many.js'
import type { Outgoing } from '../../src/delivery/sender.js'
import { phoneOf } from './delivery-ground.js'
import { smsKeys, tellParent } from './delivery-parts.js'

/** undici driving the double with the same requests and no bookkeeping: CARRIER, PEOPLE, SHARE (0 or 1). Begins when it is asked. */
const { CARRIER = '', PEOPLE = '0', SHARE = '0' } = process.env
const { sms } = channelsConfigSchema.parse({
  sms: {
    carrier: 'alibaba-sms',
    endpoint: CARRIER,
    signName: smsKeys.signName,
    accessKeyId: 'A',
    accessKeySecret: 'B',
    callbackSecret: 'C',
  },
})
if (sms.carrier !== 'alibaba-sms') throw new Error('the driver needs the double')
const send = createSendToMany(sms, smsKeys)
const groups = Array.from({ length: Number(PEOPLE) / 400 }, (_, g) =>
  Array.from({ length: 200 }, (_, i) => {
    const parameters = { grid: '三中社区第七网格', until: '12日6时', helper: '网格员正赶来' }
    return { address: phoneOf((g * 2 + Number(SHARE)) * 200 + i), batchId: `g${g}`, parameters } as unknown as Outgoing
  }),
)
let done = 0
const drive = async () => {
  for (let group = groups.pop(); group; group = groups.pop()) {
    await send(group, 'SMS_1', new AbortController().signal)
    done += group.length
  }
}
tellParent(
  async () => {},
  () => {
    if (done === 0) for (let i = 0; i < 6; i++) drive()
    return { done }
  },
)
