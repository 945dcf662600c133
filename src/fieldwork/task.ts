/** One named thing for one person to do. */
export const taskKinds = ['watch', 'knock', 'help', 'group-post', 'incident', 'correct-number'] as const
export type TaskKind = (typeof taskKinds)[number]

export interface TaskData {
  /** group-post: what is to be posted now; a new wording opens the post again. */
  revision?: number
  revisionId?: number
  purpose?: string
  text?: string
  platform?: string
  members?: number
  /** watch */
  everyMinutes?: number
  pointKind?: string
  pointNumber?: number
  verdict?: 'good' | 'bad'
  reading?: string
  /** help: how often they asked, and who it is that asks. */
  asked?: number
  by?: 'household' | 'staff'
  people?: number
  why?: string
  /** knock: the second person sent to the same door; who takes it first goes. */
  alsoId?: string
  /** correct-number: the contact that no carrier knows. */
  contactId?: number
  /** help: the contacts that asked, and who they were told is coming. */
  askers?: number[]
  toldId?: string
  /** Everything else that must stand on the phone. */
  note?: string
  label?: string
  takenBy?: string
  /** Said against each other by two phones; the more cautious one counts. */
  conflict?: boolean
}

export interface Task {
  id: string
  place: string
  kind: TaskKind
  alertId: string | null
  evacuationId: string | null
  seriesId: string | null
  pointId: string | null
  householdId: string | null
  groupId: string | null
  staffId: string | null
  assigneeId: string | null
  title: string
  data: TaskData
  openedAt: Date
  dueAt: Date | null
  lastDoneAt: Date | null
  doneAt: Date | null
  result: string | null
  version: number
  changedAt: Date
}

/** Results of a knock after which the people behind the door know: told, or moved to a safe place. The third one is nobody. */
export const wokenBy: readonly string[] = ['told', 'moved']

/** Results the machine gives: the reason for the task is gone. */
export const withdrawn = 'withdrawn'

export const isOverdue = (task: Pick<Task, 'doneAt' | 'dueAt'>, now: Date): boolean =>
  task.doneAt === null && task.dueAt !== null && task.dueAt < now

export const taskVerbs = ['done', 'looked', 'take', 'note', 'posted', 'number', 'undo'] as const
export type TaskVerb = (typeof taskVerbs)[number]

/** Which verbs a kind takes: a watch is looked at again and again, a post is posted, a number is written down, the rest are done once. */
export const verbsOf: Record<TaskKind, readonly TaskVerb[]> = {
  watch: ['looked', 'take', 'note', 'undo'],
  knock: ['done', 'take', 'note', 'undo'],
  help: ['done', 'take', 'note', 'undo'],
  'group-post': ['posted', 'undo'],
  incident: ['done', 'take', 'note', 'undo'],
  'correct-number': ['number', 'done', 'take', 'note', 'undo'],
}

export interface TaskEdit {
  id: string
  device: string
  seq: number
  person: string
  verb: TaskVerb
  value: { result?: string; note?: string; reading?: string; verdict?: 'good' | 'bad'; revision?: number; of?: string }
  at: Date
  version: number
}

export interface TaskProgress {
  doneAt: Date | null
  result: string | null
  lastDoneAt: Date | null
  data: TaskData
}

/** The more cautious of two results stands: somebody is still to be looked after. */
const caution = ['needs-help', 'bad', 'nobody', 'refused', 'passed-on', 'escalated']
const cautionOf = (edit: TaskEdit) => {
  const rank = caution.indexOf(edit.value.result ?? '')
  return rank < 0 ? caution.length : rank
}

const later = (a: TaskEdit, b: TaskEdit) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)

/** A fold over the log, like that of a door: any order of uploads ends in the same state. */
export function foldTask(task: Pick<Task, 'kind' | 'data'>, log: TaskEdit[]): TaskProgress {
  const undone = new Set(log.filter((e) => e.verb === 'undo').map((e) => `${e.value.of} ${e.person}`))
  // A number that is in the register is not taken out again by a slip of the thumb.
  const edits = log.filter((e) => e.verb !== 'undo' && (e.verb === 'number' || !undone.has(`${e.id} ${e.person}`)))
  const said = (verb: TaskVerb) => edits.filter((e) => e.verb === verb).sort(later)
  const ends = lastOfEachPhone(said('done')).sort((a, b) => cautionOf(a) - cautionOf(b) || later(a, b))
  const looked = said('looked').at(-1)
  const posted = said('posted').filter((e) => e.value.revision === task.data.revision)
  const notes = said('note').flatMap((e) => e.value.note ?? [])
  const taken = said('take')[0]
  const end = task.kind === 'group-post' ? posted[0] : (said('number').at(-1) ?? ends[0])
  const { conflict, takenBy, verdict, reading, note, ...rest } = task.data
  return {
    doneAt: end?.at ?? null,
    result: end ? (task.kind === 'group-post' ? 'posted' : (end.value.result ?? 'done')) : null,
    lastDoneAt: looked?.at ?? null,
    data: {
      ...rest,
      ...(looked?.value.verdict ? { verdict: looked.value.verdict } : {}),
      ...(looked?.value.reading ? { reading: looked.value.reading } : {}),
      ...(end?.value.note || notes.length > 0 ? { note: [...notes, end?.value.note].filter(Boolean).join(';') } : {}),
      ...(taken ? { takenBy: taken.person } : {}),
      ...(new Set(ends.map((e) => e.value.result)).size > 1 ? { conflict: true } : {}),
    },
  }
}

/** A phone that says it again means its last word. */
function lastOfEachPhone(edits: TaskEdit[]): TaskEdit[] {
  const last = new Map<string, TaskEdit>()
  for (const edit of edits) if (edit.seq >= (last.get(edit.device)?.seq ?? -1)) last.set(edit.device, edit)
  return [...last.values()]
}
