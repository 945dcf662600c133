import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Doorbell } from '../base/doorbell.js'
import type { Log } from '../base/log.js'
import { Problem } from '../base/problem.js'
import type { Seal } from '../base/seal.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { callbackShapes } from './callback-shapes.js'
import { keepCallback } from './callback-store.js'
import { callbackBell, sealedFor } from './fold-callbacks.js'

interface Deps {
  store: Store
  seal: Seal
  log: Log
  doorbell: Pick<Doorbell, 'ring'>
  /** The last part of the address, by carrier; a carrier that is not configured is not here and answers 404. */
  callbackSecrets: Map<string, string>
}

const params = z.object({ carrier: z.string().max(40), kind: z.string().max(40), secret: z.string().max(200) })
const thanks = z.object({ code: z.literal(0), msg: z.string() })

/**
 * POST /api/callbacks/:carrier/:kind/:secret — receipts, replies and call results. Kept as they came and answered at once; what
 * they mean is looked at afterwards (fold-callbacks.ts), so a carrier never waits for us and a kill loses nothing.
 */
export function callbackRoutes(app: App, { store, seal, log, doorbell, callbackSecrets }: Deps): void {
  app.post(
    '/api/callbacks/:carrier/:kind/:secret',
    { schema: { params, response: { 200: thanks } }, config: { rateLimit: false } },
    async (request) => {
      const { carrier, kind, secret } = request.params
      const shape = callbackShapes[`${carrier} ${kind}`]
      const expected = callbackSecrets.get(carrier)
      if (!shape || !expected || !sameSecret(secret, expected))
        throw new Problem('not-found', '没有这个地址', 'no callback at this address')
      const { body } = request
      const read = shape.safeParse(body)
      if (!read.success) {
        log.warn({ carrier, kind }, 'a carrier sent something that is no report of its kind; it was refused')
        const errors = read.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
        throw new Problem('malformed', '回执格式不对', 'the body is not what this carrier sends', errors)
      }
      await store.system((tx) => keepCallback(tx, { carrier, kind, sealed: seal.seal(body, sealedFor), tries: 0, afterMinutes: 0 }))
      doorbell.ring(callbackBell)
      return { code: 0 as const, msg: '成功' }
    },
  )
}

const sameSecret = (a: string, b: string): boolean => {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
