import { readSeriesAlerts, readWarningFacts } from '../alerts/alert-store.js'
import type { Clock } from '../base/clock.js'
import { notFound, Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import type { Door, Evacuation } from './evacuation.js'
import { closeEvacuation, findEvacuation, listDoors, writeReturnApproval } from './evacuation-store.js'

export interface ReturnInput {
  /** Doors of the checklist; without them: everybody who has left and needs no help. */
  households?: string[] | undefined
  reason: string
  /** What was found when the hazard was looked at again. */
  assessment: string
  /** The warning is still in force and the reason says why people may go home all the same. */
  despiteWarning?: boolean | undefined
}

/** Return is assessed and approved household by household; all in is not danger over. */
export async function approveReturn(tx: Tx, clock: Clock, id: string, input: ReturnInput): Promise<Evacuation> {
  const evacuation = await findEvacuation(tx, id)
  if (!evacuation) throw notFound('evacuation', id)
  if (!input.despiteWarning) await refuseWhileInForce(tx, evacuation.seriesId, clock.now())
  const doors = await listDoors(tx, id)
  const chosen = input.households ? input.households.map((wanted) => pick(doors, wanted)) : doors.filter(mayReturn)
  const fresh = chosen.filter((door) => !door.returnApprovedAt)
  const helpless = fresh.find((door) => door.helpAt)
  if (helpless)
    throw new Problem('conflict', `${helpless.label}还需要协助,不能批准返回`, 'a household on the list still needs help; end that first')
  if (fresh.length === 0) return evacuation
  const at = clock.now()
  // Free text may name somebody: it stays with the doors, the journal has the numbers.
  const note = `返回评估:${input.assessment}(${input.reason})`
  await writeReturnApproval(tx, { ids: fresh.map((door) => door.id), at, by: actorOf(tx).person, note })
  for (const door of fresh) await recordDoor(tx, evacuation, door, 'household.return-approved')
  await record(tx, {
    event: 'evacuation.returned',
    place: evacuation.place,
    thing: { type: 'evacuation', id },
    series: evacuation.seriesId,
    data: {
      households: fresh.length,
      people: fresh.reduce((sum, door) => sum + door.people, 0),
      despiteWarning: input.despiteWarning ?? false,
    },
  })
  return evacuation
}

const mayReturn = (door: Door) => (door.leftAt !== null || (door.leftPeople ?? 0) > 0) && !door.helpAt && !door.returnedAt

function pick(doors: Door[], wanted: string): Door {
  const door = doors.find((d) => d.id === wanted || d.householdId === wanted)
  if (!door) throw notFound('household', wanted)
  return door
}

const recordDoor = (tx: Tx, evacuation: Evacuation, door: Door, event: string) =>
  record(tx, {
    event,
    place: door.place,
    thing: { type: 'evacuation-household', id: door.id },
    series: evacuation.seriesId,
    data: { evacuationId: evacuation.id, people: door.people },
  })

async function refuseWhileInForce(tx: Tx, seriesId: string, now: Date): Promise<void> {
  const alerts = await readSeriesAlerts(tx, seriesId)
  for (const warningId of new Set(alerts.flatMap((alert) => (alert.warningId ? [alert.warningId] : [])))) {
    let warning = await readWarningFacts(tx, warningId)
    while (warning.supersededBy) warning = await readWarningFacts(tx, warning.supersededBy)
    if (warning.state !== 'in-force' || (warning.standsUntil && warning.standsUntil <= now)) continue
    throw new Problem(
      'conflict',
      '预警仍然有效,不能批准返回',
      'the warning is still in force; wait until it is lifted, or send despiteWarning: true with a reason that says why people may go home',
    )
  }
}

/** household.returned: the evacuation closes when everybody who left is home again and nobody asks for help. */
export function closeWhenReturned(deps: { clock: Clock }): Reaction {
  return async (tx, entry) => {
    const evacuation = await findEvacuation(tx, String(entry.data.evacuationId))
    if (!evacuation) return
    const doors = await listDoors(tx, evacuation.id)
    const out = doors.filter((door) => !door.returnedAt && ((door.leftPeople ?? 0) > 0 || door.helpAt))
    if (out.length > 0 || !(await closeEvacuation(tx, evacuation.id, deps.clock.now()))) return
    const back = doors.filter((door) => door.returnedAt)
    await record(tx, {
      event: 'evacuation.closed',
      place: evacuation.place,
      thing: { type: 'evacuation', id: evacuation.id },
      series: evacuation.seriesId,
      data: { households: back.length, people: back.reduce((sum, door) => sum + door.people, 0) },
    })
  }
}
