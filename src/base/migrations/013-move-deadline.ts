/** By when the moving is to be done, and which rule or whose reason says so. */
export const name = '013-move-deadline'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
export const sql = `
alter table evacuation add column deadline_basis text not null default '';
`
