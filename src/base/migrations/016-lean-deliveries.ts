/**
 * A delivery's row says its chunk and its number in it by one id (chunk * 1000 + n), and its id at the carrier is made of that: the
 * chunk has an unguessable key. Two indexes instead of five: a million of them are written while people wait. Old rows are converted.
 */
export const name = '016-lean-deliveries'

export const scopedTables = ['delivery'] as const
export const sharedTables = [] as const

export const sql = /* sql */ `
alter table delivery_chunk add column key text;
update delivery_chunk set key = substr(md5(random()::text || id), 1, 13);
alter table delivery_chunk alter column key set not null;
create unique index delivery_chunk_key on delivery_chunk (key);
-- Within a lane: first alerts before repeats, then by risk; age is the id.
alter table delivery_chunk add column turn smallint not null default 0;
drop index delivery_chunk_open;
create index delivery_chunk_open on delivery_chunk (lane, turn, id) where not done;

alter table answer drop constraint answer_delivery_id_fkey;
alter table delivery rename to delivery_before;
-- No foreign keys: a row is written with its chunk, which has those of revision and alert; contacts and messages are read in the
-- transaction that plans and are never deleted. No index by contact either: a revision and a contact find it by the unique one.
-- Half of each page is left free for the outcome of its own rows (HOT): no index is written a second time.
create table delivery (
  id bigint primary key, revision_id int not null, contact_id int not null, message_id int not null,
  channel smallint not null, purpose smallint not null, state smallint not null default 0, grade smallint not null default 0,
  attempts smallint not null default 0, place text not null, at timestamptz, carrier_id text, reason text,
  constraint delivery_once unique (revision_id, contact_id, channel, purpose)) with (fillfactor = 45);
create temporary table converted on commit drop as
  select id as old, chunk_id * 1000 + row_number() over (partition by chunk_id order by id) - 1 as id from delivery_before;
create index on converted (old);
insert into delivery
  select c.id, revision_id, contact_id, message_id, channel, purpose, state, grade, attempts, place, at, carrier_id, reason
  from converted c join delivery_before d on d.id = c.old order by c.id;
update answer a set delivery_id = c.id from converted c where c.old = a.delivery_id;
update sandbox_message s
  set out_id = k.key || substr('0123456789abcdefghijklmnopqrstuvwxyz', (c.id % 1000 / 36)::int + 1, 1)
    || substr('0123456789abcdefghijklmnopqrstuvwxyz', (c.id % 1000 % 36)::int + 1, 1)
  from delivery_before d join converted c on c.old = d.id join delivery_chunk k on k.id = d.chunk_id where d.out_id = s.out_id;
drop table delivery_before;
alter table answer add constraint answer_delivery_id_fkey foreign key (delivery_id) references delivery(id);
`
