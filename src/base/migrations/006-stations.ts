/** Gauges: where they stand, what they said, and which thresholds they are over (feeds/observations). */
export const name = '006-stations'
export const scopedTables = [] as const
export const sharedTables = ['station', 'threshold_state'] as const

export const sql = /* sql */ `
-- place is the grid or community it speaks for, or what several of them have in common; places are all of them. expected_at: since when it should speak.
create table station (
  id text primary key, place text not null, places text[] not null, name text not null, kind text not null, source text not null, code text,
  lon double precision not null, lat double precision not null, every_seconds int not null, last_at timestamptz, offline_at timestamptz, retired boolean not null default false,
  expected_at timestamptz not null default clock_now());
create index station_source on station (source, code) where not retired;
-- station is the code in the source's own words; station_id is set when it is one of ours. seconds: how long a sum was gathered (0: a moment).
alter table observation
  add column station text, add column station_id text references station(id), add column quality text not null default 'unchecked',
  add column seconds int not null default 0, add column said_value double precision, add column said_unit text,
  add column received_at timestamptz not null default clock_now();
-- A reading repeated is one reading; this is also the index that thresholds and sparklines read by.
create unique index observation_reading on observation (station_id, kind, at, seconds);
-- checkpoint: where the rule stood so long ago that nothing late is expected any more; it is judged anew from there at every reading.
create table threshold_state (
  rule_id text not null, station_id text not null references station(id), place text not null, crossed boolean not null default false, since timestamptz,
  value double precision, missing int not null default 0, at timestamptz, series_id text, checkpoint jsonb not null, primary key (rule_id, station_id));
create index threshold_state_station on threshold_state (station_id);
`
