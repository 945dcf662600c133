import { newId } from '../base/ids.js'
import { notFound, Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import type { BulletinProblem } from '../feeds/bulletin.js'
import { record } from '../journal/journal.js'
import { moveAreas } from './move-area.js'
import { settleChain } from './settle-chain.js'
import type { Warning, WarningArea } from './warning.js'
import { plainPolicy } from './warning-policy.js'
import { clockNow, findWarning, lockWarnings } from './warnings-store.js'

const twoHours = 2 * 3_600_000

/** "Move it here as an exercise": a copy of the warning whose area lies on our place. It can reach the exercise list only. */
export async function moveWarningHere(tx: Tx, id: string, place: string): Promise<Warning> {
  await lockWarnings(tx)
  const row = await tx.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('预警', id)
  if (row.status === 'Exercise' && row.part.startsWith('here:'))
    throw new Problem('conflict', '这已经是移到本地的演练', 'it was moved here already')
  const part = `here:${place}`
  const earlier = await tx
    .selectFrom('warning')
    .select(['id', 'state'])
    .where('part', '=', part)
    .where('bulletin_id', '=', row.bulletin_id)
    .where('identifier', 'like', `${row.id}.%`)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (earlier?.state === 'in-force') return (await findWarning(tx, earlier.id))!
  const now = await clockNow(tx)
  const lasts = row.expires
    ? Math.max(twoHours, Math.min(24 * 3_600_000, +row.expires - +(row.onset ?? row.effective ?? row.sent)))
    : twoHours
  const moved: BulletinProblem = {
    code: 'moved-here',
    severity: 'remark',
    message: '由外地预警移到本街道的演练,文字未改,范围已平移',
    messageEn: 'a copy of a warning from elsewhere, moved here as an exercise',
  }
  const copyId = newId()
  await tx
    .insertInto('warning')
    .values({
      ...row,
      id: copyId,
      place,
      // A chain of its own: nothing that happens to the original touches the exercise, nor the other way round.
      identifier: `${row.id}.${copyId}`,
      sender: 'yinshi.exercise',
      sent: now,
      part,
      status: 'Exercise',
      msg_type: 'Alert',
      scope: 'Public',
      headline: `【演练】${row.headline}`,
      state: 'in-force',
      superseded_by: null,
      ended_at: null,
      effective: now,
      onset: now,
      expires: new Date(+now + lasts),
      received_at: now,
      infos: JSON.stringify(row.infos),
      areas: JSON.stringify(moveAreas(row.areas as WarningArea[], await middleOfPlace(tx, place), place)),
      refs: '[]',
      sources: JSON.stringify(row.sources),
      problems: JSON.stringify([moved]),
      // It is nobody's repeat and has no repeats.
      issuer: '',
      digest: '{}',
      joined_to: null,
      muted: '[]',
      expires_assumed: false,
    })
    .execute()
  await record(tx, { event: 'warning.moved', place, thing: { type: 'warning', id: copyId }, data: { warningId: copyId, from: id } })
  await settleChain(tx, plainPolicy, [`${row.id}.${copyId}`], { warningId: copyId, endingId: null })
  return (await findWarning(tx, copyId))!
}

/** The middle of the box around our grids. */
async function middleOfPlace(tx: Tx, place: string): Promise<[number, number]> {
  const grids = await tx.selectFrom('grid').select('geometry').where('place', 'like', `${place}%`).execute()
  if (grids.length === 0) throw new Problem('conflict', '名册里还没有网格,无法移到本地', 'no grids are known for this place')
  const points = grids.flatMap((g) => g.geometry.coordinates.flat())
  const lons = points.map((p) => p[0])
  const lats = points.map((p) => p[1])
  const middle = (values: number[]) => (values.reduce((a, b) => Math.min(a, b)) + values.reduce((a, b) => Math.max(a, b))) / 2
  return [middle(lons), middle(lats)]
}
