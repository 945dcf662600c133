/** What a migration brings: its SQL, and for each new table whether it is scoped or shared. Neither: it names nobody and has no place. */
export interface Migration {
  name: string
  sql: string
  /** Seen by a scope that is a prefix of the row's place. */
  scopedTables: readonly string[]
  /** Concern everybody below and above their place too: a warning for the district is read by a worker of one grid. */
  sharedTables: readonly string[]
}

/** Row-level security, generated so that no table can be forgotten (test/shape checks the lists against the schema). */
export function rowSecurity({ scopedTables, sharedTables }: Migration): string {
  const scope = `current_setting('yinshi.scope', true)`
  const within = `starts_with(place, (select ${scope}))`
  const rule = (table: string, read: string) => `
alter table ${table} enable row level security;
create policy ${table}_read on ${table} for select using (${read});
create policy ${table}_add on ${table} for insert with check (${read});
create policy ${table}_change on ${table} for update using (${read}) with check (${read});
create policy ${table}_remove on ${table} for delete using (${within});`
  return [
    ...scopedTables.map((t) => rule(t, within)),
    ...sharedTables.map((t) => rule(t, `${within} or starts_with((select ${scope}), place)`)),
  ].join('\n')
}

/** Tables made by a later migration are opened to the service like those of the first. */
export const grants = `
grant select, insert, update, delete on all tables in schema public to yinshi_app;
grant usage, select on all sequences in schema public to yinshi_app;
revoke update, delete on journal from yinshi_app;`
