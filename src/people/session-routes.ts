import { verify } from '@node-rs/argon2'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '../base/problem.js'
import { type Store, systemActor } from '../base/store/store.js'
import { type App, signedIn } from '../base/web.js'
import { record } from '../journal/journal.js'
import type { Account } from './people.js'
import { closeSession, findPersonByUsername, openSession } from './people-store.js'
import { roles, verbsOf } from './permissions.js'

export const sessionCookie = 'yinshi'

const accountShape = z.object({
  account: z.string(),
  name: z.string(),
  role: z.enum([...roles, 'resident', 'machine']),
  scope: z.string(),
  verbs: z.array(z.string()),
})
const credentials = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })

/** A hash of nothing anybody knows: an unknown name costs the same time as a wrong password. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

interface Deps {
  store: Store
  secureCookie: boolean
  /** On a sample register the login page has a button per sample account. */
  sampleLogins: boolean
  forget: (token: string) => void
}

/** POST /api/sessions, POST /api/sessions/sample, DELETE /api/sessions, GET /api/me. */
export function sessionRoutes(app: App, { store, secureCookie, sampleLogins, forget }: Deps): void {
  const open = async (account: Account, request: FastifyRequest, reply: FastifyReply) => {
    const actor = { person: account.id, role: account.role, scope: account.scope }
    const token = await store.act(actor, async (tx) => {
      const made = await openSession(tx, account, 'cookie')
      await record(tx, {
        event: 'session.opened',
        place: account.scope,
        thing: { type: 'person', id: account.id },
        data: { address: request.ip },
      })
      return made
    })
    reply.setCookie(sessionCookie, token, { path: '/', httpOnly: true, sameSite: 'strict', secure: secureCookie, maxAge: 12 * 3600 })
    return { account: account.username, name: account.name, role: account.role, scope: account.scope, verbs: verbsOf(account.role) }
  }
  const limited = { config: { rateLimit: { max: 20, timeWindow: '1 minute' } } }

  app.post('/api/sessions', { ...limited, schema: { body: credentials, response: { 200: accountShape } } }, async (request, reply) => {
    const { username, password } = request.body
    const person = await store.system((tx) => findPersonByUsername(tx, username))
    const right = await verify(person?.passwordHash ?? nobody, password).catch(() => false)
    if (!person || !right || !person.active) {
      await store.system((tx) =>
        record(tx, {
          event: 'session.refused',
          place: person?.scope ?? '',
          thing: { type: 'person', id: person?.id ?? 'unknown' },
          data: { address: request.ip },
        }),
      )
      throw new Problem('unauthenticated', '用户名或密码不对', 'the user name or the password is wrong; check both, capitals count')
    }
    return open(person, request, reply)
  })

  if (sampleLogins) {
    const body = z.object({ username: z.string().min(1).max(64) })
    app.post('/api/sessions/sample', { schema: { body, response: { 200: accountShape } } }, async (request, reply) => {
      const person = await store.system((tx) => findPersonByUsername(tx, request.body.username))
      if (!person?.active) throw new Problem('unauthenticated', '没有这个示例账号', 'no sample account has this name')
      return open(person, request, reply)
    })
  }

  app.delete('/api/sessions', { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const token = tokenOf(request)
    if (token && request.actor) {
      await store.act(request.actor, async (tx) => {
        await closeSession(tx, token)
        await record(tx, { event: 'session.closed', place: request.actor!.scope, thing: { type: 'person', id: request.actor!.person } })
      })
      forget(token)
    }
    return reply.clearCookie(sessionCookie, { path: '/' }).status(204).send(null)
  })

  app.get('/api/me', { schema: { response: { 200: accountShape } } }, async (request) => {
    const actor = signedIn(request)
    const row = await store.act(systemActor, (tx) =>
      tx.selectFrom('person').select(['username', 'name']).where('id', '=', actor.person).executeTakeFirst(),
    )
    return {
      account: row?.username ?? actor.person,
      name: row?.name ?? '',
      role: actor.role as 'officer',
      scope: actor.scope,
      verbs: verbsOf(actor.role),
    }
  })
}

/** The session token a request carries: the cookie, or a bearer token. */
export function tokenOf(request: FastifyRequest): string | null {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? request.cookies[sessionCookie] ?? null
}
