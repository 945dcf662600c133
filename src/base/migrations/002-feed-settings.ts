/** What a feed is configured with besides its address (feeds/source-settings.ts), read by whichever process reads its bulletins. */
export const name = '002-feed-settings'
export const scopedTables = [] as const
export const sharedTables = [] as const

export const sql = /* sql */ `
alter table feed add column settings jsonb not null default '{}';
`
