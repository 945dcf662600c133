/** Imports of households: what was read and what was there before, sealed grid by grid like the register itself (register/import). */
export const name = '007-register-import'
export const scopedTables = ['register_import_block'] as const
export const sharedTables = ['register_import'] as const

export const sql = /* sql */ `
-- place is the area of who imported; times are of the real clock, for a drill turns the other one back; state: tried | applied | undone. counts and problems name nobody.
create table register_import (
  id text primary key, place text not null, state text not null default 'tried', person text not null, datum text not null, encoding text not null,
  counts jsonb not null, problems jsonb not null default '[]', tried_at timestamptz not null default clock_timestamp(), applied_at timestamptz, undone_at timestamptz);
-- incoming: the rows that were taken. before: what undoing puts back; null until it is applied.
create table register_import_block (
  import_id text not null references register_import(id) on delete cascade, place text not null, incoming bytea not null, before bytea,
  primary key (import_id, place));
`
