/** Who is on duty when (register/duty), when a number was found dead, and which deputy a ladder called. */
export const name = '010-duty'
export const scopedTables = ['duty_shift'] as const
export const sharedTables: readonly string[] = []

export const sql = /* sql */ `
-- kind: roster | override. A roster row says who has the post; an override says who comes (staff_id; null: nobody is named, the deputy
-- does) instead of whom. A row is taken back by a date, never deleted: who was to be called on a night can always be read.
create table duty_shift (
  id text primary key, place text not null, post text not null, kind text not null check (kind in ('roster', 'override')),
  staff_id text references staff(id), instead_of text references staff(id), starts_at timestamptz not null, ends_at timestamptz not null,
  note text not null default '', created_by text not null, created_at timestamptz not null default clock_timestamp(),
  removed_at timestamptz, removed_by text,
  check (ends_at > starts_at), check (staff_id is not null or instead_of is not null));
create index duty_shift_staff on duty_shift (staff_id);
create index duty_shift_instead on duty_shift (instead_of);
create index duty_shift_place on duty_shift (place, starts_at);
alter table contact add column broken_at timestamptz;
create index contact_broken on contact (broken_at) where broken is not null;
alter table escalation add column deputy_id text references staff(id);
create index escalation_deputy on escalation (deputy_id);
`
