import type { FastifyRequest } from 'fastify'
import { Problem } from '../base/problem.js'
import type { Actor, Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { findAccountByToken, findIngestKey } from '../people/people-store.js'
import { sessionCookie, tokenOf } from '../people/session-routes.js'

type Known = { actor: Actor | null; ingestKey: { id: string; place: string } | null; until: number }

/** How long a token's account is remembered without asking the store again; a log-out in this process forgets it at once. */
const rememberMs = 10_000

export interface Authentication {
  forget(token: string): void
  /** Tokens kept outside the store (the tour's resident phone); null = not one of those. */
  addSource(find: (token: string) => Actor | null): void
}

/** Sets request.actor and request.ingestKey, and refuses cookie requests of other sites (X-Yinshi, DESIGN §4). */
export function authenticate(app: App, store: Store): Authentication {
  const known = new Map<string, Known>()
  const sources: ((token: string) => Actor | null)[] = []
  const look = async (token: string): Promise<Known> => {
    const remembered = known.get(token)
    if (remembered && remembered.until > Date.now()) return remembered
    for (const find of sources) {
      const actor = find(token)
      if (actor) return { actor, ingestKey: null, until: 0 }
    }
    const found = await store.system(async (tx) => {
      const account = await findAccountByToken(tx, token)
      const ingestKey = account ? undefined : await findIngestKey(tx, token)
      return { actor: account ? { person: account.id, role: account.role, scope: account.scope } : null, ingestKey: ingestKey ?? null }
    })
    const entry = { ...found, until: Date.now() + rememberMs }
    if (known.size > 10_000) known.clear()
    if (entry.actor || entry.ingestKey) known.set(token, entry)
    return entry
  }

  app.decorateRequest('actor', null)
  app.decorateRequest('ingestKey', null)
  app.addHook('onRequest', async (request) => {
    const token = tokenOf(request)
    if (!token) return
    const { actor, ingestKey } = await look(token)
    request.actor = actor
    request.ingestKey = ingestKey
    if (actor && !isSafe(request) && isCookieOnly(request) && request.headers['x-yinshi'] !== '1')
      throw new Problem(
        'forbidden',
        '请求来源无法确认',
        'requests that change something and use the session cookie must carry the header X-Yinshi: 1',
      )
  })
  return { forget: (token) => known.delete(token), addSource: (find) => sources.push(find) }
}

const isSafe = (request: FastifyRequest) => request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
const isCookieOnly = (request: FastifyRequest) => !request.headers.authorization && sessionCookie in request.cookies
