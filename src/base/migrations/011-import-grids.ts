/** Not only households come from a file: an import says of what it is. state: trying | tried | applied | undone. */
export const name = '011-import-grids'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
export const sql = `
alter table register_import add column thing text not null default 'households';
`
