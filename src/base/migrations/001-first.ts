/**
 * The whole first schema. Every row of the domain hangs on a place code; row-level security compares it with the
 * scope of the transaction (see store.ts). Phones, names and needs live only inside sealed_block, one per grid.
 * Status columns of `delivery` are smallints (see delivery/delivery.ts) to keep its rows lean.
 */
export const name = '001-first'

/** Tables seen by a scope that is a prefix of the row's place. */
export const scopedTables = [
  'session',
  'grid_group',
  'household',
  'household_contact',
  'staff',
  'contact',
  'sealed_block',
  'hazard_point',
  'consent',
  'delivery',
  'answer',
  'sandbox_message',
  'evacuation_household',
  'task',
  'field_edit',
  'photo',
  'escalation',
] as const

/** Tables that concern everybody below (and above) their place: a warning for the district is read by a worker of one grid. */
export const sharedTables = [
  'place',
  'grid',
  'shelter',
  'bulletin',
  'observation',
  'warning',
  'alert',
  'alert_revision',
  'approval',
  'message',
  'delivery_chunk',
  'evacuation',
  'journal',
  'feed',
  'person',
  'ingest_key',
] as const

export const sql = /* sql */ `
do $$ begin create role yinshi_app nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('grant yinshi_app to %I', current_user); exception when others then null; end $$;

-- One clock for due times and expiry; tests and drills move it. Leases use the real clock.
create table clock (id smallint primary key check (id = 1), real_at timestamptz not null, virtual_at timestamptz not null, speed double precision not null);
insert into clock values (1, now(), now(), 1);
create function clock_now() returns timestamptz language sql stable
  as $$ select virtual_at + (clock_timestamp() - real_at) * speed from clock $$;

-- What this instance is: register 'sample' | 'live' | 'none', and other small facts.
create table fact (key text primary key, value jsonb not null);

create table journal (
  position bigserial primary key, at timestamptz not null default clock_now(), written_at timestamptz not null default clock_timestamp(),
  event text not null, person text not null, place text not null, thing_type text not null, thing_id text not null, series_id text,
  data jsonb not null default '{}');
create index journal_thing on journal (thing_type, thing_id, position);
create index journal_series on journal (series_id, position) where series_id is not null;

-- Everything that must happen: a reaction to a journal entry, or a timer. Any process claims it (skip locked).
create table todo (
  id bigserial primary key, kind text not null, subject text not null, payload jsonb not null default '{}', due_at timestamptz not null default '-infinity',
  attempts int not null default 0, lease_until timestamptz, last_error text, created_at timestamptz not null default clock_timestamp(), unique (kind, subject));
create index todo_due on todo (due_at);

create table place (place text primary key, name text not null, level text not null, aliases text[] not null default '{}');
create table person (
  id text primary key, username text not null unique, password_hash text not null, name text not null, role text not null, place text not null,
  active boolean not null default true, created_at timestamptz not null default clock_timestamp());
create table session (
  token_hash bytea primary key, person_id text not null references person(id), place text not null, via text not null,
  created_at timestamptz not null default clock_timestamp(), seen_at timestamptz not null default clock_timestamp(), expires_at timestamptz not null);
create index session_person on session (person_id);
create table ingest_key (id text primary key, name text not null, key_hash bytea not null unique, scope text not null, place text not null, active boolean not null default true);

create table grid (
  place text primary key, community text not null, number int not null, name text not null, geometry jsonb not null, households int not null default 0, people int not null default 0);
create index grid_community on grid (community);
create table shelter (
  id text primary key, place text not null, name text not null, address text not null, lon double precision not null, lat double precision not null,
  capacity_day int not null, capacity_night int not null, keeper_id text);
create table hazard_point (
  id text primary key, place text not null, kind text not null, number int not null, name text not null, lon double precision not null, lat double precision not null,
  radius_m int not null, grade text, keeper_id text);
create table contact (
  id bigserial primary key, place text not null, kind text not null, blind bytea not null, allow_listed boolean not null default false,
  broken text, unique (place, kind, blind));
create table staff (
  id text primary key, place text not null, name text not null, post text not null, duty boolean not null default false, deputy_id text references staff(id),
  contact_id bigint references contact(id), person_id text references person(id));
create index staff_contact on staff (contact_id);
create index staff_person on staff (person_id);
create index staff_deputy on staff (deputy_id);
create table grid_group (
  id text primary key, place text not null, name text not null, platform text not null, owner_id text not null references staff(id),
  robot_contact_id bigint references contact(id), members int not null default 0);
create index grid_group_owner on grid_group (owner_id);
create index grid_group_robot on grid_group (robot_contact_id);
create table household (
  id text primary key, place text not null, building text not null, unit int not null, floor int not null, room text not null,
  lon double precision, lat double precision, people int not null, tags text[] not null default '{}', at_home boolean not null default true,
  point_id text references hazard_point(id), shelter_id text references shelter(id), helper_id text references staff(id));
create index household_place on household (place);
create index household_point on household (point_id);
create index household_shelter on household (shelter_id);
create index household_helper on household (helper_id);
create table household_contact (
  household_id text not null references household(id), contact_id bigint not null references contact(id), place text not null, relation text not null,
  primary key (household_id, contact_id));
create index household_contact_contact on household_contact (contact_id);
-- AES-256-GCM of { households: {id: {head, members}}, contacts: {id: address} } of one grid (or one post).
create table sealed_block (place text primary key, version int not null, data bytea not null);
create table consent (household_id text not null references household(id), place text not null, extra text not null, given_at timestamptz not null, primary key (household_id, extra));

create table feed (
  id text primary key, place text not null, name text not null, dialect text not null, url text not null, standing text not null, every_seconds int not null,
  source text not null default 'config', etag text, last_modified text, next_due timestamptz not null default '-infinity', lease_until timestamptz,
  last_asked timestamptz, last_good timestamptz, last_new timestamptz, failures int not null default 0, last_error text, unchanged_count int not null default 0, requests int not null default 0,
  allow_private boolean not null default false, silent_after_seconds int not null default 900, silent_at timestamptz);
-- Entries of an index (Atom, RSS) that were read already, by id and the time they were last changed: they are not fetched again.
create table feed_entry (feed_id text not null references feed(id) on delete cascade, entry text not null, updated text not null, primary key (feed_id, entry));
create table bulletin (
  id text primary key, place text not null, feed_id text references feed(id), via text not null, dialect text not null, standing text not null,
  received_at timestamptz not null default clock_now(), content_type text, raw bytea not null, sha256 bytea not null,
  outcome text not null, reason text, hint text, summary text, problems jsonb not null default '[]', warning_ids text[] not null default '{}');
create index bulletin_sha on bulletin (sha256);
create index bulletin_feed on bulletin (feed_id);
create table observation (
  id bigserial primary key, place text not null, feed_id text references feed(id), bulletin_id text references bulletin(id), kind text not null, unit text not null,
  value double precision, at timestamptz not null, forecast boolean not null default false);
create index observation_feed on observation (feed_id);
create index observation_bulletin on observation (bulletin_id);

create table warning (
  id text primary key, place text not null, bulletin_id text not null references bulletin(id), identifier text not null, sender text not null, sent timestamptz not null,
  part text not null default '', status text not null, msg_type text not null, scope text not null, event text not null, event_code text, level text not null,
  level_basis text not null, headline text not null, state text not null, superseded_by text references warning(id), ended_at timestamptz, standing text not null,
  effective timestamptz, onset timestamptz, expires timestamptz, received_at timestamptz not null default clock_now(),
  infos jsonb not null, areas jsonb not null, refs jsonb not null default '[]', sources jsonb not null default '[]', problems jsonb not null default '[]',
  unique (sender, identifier, sent, part));
create index warning_bulletin on warning (bulletin_id);
create index warning_superseded on warning (superseded_by);
create index warning_identifier on warning (identifier);
create index warning_refs on warning using gin (refs jsonb_path_ops);
-- Every Cancel and all-clear, with what it named: a late Alert of that name is not opened, whatever the order of arrival.
create table tombstone (
  sender text not null, identifier text not null, sent timestamptz not null, bulletin_id text not null references bulletin(id), standing text not null,
  status text not null, ended_as text not null, refs jsonb not null default '[]', primary key (sender, identifier, sent));
create index tombstone_identifier on tombstone (identifier);
create index tombstone_refs on tombstone using gin (refs jsonb_path_ops);
create index tombstone_bulletin on tombstone (bulletin_id);

create table alert (
  id text primary key, series_id text not null, place text not null, warning_id text references warning(id), kind text not null, origin text not null, audience text not null,
  state text not null, level text, event text not null, title text not null, identifier text not null unique, revision int not null default 1,
  areas jsonb not null default '[]', grids text[] not null default '{}', words jsonb not null default '{}', summary jsonb not null default '{}', hash text,
  created_by text not null, created_at timestamptz not null default clock_now(), issued_at timestamptz, issued_by text, issue_at timestamptz, stop_reason text,
  expires_at timestamptz);
create index alert_warning on alert (warning_id);
create index alert_series on alert (series_id);
-- One frozen wording. The claim compares revision with alert.revision; purpose warn | correct | all-clear.
create table alert_revision (
  id bigserial primary key, alert_id text not null references alert(id), place text not null, revision int not null, purpose text not null, words jsonb not null,
  hash text not null, issued_at timestamptz not null default clock_now(), issued_by text not null, planned int, unreachable int, people int, plan_done boolean not null default false,
  unique (alert_id, revision));
create table approval (
  id text primary key, alert_id text not null references alert(id), place text not null, revision int not null, by_means text not null, whom text not null,
  at timestamptz not null, note text not null default '', person text not null, countersigned_at timestamptz);
create index approval_alert on approval (alert_id);

create table message (
  id bigserial primary key, place text not null, revision_id bigint not null references alert_revision(id), channel smallint not null, language text not null,
  relation text not null, template text not null, text text not null, parameters jsonb not null default '{}');
create index message_revision on message (revision_id);

-- The chunk is leased, not the row.
create table delivery_chunk (
  id bigserial primary key, place text not null, revision_id bigint not null references alert_revision(id), alert_id text not null references alert(id), revision int not null,
  channel smallint not null, lane smallint not null, size int not null, open int not null, attempts int not null default 0,
  not_before timestamptz not null default '-infinity', lease_until timestamptz, owner text, done boolean not null default false);
create index delivery_chunk_open on delivery_chunk (lane, id) where not done;
create index delivery_chunk_revision on delivery_chunk (revision_id);
create index delivery_chunk_alert on delivery_chunk (alert_id);
-- Written by the hundred thousand: only the chunk is a foreign key (it has those of revision and alert). Contacts and messages
-- are read in the transaction that plans and are never deleted; three more checks per row made planning twice as long.
-- Half of each page is left free for the outcome of its own rows (HOT): no index is written a second time.
create table delivery (
  id bigserial primary key, chunk_id bigint not null references delivery_chunk(id), revision_id bigint not null, contact_id bigint not null,
  message_id bigint not null, channel smallint not null, purpose smallint not null,
  state smallint not null default 0, grade smallint not null default 0, attempts smallint not null default 0, place text not null,
  out_id text not null, carrier_id text, reason text, at timestamptz, unique (revision_id, contact_id, channel, purpose)) with (fillfactor = 45);
create index delivery_chunk_rows on delivery (chunk_id);
create index delivery_out on delivery (out_id);
create index delivery_contact on delivery (contact_id);
create table answer (
  id bigserial primary key, place text not null, delivery_id bigint references delivery(id), alert_id text references alert(id), contact_id bigint not null references contact(id),
  grade text not null, value text not null default '', at timestamptz not null default clock_now());
create index answer_delivery on answer (delivery_id);
create index answer_alert on answer (alert_id);
create index answer_contact on answer (contact_id);
-- The ladder of one responsible person for one alert: due_at says when the next step is taken.
create table escalation (
  id bigserial primary key, place text not null, alert_id text not null references alert(id), staff_id text not null references staff(id), step int not null default 0,
  state text not null, started_at timestamptz not null default clock_now(), answered_at timestamptz, answer text, grade text, unique (alert_id, staff_id));
create index escalation_staff on escalation (staff_id);

create table sandbox_message (
  id bigserial primary key, place text not null, channel smallint not null, contact_id bigint not null references contact(id), out_id text not null unique,
  alert_id text not null, revision int not null, text text not null, exercise boolean not null, at timestamptz not null default clock_now(), answered text);
create index sandbox_message_contact on sandbox_message (contact_id);
create index sandbox_message_alert on sandbox_message (alert_id);

create table evacuation (
  id text primary key, place text not null, alert_id text not null references alert(id), series_id text not null, grids text[] not null, ordered_by text not null,
  ordered_at timestamptz not null default clock_now(), deadline timestamptz, state text not null default 'open', closed_at timestamptz, basis text not null default '');
create index evacuation_alert on evacuation (alert_id);
create table evacuation_household (
  id text primary key, place text not null, evacuation_id text not null references evacuation(id), household_id text references household(id), planned boolean not null,
  label text not null, people_planned int not null, people int not null, reason text not null default '', shelter_id text references shelter(id), helper_id text references staff(id),
  told_at timestamptz, left_at timestamptz, arrived_at timestamptz, returned_at timestamptz, refused_at timestamptz, absent_at timestamptz, help_at timestamptz,
  return_approved_at timestamptz, return_approved_by text, note text not null default '', added_by text,
  -- Heads that left or arrived when not all of them did; what two phones said against each other, until a person resolves it.
  left_people int, arrived_people int, conflict text, version int not null default 1, changed_at timestamptz not null default clock_timestamp());
create index evacuation_household_evacuation on evacuation_household (evacuation_id);
create index evacuation_household_household on evacuation_household (household_id);
create index evacuation_household_shelter on evacuation_household (shelter_id);
create index evacuation_household_helper on evacuation_household (helper_id);

-- One named thing for one person to do: watch | knock | help | group-post | incident.
create table task (
  id text primary key, place text not null, kind text not null, alert_id text references alert(id), evacuation_id text references evacuation(id), series_id text,
  point_id text references hazard_point(id), household_id text references household(id), group_id text references grid_group(id), staff_id text references staff(id),
  assignee_id text references staff(id), title text not null, data jsonb not null default '{}', opened_at timestamptz not null default clock_now(),
  due_at timestamptz, last_done_at timestamptz, done_at timestamptz, result text, version int not null default 1,
  changed_at timestamptz not null default clock_timestamp());
create index task_alert on task (alert_id);
create index task_evacuation on task (evacuation_id);
create index task_point on task (point_id);
create index task_household on task (household_id);
create index task_group on task (group_id);
create index task_staff on task (staff_id);
create index task_assignee on task (assignee_id);
create unique index task_group_once on task (alert_id, group_id) where kind = 'group-post';
create table field_edit (
  id text primary key, place text not null, device text not null, seq bigint not null, person text not null, target_type text not null, target_id text not null, verb text not null,
  value jsonb not null default '{}', at timestamptz not null, received_at timestamptz not null default clock_timestamp(), outcome text not null, problem text, version int not null default 0);
create index field_edit_target on field_edit (target_type, target_id);
create table photo (
  id text primary key, place text not null, person text not null, content_type text not null, size int not null, received int not null default 0, data bytea not null default '',
  task_id text references task(id), evacuation_household_id text references evacuation_household(id));
create index photo_task on photo (task_id);
create index photo_evacuation_household on photo (evacuation_household_id);

grant usage on schema public to yinshi_app;
grant select, insert, update, delete on all tables in schema public to yinshi_app;
grant usage, select on all sequences in schema public to yinshi_app;
revoke update, delete on journal from yinshi_app;
`
