/** Keeping watch over feeds: breaker, stuck content, the first poll as a baseline, and the rhythm of the last day. */
export const name = '003-feed-watch'
export const scopedTables = [] as const
export const sharedTables = [] as const

export const sql = /* sql */ `
alter table feed
  add column watch jsonb not null default '{}',
  add column baseline_at timestamptz,
  add column body_hash bytea,
  add column content_mark text,
  add column changed_at timestamptz,
  add column stuck_at timestamptz,
  add column breaker text not null default 'closed',
  add column trouble int not null default 0,
  add column cause text,
  add column told_cause text;
-- A feed that was asked before has had its first poll.
update feed set baseline_at = last_good, changed_at = last_new;
-- Which warnings an entry brought: when it leaves the list without a Cancel, that is noticed.
alter table feed_entry add column warning_ids text[] not null default '{}';
-- How polls went, per quarter of an hour of the last day: one small row instead of a row per poll.
create table feed_tick (feed_id text not null references feed(id) on delete cascade, slot timestamptz not null,
  good int not null default 0, bad int not null default 0, fresh int not null default 0, primary key (feed_id, slot));
`
