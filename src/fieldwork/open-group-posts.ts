import type { Alert, FrozenWords } from '../alerts/alert.js'
import { type AlertRevision, readAlert, readRevisions } from '../alerts/alert-store.js'
import { wordFacts } from '../alerts/describe-alert.js'
import { newId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import { type Group, speaksTo } from '../register/register.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import type { TaskData } from './task.js'
import { insertTasks, listTasks, reopenPosts, reviseWaitingPosts, withdrawTasks } from './task-store.js'

/**
 * alert.issued, alert.revised, alert.called-off, alert.all-cleared of a residents' alert: groups without a robot are posted to
 * by their owner, one tap after the post. A correction or an all-clear goes to exactly the groups that were posted to; a post
 * nobody has made yet is not made any more. An order speaks to single households and never goes to a group.
 */
export function openGroupPosts(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const alert = await readAlert(tx, entry.thing.id)
    if (alert.audience !== 'residents' || alert.origin === 'order') return
    const revision = revisionOf(await readRevisions(tx, [alert.id]), entry.data.revisionId)
    if (!revision) return
    const data: TaskData = {
      revision: revision.revision,
      revisionId: revision.id,
      purpose: revision.purpose,
      text: groupText(deps, revision.words),
    }
    if (entry.event === 'alert.called-off' || entry.event === 'alert.all-cleared') return endPosts(tx, deps, alert, data)
    if (entry.event === 'alert.revised') {
      await reviseWaitingPosts(tx, alert.id, data)
      await reopenPosts(tx, alert.id, data)
    }
    await openPosts(tx, deps, alert, data)
  }
}

const revisionOf = (revisions: AlertRevision[], id: unknown): AlertRevision | undefined =>
  revisions.find((revision) => revision.id === id) ?? revisions.at(-1)

/** The same words a robot would have posted: rendered from what was frozen at the press. */
function groupText(deps: FieldworkDeps, frozen: FrozenWords): string {
  const { origin, purpose, kind, event, level, audience, facts } = frozen
  return deps.book.words({
    ...{ origin, purpose, kind, event, level, audience, channel: 'group', language: 'zh', relation: 'group' },
    facts: wordFacts(facts),
  }).text
}

/** Groups of the alert's grids; a group of a whole community counts when one of its grids is inside. */
const groupsOf = (deps: FieldworkDeps, alert: Alert): Group[] =>
  deps.register.snapshot().groups.filter((group) => group.robotContactId === null && speaksTo(group, alert.grids))

async function openPosts(tx: Tx, deps: FieldworkDeps, alert: Alert, data: TaskData): Promise<void> {
  const known = new Set((await listTasks(tx, { kinds: ['group-post'], alertId: alert.id })).map((task) => task.groupId))
  const groups = groupsOf(deps, alert).filter((group) => !known.has(group.id))
  const opened = await insertTasks(
    tx,
    groups.map((group) => ({
      id: newId(),
      place: group.place,
      kind: 'group-post' as const,
      title: group.name,
      openedAt: deps.clock.now(),
      alertId: alert.id,
      seriesId: alert.seriesId,
      groupId: group.id,
      assigneeId: group.ownerId,
      data: { ...data, platform: group.platform, members: group.members },
    })),
  )
  if (opened > 0) await recordPosts(tx, alert, data, opened)
}

async function endPosts(tx: Tx, deps: FieldworkDeps, alert: Alert, data: TaskData): Promise<void> {
  await withdrawTasks(tx, { kinds: ['group-post'], alertId: alert.id }, deps.clock.now(), 'withdrawn')
  const opened = await reopenPosts(tx, alert.id, data)
  if (opened > 0) await recordPosts(tx, alert, data, opened)
}

/** One entry for all posts of a wording: 255 lines of a timeline say no more than one. */
const recordPosts = (tx: Tx, alert: Alert, data: TaskData, tasks: number) =>
  record(tx, {
    event: 'task.opened',
    place: alert.place,
    thing: { type: 'alert', id: alert.id },
    series: alert.seriesId,
    data: { kind: 'group-post', tasks, revision: data.revision, purpose: data.purpose },
  })
