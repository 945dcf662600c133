/** Who has moved away is taken out of the register by a date, never by deleting: tasks, moves and the ledger point at the row. */
export const name = '008-household-edits'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
export const sql = `
alter table household add column version int not null default 1, add column removed_at timestamptz, add column removed_reason text;
`
