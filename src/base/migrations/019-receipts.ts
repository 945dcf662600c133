/**
 * What carriers push to us is kept as it came before anything is done with it; what people wrote back and a person must read is
 * kept until somebody has dealt with it; and a chunk knows how often the carrier was asked for receipts that did not come.
 */
export const name = '019-receipts'
export const scopedTables = ['reply'] as const
export const sharedTables: readonly string[] = []
export const sql = /* sql */ `
-- Sealed, for it holds numbers; gone once it is folded into the rows. It has no place: nobody but the service reads it.
create table callback (
  id bigserial primary key, carrier text not null, kind text not null, sealed bytea not null, tries smallint not null default 0,
  received_at timestamptz not null default clock_now(), due_at timestamptz not null default clock_now());
create index callback_due on callback (due_at, id);

-- Number and words are sealed. source: a keyed hash of the carrier's own report, so that one told twice is kept once.
create table reply (
  id bigserial primary key, place text not null, contact_id bigint references contact(id), sealed bytea not null, source bytea not null unique,
  meaning text not null, alerts text[] not null default '{}', at timestamptz not null default clock_now(), settled_at timestamptz, settled_by text, settled_as text);
create index reply_contact on reply (contact_id);
create index reply_open on reply (id) where settled_at is null;

-- A reply names a number, and a number may stand in several grids.
create index contact_number on contact using hash (blind);

-- How often the carrier was asked since for the receipts that did not come.
alter table delivery_chunk add column asked smallint not null default 0;
create index delivery_chunk_asked on delivery_chunk (sent_at) where asked < 3 and sent_at is not null;
`
