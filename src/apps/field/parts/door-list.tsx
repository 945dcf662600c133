import type { ReactNode } from 'react'
import { useSay } from '../../shared/language.js'
import type { FieldState } from '../state/field-store.js'

export type Doors = FieldState['doors']

/** A titled list of households, counted; nothing at all when there are none. */
export function DoorList({ title, doors, line }: { title: string; doors: Doors; line: (door: Doors[number]) => ReactNode }) {
  const say = useSay()
  if (doors.length === 0) return null
  return (
    <section>
      <h2 className="section">
        <span>{title}</span>
        <span className="quiet">{say(`${doors.length} 户`, `${doors.length}`)}</span>
      </h2>
      <ul className="list">
        {doors.map((door) => (
          <li key={door.id}>{line(door)}</li>
        ))}
      </ul>
    </section>
  )
}
