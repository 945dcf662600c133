/** A drill's clock does not run past its next step: where it stops is part of the one clock. */
export const name = '005-clock-stop'
export const scopedTables = [] as const
export const sharedTables = [] as const

export const sql = /* sql */ `
alter table clock add column if not exists stops_at timestamptz;
create or replace function clock_now() returns timestamptz language sql stable
  as $$ select least(virtual_at + (clock_timestamp() - real_at) * speed, stops_at) from clock $$;
`
