import { CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import { actorOf, type Tx, takesCopy } from './store.js'

/** A COPY whose one parameter is all of its lines: the quickest way to write very many rows. */
class CopyIn {
  readonly done: Promise<pg.QueryResult>
  private settle!: (rows: number) => void
  private fail!: (e: Error) => void
  private rows = 0
  constructor(
    private readonly text: string,
    private readonly lines: string,
  ) {
    this.done = new Promise((ok, no) => {
      this.settle = (rowCount) => ok({ command: 'COPY', rowCount, oid: 0, rows: [], fields: [] })
      this.fail = no
    })
  }
  submit(connection: pg.Connection): void {
    connection.query(this.text)
  }
  handleCopyInResponse(connection: pg.Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
    connection.sendCopyFromChunk(Buffer.from(this.lines))
    connection.endCopyFrom()
  }
  handleCommandComplete(message: { text: string }): void {
    this.rows = Number(message.text.split(' ')[1])
  }
  handleReadyForQuery(): void {
    this.settle(this.rows)
  }
  handleError(e: Error): void {
    this.fail(e)
  }
}

/** The driver's client, which can take a COPY like any other statement. */
export class CopyingClient extends pg.Client {}
const plain = pg.Client.prototype.query as (...words: unknown[]) => unknown
CopyingClient.prototype.query = function query(this: pg.Client, ...words: unknown[]) {
  const [text, values] = words
  if (typeof text !== 'string' || !text.startsWith('copy ')) return plain.apply(this, words)
  const copy = new CopyIn(text, String((values as unknown[])[0]))
  plain.call(this, copy)
  return copy.done
} as typeof pg.Client.prototype.query

/**
 * Copies lines (text format) into a table and its columns; false where that is not to be had, or where one of the rows stands there
 * already. Row security lets no COPY through, so the role is left for this one statement, and only by who may see everything.
 */
export async function copyIn(tx: Tx, into: string, lines: string): Promise<boolean> {
  if (!takesCopy(tx) || actorOf(tx).scope !== '') return false
  await sql`savepoint copied`.execute(tx)
  try {
    await sql`set local role none`.execute(tx)
    await tx.executeQuery(CompiledQuery.raw(`copy ${into} from stdin`, [lines]))
    await sql`set local role yinshi_app`.execute(tx)
  } catch (e) {
    if ((e as { code?: unknown }).code !== '23505') throw e
    await sql`rollback to savepoint copied`.execute(tx)
    return false
  }
  await sql`release savepoint copied`.execute(tx)
  return true
}
