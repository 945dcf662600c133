/** What joins messages of several sources into one warning, and what a Cancel of a list says instead of references. */
export const name = '004-warning-sources'
export const scopedTables = [] as const
export const sharedTables = [] as const

export const sql = /* sql */ `
-- issuer: the station as one key, however long its name was written. digest: codes, box, words, loose (warnings/digest.ts).
alter table warning add column issuer text not null default '', add column digest jsonb not null default '{}',
  add column joined_to text references warning(id), add column expires_assumed boolean not null default false,
  add column muted jsonb not null default '[]';
create index warning_joined on warning (joined_to);
create index warning_muted on warning using gin (muted jsonb_path_ops) where muted <> '[]';
create index warning_topic on warning (issuer, event, sent) where issuer <> '';
alter table tombstone add column part text not null default '', add column issuer text not null default '', add column event text not null default '',
  add column level text not null default 'unknown', add column digest jsonb not null default '{}', add column headline text not null default '';
alter table tombstone drop constraint tombstone_pkey;
alter table tombstone add primary key (sender, identifier, sent, part);
create index journal_matched on journal ((data ->> 'feedId'), at) where event = 'warning.matched';
create index tombstone_topic on tombstone (issuer, event, sent) where issuer <> '';
`
