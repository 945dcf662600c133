import type { NoteVanished } from '../feeds/read-entries.js'
import { record } from '../journal/journal.js'
import type { WarningProblem } from './warning.js'

/**
 * A warning in force that left its feed's list without a Cancel is not over: a list may be cut short, or be broken. It is
 * remarked on the warning, once per feed, and the officer asks.
 */
export const noteVanished: NoteVanished = async (tx, { feedId, feedName, warningIds }) => {
  const rows = await tx
    .selectFrom('warning')
    .select(['id', 'place', 'problems'])
    .where('id', 'in', warningIds)
    .where('state', '=', 'in-force')
    .forUpdate()
    .execute()
  for (const { id, place, problems } of rows) {
    const known = problems as WarningProblem[]
    const path = `feed:${feedId}`
    if (known.some((p) => p.code === 'vanished' && p.path === path)) continue
    const remark: WarningProblem = {
      code: 'vanished',
      severity: 'remark',
      path,
      message: `“${feedName}”的列表里已经没有这条预警,也没有收到解除:仍按生效处理,请电话核实`,
      messageEn: `it left the list of “${feedName}” without a Cancel: still in force here, verify by telephone`,
    }
    await tx
      .updateTable('warning')
      .set({ problems: JSON.stringify([...known, remark]) })
      .where('id', '=', id)
      .execute()
    await record(tx, { event: 'warning.vanished', place, thing: { type: 'warning', id }, data: { warningId: id, feedId } })
  }
}
