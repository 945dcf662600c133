import type { FieldCopy } from './field-copy.js'

/** What the server sent of what changed, and the ids of everything that still stands. */
export interface FieldNews extends FieldCopy {
  open: { doors: string[]; tasks: string[] }
}

function merge<T extends { id: string }>(before: T[], news: T[], stays: (item: T) => boolean): T[] {
  const changed = new Map(news.map((item) => [item.id, item]))
  const kept = before.map((item) => changed.get(item.id) ?? item)
  const known = new Set(before.map((item) => item.id))
  return [...kept, ...news.filter((item) => !known.has(item.id))].filter(stays)
}

/** The last copy brought up to date: what the server no longer names leaves the phone, what is done stays for the shift. */
export function mergeCopy(before: FieldCopy, { open, ...news }: FieldNews): FieldCopy {
  const doors = new Set(open.doors)
  const tasks = new Set(open.tasks)
  return {
    ...news,
    doors: merge(before.doors, news.doors, (door) => doors.has(door.id)),
    tasks: merge(before.tasks, news.tasks, (task) => task.doneAt !== null || tasks.has(task.id)),
  }
}
