/** When a chunk was last sent from, so that what a number has had of late can be counted; and which carriers are in trouble. */
export const name = '018-budgets'
export const scopedTables: readonly string[] = []
export const sharedTables: readonly string[] = []

export const sql = /* sql */ `
-- sending: its lease was taken to send from it, not to close it. Only chunks are written for the counting, never the rows of deliveries.
alter table delivery_chunk add column sending boolean not null default false, add column sent_at timestamptz;
create index delivery_chunk_sent on delivery_chunk (channel, sent_at) where sent_at is not null;
create index delivery_chunk_sending on delivery_chunk (channel) where sending;
-- A row as long as the trouble lasts. cause: failing | account (nothing is taken until a person puts it right).
create table carrier_trouble (
  channel text not null, carrier text not null, cause text not null, reason text not null, since timestamptz not null default clock_now(),
  primary key (channel, carrier));
`
