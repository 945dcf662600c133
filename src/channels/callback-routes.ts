import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Log } from '../base/log.js'
import { Problem } from '../base/problem.js'
import type { Seal } from '../base/seal.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import type { Inbox, PersonAnswer, Receipt } from '../delivery/sender.js'
import { record } from '../journal/journal.js'
import type { Register } from '../register/snapshot.js'
import { smsReplyShape, smsReportShape, voiceReportShape } from './callback-shapes.js'
import { findOpenOutIds, findSent, type SentOne } from './callback-store.js'
import { brokenBy } from './sms/sms-verdict.js'

interface Deps {
  store: Store
  register: Register
  seal: Seal
  inbox: Inbox
  log: Log
  /** The last part of the address, by carrier; a carrier that is not configured is not here and answers 404. */
  callbackSecrets: Map<string, string>
}

/** What a report claims of one message. All three must be what we know of it, or somebody made it up. */
interface Claim {
  outId: string | undefined
  phone: string | undefined
  carrierId: string
}

const params = z.object({ carrier: z.string().max(40), kind: z.string().max(40), secret: z.string().max(200) })
const thanks = z.object({ code: z.literal(0), msg: z.string() })

/** POST /api/callbacks/:carrier/:kind/:secret — receipts, replies and call results. They only move states; nothing is ever sent because of one. */
export function callbackRoutes(app: App, deps: Deps): void {
  const kinds: Record<string, (body: unknown) => Promise<void>> = {
    'alibaba-sms report': (body) => takeSmsReports(deps, read(smsReportShape, body)),
    'alibaba-sms reply': (body) => takeSmsReplies(deps, seenReplies, read(smsReplyShape, body)),
    'alibaba-voice report': (body) => takeVoiceReports(deps, read(voiceReportShape, body)),
  }
  const seenReplies = new Set<string>()
  app.post(
    '/api/callbacks/:carrier/:kind/:secret',
    { schema: { params, response: { 200: thanks } }, config: { rateLimit: false } },
    async (request) => {
      const { carrier, kind, secret } = request.params
      const take = kinds[`${carrier} ${kind}`]
      const expected = deps.callbackSecrets.get(carrier)
      if (!take || !expected || !sameSecret(secret, expected)) throw new Problem('not-found', '没有这个地址', 'no callback at this address')
      await take(request.body)
      return { code: 0 as const, msg: '成功' }
    },
  )
}

const sameSecret = (a: string, b: string): boolean => {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

function read<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const errors = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw new Problem('malformed', '回执格式不对', 'the body is not what this carrier sends', errors)
}

/** Splits reports into ours and made-up ones. An id we do not know at all is somebody else's (a shared account) and is passed over. */
async function sort<T>(deps: Deps, reports: T[], claimOf: (report: T) => Claim): Promise<{ report: T; outId: string }[]> {
  const claims = reports.map(claimOf)
  const ids = [...new Set(claims.flatMap((claim) => claim.outId ?? []))]
  const sent = ids.length === 0 ? new Map<string, SentOne>() : await deps.store.system((tx) => findSent(tx, ids))
  const directory = deps.register.directory()
  const ours: { report: T; outId: string }[] = []
  let forged = 0
  reports.forEach((report, i) => {
    const claim = claims[i]!
    const known = claim.outId === undefined ? undefined : sent.get(claim.outId)
    if (!known) return
    const address = directory.address(known.contactId)
    const phoneFits = claim.phone !== undefined && address !== undefined && normal(claim.phone) === normal(address)
    const idFits = known.carrierId === null || known.carrierId === claim.carrierId
    if (phoneFits && idFits) ours.push({ report, outId: known.outId })
    else forged++
  })
  if (forged > 0) {
    deps.log.warn({ forged }, 'receipts that do not fit what was sent were refused')
    await deps.store.system((tx) =>
      record(tx, { event: 'receipt.refused', place: '', thing: { type: 'carrier', id: 'callback' }, data: { count: forged } }),
    )
    if (ours.length === 0) throw new Problem('forbidden', '回执与发送记录不符', 'number, out id and carrier id do not belong together')
  }
  return ours
}

const normal = (phone: string): string => phone.replace(/[^\d]/g, '').replace(/^0{0,2}86(?=1\d{10}$)/, '')

async function takeSmsReports(deps: Deps, reports: z.output<typeof smsReportShape>): Promise<void> {
  const ours = await sort(deps, reports, (r) => ({ outId: r.out_id, phone: r.phone_number, carrierId: r.biz_id }))
  const receipts = ours.map(
    ({ report, outId }): Receipt =>
      report.success
        ? { outId, kind: 'delivered' }
        : { outId, kind: 'failed', reason: (report.err_code ?? 'failed').slice(0, 60), ...brokenBy(report.err_code ?? '') },
  )
  if (receipts.length > 0) await deps.inbox.receive(receipts)
}

const mostSeen = 10_000

/** A reply carries no id of ours: it is matched by number and counts for every open alert of that number, graded below a key pressed on a call. */
async function takeSmsReplies(deps: Deps, seen: Set<string>, replies: z.output<typeof smsReplyShape>): Promise<void> {
  for (const { phone_number, content, sequence_id } of replies) {
    if (sequence_id !== undefined && seen.has(sequence_id)) continue
    const value = content.trim().slice(0, 200)
    const blind = deps.seal.blind(`+86${normal(phone_number)}`)
    const outIds = await deps.store.system((tx) => findOpenOutIds(tx, blind))
    if (outIds.length === 0) deps.log.info({}, 'a reply came from a number without an open alert')
    for (const outId of outIds) await deps.inbox.answer({ outId, grade: 'pressed', value })
    if (seen.size >= mostSeen) seen.clear()
    if (sequence_id !== undefined) seen.add(sequence_id)
  }
}

const pickedUp = '200000'

async function takeVoiceReports(deps: Deps, reports: z.output<typeof voiceReportShape>): Promise<void> {
  const ours = await sort(deps, reports, (r) => ({ outId: r.out_id, phone: r.callee, carrierId: r.call_id }))
  const receipts: Receipt[] = []
  const answers: PersonAnswer[] = []
  for (const { report, outId } of ours) {
    const key = report.dtmf?.trim() ?? ''
    if (key !== '') answers.push({ outId, grade: 'pressed', value: key.slice(0, 20) })
    // No code of a call condemns the number: unpaid today may be paid tomorrow, and who is out of reach is only out of reach tonight.
    receipts.push(
      key !== '' || report.status_code === pickedUp
        ? { outId, kind: 'opened' }
        : { outId, kind: 'failed', reason: report.status_code.slice(0, 60) },
    )
  }
  if (receipts.length > 0) await deps.inbox.receive(receipts)
  for (const answer of answers) await deps.inbox.answer(answer)
}
