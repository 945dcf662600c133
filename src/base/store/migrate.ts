import { type Kysely, sql } from 'kysely'
import * as first from '../migrations/001-first.js'
import * as feedSettings from '../migrations/002-feed-settings.js'
import * as feedWatch from '../migrations/003-feed-watch.js'
import * as warningSources from '../migrations/004-warning-sources.js'
import * as clockStop from '../migrations/005-clock-stop.js'
import * as stations from '../migrations/006-stations.js'
import * as registerImport from '../migrations/007-register-import.js'
import * as householdEdits from '../migrations/008-household-edits.js'
import * as troubleEnglish from '../migrations/009-trouble-english.js'
import * as duty from '../migrations/010-duty.js'
import * as importGrids from '../migrations/011-import-grids.js'
import * as registerVersions from '../migrations/012-register-versions.js'
import * as moveDeadline from '../migrations/013-move-deadline.js'
import * as things from '../migrations/014-things.js'
import * as deadlineEnglish from '../migrations/015-deadline-english.js'
import * as leanDeliveries from '../migrations/016-lean-deliveries.js'
import * as ladderCalls from '../migrations/017-ladder-calls.js'
import * as budgets from '../migrations/018-budgets.js'
import * as receipts from '../migrations/019-receipts.js'
import { grants, type Migration, rowSecurity } from './row-security.js'
import type { Tables } from './tables.js'

/** In the order they are run. What was released is never edited: a change is a new file. */
export const migrations: Migration[] = [
  first,
  feedSettings,
  feedWatch,
  warningSources,
  clockStop,
  stations,
  registerImport,
  householdEdits,
  troubleEnglish,
  duty,
  importGrids,
  registerVersions,
  moveDeadline,
  things,
  deadlineEnglish,
  leanDeliveries,
  ladderCalls,
  budgets,
  receipts,
]

/** Brings the schema up to date, one transaction per migration, one process at a time. A newer schema than ours is refused. */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const done: string[] = []
  for (const migration of migrations) {
    await db.transaction().execute(async (tx) => {
      // First of all: two processes that make the same table at once fail, "if not exists" or not.
      await sql`select pg_advisory_xact_lock(7264001)`.execute(tx)
      await sql`create table if not exists migration (name text primary key, at timestamptz not null default now())`.execute(tx)
      const { rows } = await sql<{ name: string }>`select name from migration`.execute(tx)
      const unknown = rows.filter((r) => !migrations.some((m) => m.name === r.name))
      if (unknown.length > 0)
        throw new Error(
          `The store was written by a newer Yinshi (${unknown.map((r) => r.name).join(', ')}). Install that version or restore a backup.`,
        )
      if (rows.some((r) => r.name === migration.name)) return
      await sql.raw(migration.sql + rowSecurity(migration) + grants).execute(tx)
      await sql`insert into migration (name) values (${migration.name})`.execute(tx)
      done.push(migration.name)
    })
  }
  return done
}
