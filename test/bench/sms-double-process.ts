import { startSmsDouble } from '../rig/sms-double.js'
import { smsKeys, tellParent } from './delivery-parts.js'

/** The SMS double in a process of its own: every check of the carrier, and of the messages only their number and the two moments. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the carrier's own notation
const templates = [{ code: 'SMS_1', text: '暴雨红色预警信号:${grid}低洼处和一楼住户${until}前请到安置点。${helper}。' }]
const ends: (() => unknown)[] = []
const double = await startSmsDouble({ teardown: (end) => void ends.push(end) }, { ...smsKeys, templates, countOnly: true })

/** Of the burst since it was last asked. */
let seen = 0
let firstAt = 0
let lastAt = 0
setInterval(() => {
  if (double.count === seen) return
  firstAt ||= Date.now()
  lastAt = Date.now()
  seen = double.count
}, 1)
tellParent(
  async () => {
    for (const end of ends) await end()
  },
  () => {
    const told = { origin: double.origin, count: double.count, requests: double.requests, firstAt, lastAt }
    firstAt = 0
    return told
  },
)
