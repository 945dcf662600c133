import { newId } from '../base/ids.js'
import { Problem } from '../base/problem.js'
import { systemActor, type Tx } from '../base/store/store.js'
import { type JournalEntry, type Reaction, record } from '../journal/journal.js'
import { doorLabel } from '../register/door-label.js'
import { correctHomePhone } from '../register/edit/correct-phone.js'
import { correctStaffPhone } from '../register/edit/edit-thing.js'
import type { Household, Staff } from '../register/register.js'
import { colleagueOf, superiorFor, workerFor } from './choose-assignee.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import type { Task } from './task.js'
import { insertTasks, listTasks, type NewTask, writeTask } from './task-store.js'

const kind = 'correct-number'

/** contact.broken: a dead number becomes a task, to ask at the door and put the right one into the register. Nobody is struck off. */
export function openCorrections(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const dead = new Set((entry.data as { contacts: number[] }).contacts)
    const standing = await listTasks(tx, { kinds: [kind], open: true })
    for (const task of standing) if (task.data.contactId) dead.delete(task.data.contactId)
    const snapshot = deps.register.snapshot()
    const homes = snapshot.households.filter((home) => home.place === entry.place)
    const tasks = [...dead].flatMap((contactId) => {
      if (snapshot.contacts.get(contactId)?.kind !== 'phone') return []
      const home = homes.find((h) => h.contacts.some((c) => c.contactId === contactId))
      const staff = snapshot.staff.find((s) => s.contactId === contactId)
      return home ? homeTask(deps, home, contactId, entry) : staff ? staffTask(deps, staff, contactId, entry) : []
    })
    if ((await insertTasks(tx, tasks)) === 0) return
    await record(tx, {
      ...{ event: 'task.opened', place: entry.place, thing: { type: 'task', id: tasks[0]!.id }, series: entry.series },
      data: { kind, tasks: tasks.length },
    })
  }
}

const relationWords: Record<string, string> = {
  self: '本户',
  'family-away': '外地亲属',
  emergency: '紧急联系人',
  helper: '结对帮扶人',
}

const fresh = (deps: FieldworkDeps, place: string): Pick<NewTask, 'id' | 'place' | 'kind' | 'openedAt'> => ({
  ...{ id: newId(), place, kind, openedAt: deps.clock.now() },
})

/** A carrier says so through the service itself; otherwise somebody at the desk marked it. */
const whyDead = ({ person }: JournalEntry, whose: string) =>
  person === systemActor.person ? `运营商说${whose}的号码是空号或已停机` : `${whose}的号码被标为失效`

function homeTask(deps: FieldworkDeps, home: Household, contactId: number, entry: JournalEntry): NewTask {
  const relation = home.contacts.find((c) => c.contactId === contactId)!.relation
  const label = doorLabel(home)
  return {
    ...fresh(deps, home.place),
    title: `${label} 号码要更正`,
    householdId: home.id,
    assigneeId: workerFor(deps.register.snapshot(), deps.config, home.place, deps.clock.now())?.id ?? null,
    data: { contactId, label, why: whyDead(entry, relationWords[relation] ?? '登记') },
  }
}

function staffTask(deps: FieldworkDeps, staff: Staff, contactId: number, entry: JournalEntry): NewTask {
  const snapshot = deps.register.snapshot()
  const asked = superiorFor(snapshot, deps.config, staff.place, staff.id, deps.clock.now()) ?? colleagueOf(snapshot, staff)
  return {
    ...fresh(deps, staff.place),
    title: `${staff.post} ${staff.name} 号码要更正`,
    staffId: staff.id,
    assigneeId: asked?.id ?? null,
    data: { contactId, why: whyDead(entry, '登记') },
  }
}

/**
 * household.changed, register.imported …: whatever was written, the rows decide. The number works again, or is no longer
 * the household's: nothing is left to correct.
 */
export function closeCorrections(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    // Of a household that went to another grid the task may stand in the old one.
    const places = [entry.place, entry.data.from].filter((place) => typeof place === 'string')
    const open = (await listTasks(tx, { kinds: [kind], open: true })).filter((task) => places.some((place) => task.place.startsWith(place)))
    for (const task of open) if (!(await stillDead(tx, task))) await closeTask(tx, task, deps.clock.now())
  }
}

async function stillDead(tx: Tx, { data, householdId, staffId }: Task): Promise<boolean> {
  const contactId = data.contactId!
  const contact = await tx.selectFrom('contact').select('broken').where('id', '=', contactId).executeTakeFirst()
  if (!contact || contact.broken === null) return false
  const link = householdId
    ? tx.selectFrom('household_contact').select('place').where('household_id', '=', householdId).where('contact_id', '=', contactId)
    : tx.selectFrom('staff').select('place').where('id', '=', staffId).where('contact_id', '=', contactId)
  return (await link.executeTakeFirst()) !== undefined
}

/** The number a worker wrote down at the door, into the register; without one the old number is right. False: it is no number. */
export async function saveNumber(tx: Tx, deps: FieldworkDeps, task: Task, { phone }: { phone?: string | undefined }): Promise<boolean> {
  const wrong = task.data.contactId!
  try {
    if (task.householdId) await correctHomePhone(tx, deps.seal, task.householdId, wrong, phone ?? null)
    else if (task.staffId) await correctStaffPhone(tx, deps.seal, task.staffId, wrong, phone ?? null)
    return true
  } catch (e) {
    // Nothing is written before the number is judged: the transaction goes on.
    if (e instanceof Problem && e.kind === 'malformed') return false
    throw e
  }
}

async function closeTask(tx: Tx, task: Task, at: Date): Promise<void> {
  await writeTask(tx, { ...task, doneAt: at, result: 'mended', version: task.version + 1 })
  await record(tx, {
    ...{ event: 'task.done', place: task.place, thing: { type: 'task', id: task.id }, series: task.seriesId },
    data: { kind, result: 'mended' },
  })
}
