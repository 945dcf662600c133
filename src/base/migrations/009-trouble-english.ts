/** What is wrong with a feed is told in both languages. */
export const name = '009-trouble-english'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []
export const sql = `
alter table feed add column last_error_en text;
`
