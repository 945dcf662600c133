import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { mostVerified, verified } from '../feeds/verify-bulletins.js'
import type { Need } from './desk-routes.js'

export interface OpenBulletins {
  kind: 'text' | 'unreadable'
  total: number
  place: string
  lastAt: Date
  /** The latest of them. */
  bulletinIds: string[]
}

/** For so long it is asked for; what was received stays on the Feeds page. */
const hours = 3

/**
 * What was handed in and told nobody: a text for people, a bulletin that cannot be read. Over when an officer has
 * verified it, or typed a warning in since: that the next one could be read says nothing of this one.
 */
export async function readOpenBulletins(tx: Tx): Promise<OpenBulletins[]> {
  const { rows } = await sql<OpenBulletins>`
    select case when b.dialect = 'text' then 'text' else 'unreadable' end as kind,
      count(*)::int as total, min(b.place) as place, max(b.received_at) as "lastAt",
      (array_agg(b.id order by b.received_at desc))[1:${sql.lit(mostVerified)}] as "bulletinIds"
    from bulletin b
    where b.via in ('post', 'folder', 'page')
      and (b.outcome = 'unreadable' or (b.outcome = 'refused' and b.dialect = 'text'))
      and b.received_at > (select clock_now()) - make_interval(hours => ${hours})
      and not exists (
        select from bulletin later
        where later.place = b.place and later.received_at > b.received_at
          and later.via = 'manual')
      and not exists (select from journal j where j.thing_type = 'bulletin' and j.thing_id = b.id and j.event = ${verified})
    group by 1 order by 1`.execute(tx)
  return rows
}

const blank = { alertId: null, warningId: null, taskId: null, evacuationId: null, revision: null, level: null, people: null, dueAt: null }

export const needOfBulletins = ({ kind, total, place, lastAt, bulletinIds }: OpenBulletins): Need => {
  const at = chinaTime(new Date(lastAt)).slice(11, 16)
  return kind === 'text'
    ? {
        ...blank,
        kind,
        place,
        bulletinIds,
        title: `${at} 收到文字 ${total} 份,还没有处理:请核对,是预警就补录`,
        titleEn: `${total} text(s), last ${at}, not acted on: check, and enter what is a warning`,
      }
    : {
        ...blank,
        kind,
        place,
        bulletinIds,
        title: `${at} 收到读不懂的报文 ${total} 份:可能是新预警,请打电话核实`,
        titleEn: `${total} unreadable bulletin(s), last ${at}: perhaps a new warning, telephone to verify`,
      }
}
