const byNumber = new Intl.Collator('zh-Hans-CN', { numeric: true })

/** 栋–单元–楼层 by their numbers, as one walks: no position is needed, and 10栋 comes after 2栋. */
export const inWalkingOrder = (a: { place: string; label: string }, b: { place: string; label: string }): number =>
  a.place === b.place ? byNumber.compare(a.label, b.label) : a.place < b.place ? -1 : 1

/** 2栋1单元1楼101室 → 2栋, 后巷3号院1单元1楼101室 → 后巷3号院: what a worker calls the place to go next. */
export function buildingOf(label: string): string {
  const found = /^(.+?)\d+单元/.exec(label) ?? /^(.+?栋)/.exec(label)
  return found?.[1] ?? label
}

/** 2栋1单元1楼101室 → 2 栋 1 单元 1 楼 101 室: read at arm's length; a line never breaks between a number and its word. */
export const spaced = (label: string): string => label.replace(/(\d+)\s*/g, ' $1\u00a0').trim()
