/**
 * A number for every place and table of the register that rises with each change, so that whoever keeps the register in memory reads
 * again only what has changed. Counted by triggers: no writer can forget it.
 */
export const name = '012-register-versions'
export const scopedTables: readonly string[] = []
export const sharedTables = ['register_version'] as const

const counted = [
  ...['place', 'grid', 'shelter', 'hazard_point', 'staff', 'grid_group', 'duty_shift'],
  ...['household', 'household_contact', 'contact', 'sealed_block'],
]
const triggers = counted.map(
  (table) => `
create trigger ${table}_came after insert on ${table} referencing new table as came for each statement execute function count_register_change();
create trigger ${table}_changed after update on ${table} referencing old table as gone new table as came for each statement execute function count_register_change();
create trigger ${table}_gone after delete on ${table} referencing old table as gone for each statement execute function count_register_change();
insert into register_version select distinct place, '${table}', 1 from ${table};`,
)

export const sql = /* sql */ `
create table register_version (place text not null, kind text not null, version bigint not null, primary key (place, kind));
-- In the order of places, so that two writers of the same places wait for each other instead of locking each other out.
create function count_register_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into register_version select distinct place, tg_table_name, 1 from came order by place
      on conflict (place, kind) do update set version = register_version.version + 1;
  elsif tg_op = 'DELETE' then
    insert into register_version select distinct place, tg_table_name, 1 from gone order by place
      on conflict (place, kind) do update set version = register_version.version + 1;
  else
    insert into register_version select place, tg_table_name, 1 from (select place from gone union select place from came) moved order by place
      on conflict (place, kind) do update set version = register_version.version + 1;
  end if;
  return null;
end $$;
${triggers.join('')}
`
