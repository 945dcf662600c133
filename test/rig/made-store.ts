import { createHash, randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { createSeal } from '../../src/base/seal.js'
import { openStore } from '../../src/base/store/open-store.js'
import { loadSample } from '../../src/register/sample/load-sample.js'

/** What a test's store begins with: nothing, the tables, or the sample subdistrict in them. */
export type Content = 'nothing' | 'tables' | 'sample'

/** The key the sample subdistrict is sealed with in every test. */
export const sampleKey = Buffer.alloc(32, 9)
export const sampleSeal = createSeal(sampleKey)

/*
 * A store is made once and copied by every test: to make one takes 3 to 6 s of a processor, to copy it a tenth of a second.
 * It is named by the sources it hangs on; several processes may make the same one, the first to finish gives it its name.
 */
const root = join(import.meta.dirname, '..', '..')
const folders = join(root, '.tap', 'stores')
const databases = 'yinshi_made_'

let known: string | null = null
const hash = () => {
  known ??= hashSources()
  return known
}
const nameOf = (content: Content): string => `${content}_${hash()}`
function hashSources(): string {
  const hash = createHash('sha256')
  for (const room of ['base', 'journal', 'register'])
    for (const file of readdirSync(join(root, 'src', room), { recursive: true, encoding: 'utf8' }).sort())
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(root, 'src', room, file)))
  return hash.digest('hex').slice(0, 16)
}

async function make(content: Content, where: { databaseUrl: string | null; dataDir: string }): Promise<void> {
  const store = await openStore(where)
  try {
    if (content === 'sample') await loadSample(store, sampleSeal)
  } finally {
    await store.close()
  }
}

/** A folder for the embedded store, filled. */
export async function fillFolder(dataDir: string, content: Content): Promise<void> {
  if (content === 'nothing') return
  const made = join(folders, nameOf(content))
  if (!existsSync(made)) {
    const own = `${made}.${process.pid}`
    mkdirSync(own, { recursive: true })
    await fillFolder(own, content === 'sample' ? 'tables' : 'nothing')
    await make(content, { databaseUrl: null, dataDir: own })
    if (existsSync(made)) rmSync(own, { recursive: true })
    else renameSync(own, made)
    clearFolders()
  }
  cpSync(made, dataDir, { recursive: true })
}

/** What older sources left behind; a test that runs on them right now has an hour. */
function clearFolders(): void {
  for (const name of readdirSync(folders)) {
    const folder = join(folders, name)
    const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (!name.includes(hash()) && since < Date.now() - 3_600_000) rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes a database with this in it; `admin` may do so. */
export async function fillDatabase(admin: pg.Client, name: string, content: Content, urlOf: (name: string) => string): Promise<void> {
  if (content === 'nothing') return void (await admin.query(`create database ${name}`))
  const made = databases + nameOf(content)
  const isThere = async () => (await admin.query('select from pg_database where datname = $1', [made])).rowCount === 1
  if (!(await isThere())) {
    const own = `${databases}${randomBytes(6).toString('hex')}`
    await fillDatabase(admin, own, content === 'sample' ? 'tables' : 'nothing', urlOf)
    await make(content, { databaseUrl: urlOf(own), dataDir: '' })
    await admin.query(`alter database ${own} rename to ${made}`).catch(async (e: pg.DatabaseError) => {
      if (!(await isThere())) throw e
      await admin.query(`drop database ${own}`)
    })
    await clearDatabases(admin)
  }
  await admin.query(`create database ${name} template ${made}`)
}

async function clearDatabases(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database where datname like $1 and datname not like $2
      and (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 hour'`,
    [`${databases}%`, `%${hash()}`],
  )
  for (const { datname } of rows) await admin.query(`drop database if exists ${datname}`).catch(() => {})
}
