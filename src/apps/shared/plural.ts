/** English counts one person otherwise than two. */
export const countPeople = (count: number): string => (count === 1 ? '1 person' : `${count} people`)
