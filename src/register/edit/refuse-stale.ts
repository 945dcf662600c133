import { Problem } from '../../base/problem.js'
import type { Tx } from '../../base/store/store.js'
import { chinaTime } from '../../base/web.js'

interface Edited {
  type: 'household' | 'point' | 'shelter' | 'group' | 'staff'
  id: string
  /** Of the row as it is now. */
  version: number
}

/** Who read an older version than the one that stands writes nothing, and is told who was first, when, and what they changed. */
export async function refuseStale(tx: Tx, { type, id, version }: Edited, read: number): Promise<void> {
  if (version === read) return
  const other = await tx
    .selectFrom('journal as j')
    .leftJoin('person as p', 'p.id', 'j.person')
    .select(['j.person', 'p.name', 'j.at', 'j.data'])
    .where('j.thing_type', '=', type)
    .where('j.thing_id', '=', id)
    .where('j.event', '=', `${type}.changed`)
    .orderBy('j.position', 'desc')
    .limit(1)
    .executeTakeFirst()
  throw new Problem(
    'conflict',
    '别人刚改过这里,您的改动没有保存',
    `somebody changed this ${type} meanwhile; nothing of yours was written`,
    [{ path: 'version', message: '请看一眼最新内容,再改一次 · look at it as it is now and change it again' }],
    { version, ...(other ? { by: other.name ?? other.person, at: chinaTime(other.at), fields: other.data.fields ?? [] } : {}) },
  )
}
