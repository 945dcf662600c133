/** Which rule gave the deadline of an evacuation, for readers of English. */
export const name = '015-deadline-english'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
export const sql = `
alter table evacuation add column deadline_basis_en text not null default '';
`
