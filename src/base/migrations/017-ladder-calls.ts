/** Whom a ladder called in somebody's place: more than the one deputy, and each with an answer of their own. */
export const name = '017-ladder-calls'
export const scopedTables = ['escalation_call'] as const
export const sharedTables: readonly string[] = []

export const sql = /* sql */ `
create table escalation_call (
  id bigserial primary key, place text not null, escalation_id bigint not null references escalation(id), staff_id text not null references staff(id),
  step int not null, every_one boolean not null default false, called_at timestamptz not null default clock_now(), answered_at timestamptz,
  answer text, grade text, unique (escalation_id, staff_id));
create index escalation_call_staff on escalation_call (staff_id);
insert into escalation_call (place, escalation_id, staff_id, step, answered_at, answer, grade)
select place, id, deputy_id, step, case when state = 'deputy-answered' then answered_at end, case when state = 'deputy-answered' then answer end,
  case when state = 'deputy-answered' then grade end
from escalation where deputy_id is not null;
alter table escalation drop column deputy_id;
`
