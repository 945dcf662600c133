import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.js'
import type { Environment } from '../base/config.js'
import { newSecret } from '../base/ids.js'
import type { Log } from '../base/log.js'
import type { Actor, Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { renewSampleAccounts } from '../people/sample-accounts.js'
import { sampleResidentHousehold, sampleStaffIds } from '../register/sample/load-sample.js'
import type { Register } from '../register/snapshot.js'
import { createCast } from './cast.js'
import { createDrill, type Drill } from './drill.js'
import { startDrillFeed } from './drill-feed.js'
import type { TourGuests } from './drill-routes.js'
import { createGuestTokens, type GuestTokens } from './guest-tokens.js'
import type { Ask } from './stage.js'

const place = '500154002'

/** The accounts of the sample register, in the order the login page shows them. */
export const sampleAccounts = [
  { username: 'officer', roleName: '值班员', roleNameEn: 'Duty officer', place, staffId: sampleStaffIds.officer },
  { username: 'commander', roleName: '带班领导', roleNameEn: 'Commander', place, staffId: sampleStaffIds.commander },
  {
    username: 'secretary',
    roleName: '社区书记',
    roleNameEn: 'Community secretary',
    place: `${place}001`,
    staffId: sampleStaffIds.secretary,
  },
  { username: 'chief', roleName: '楼栋长', roleNameEn: 'Building chief', place: `${place}001004`, staffId: sampleStaffIds.chief },
  { username: 'worker', roleName: '网格员', roleNameEn: 'Grid worker', place: `${place}001004`, staffId: sampleStaffIds.worker },
  { username: 'keeper', roleName: '安置点管理员', roleNameEn: 'Shelter keeper', place: `${place}001`, staffId: sampleStaffIds.keeper },
  { username: 'auditor', roleName: '审计员', roleNameEn: 'Auditor', place, staffId: '' },
  { username: 'admin', roleName: '管理员', roleNameEn: 'Administrator', place, staffId: '' },
] as const

export interface DrillRoom {
  drill: Drill
  tokens: GuestTokens
  guests: () => Promise<TourGuests>
  password: string
  ingestKey: string
  /** Where `npm run drill` finds the running service: written once it listens. */
  announce(url: string): void
  stop(): Promise<void>
}

interface Deps {
  environment: Environment
  store: Store
  clock: Clock
  log: Log
  register: Register
  app: App
  addTokenSource: (find: (token: string) => Actor | null) => void
  settle: () => Promise<void>
}

/** Everything a sample register has and a live one has not: accounts with one password, the drill's feed, guests of the tour. */
export async function openDrillRoom({ environment, store, clock, log, register, app, addTokenSource, settle }: Deps): Promise<DrillRoom> {
  const password = environment.samplePassword ?? newSecret().slice(0, 12)
  const ingestKey = environment.sampleIngestKey ?? newSecret()
  await renewSampleAccounts(store, [...sampleAccounts], password, ingestKey, place)
  // On the first start the register was read before its staff had accounts.
  await register.refresh()
  // A drill's station is gone with the process that ran it: its rows are asked no more, and its silence is no danger.
  await store.system((tx) => tx.updateTable('feed').set({ source: 'retired' }).where('source', '=', 'drill').execute())
  // So is whoever would have let its clock go on.
  if (clock.stopsAt !== null) await clock.move({ speed: 1, stopsAt: null })
  const tokens = createGuestTokens()
  addTokenSource(tokens.find)
  const scopeOf = (username: string) => sampleAccounts.find((a) => a.username === username)!.place
  const ask: Ask = async <T>(who: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const token = tokens.issue({ person: who, role: who, scope: scopeOf(who) })
    const answer = await app.inject({
      method,
      url: path,
      // Callers of their own: what the players ask does not count as the viewer's requests.
      remoteAddress: '127.0.0.2',
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    if (answer.statusCode >= 400)
      throw new Error(`${who} ${method} ${path.split('?')[0]}: ${answer.statusCode} ${answer.body.slice(0, 300)}`)
    return answer.json() as T
  }
  const resident = async () => {
    const home = register.snapshot().households.find((h) => h.id === sampleResidentHousehold)
    const contactId = home?.contacts.find((c) => c.relation === 'self')?.contactId ?? 0
    return { contactId, name: register.directory().household(sampleResidentHousehold)?.head ?? '', place: home?.place ?? place }
  }
  const feed = await startDrillFeed()
  const cast = createCast({
    store,
    clock,
    feed,
    configDir: environment.configDir,
    place,
    ask,
    residentContactId: async () => (await resident()).contactId,
  })
  const drill = createDrill({ store, clock, log, configDir: environment.configDir, place, feed, cast, settle })
  const keyFile = join(environment.dataDir, 'drill.json')
  return {
    drill,
    tokens,
    guests: async () => ({
      desk: { username: 'officer' },
      worker: { username: 'worker', scope: scopeOf('worker') },
      resident: await resident(),
    }),
    password,
    ingestKey,
    announce(url) {
      const token = tokens.issue({ person: 'officer', role: 'officer', scope: place })
      mkdirSync(environment.dataDir, { recursive: true, mode: 0o700 })
      writeFileSync(keyFile, JSON.stringify({ url, token }), { mode: 0o600 })
    },
    async stop() {
      rmSync(keyFile, { force: true })
      await drill.stop()
    },
  }
}
