/** A group may speak to several chosen grids; who changes a point, a shelter, a group or a post says which version they read. */
export const name = '014-things'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
const versioned = ['hazard_point', 'shelter', 'grid_group', 'staff']
export const sql = `
alter table grid_group add column grids text[] not null default '{}';
${versioned.map((table) => `alter table ${table} add column version int not null default 1;`).join('\n')}
`
