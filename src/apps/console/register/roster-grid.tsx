import { Dropdown, type MenuProps } from 'antd'
import type { Roster } from '../../../register/duty/duty-routes.js'
import { useSay } from '../../shared/language.js'
import { useMay } from '../data/session.js'
import {
  dateOfShift,
  dayWord,
  groupsOf,
  type Person,
  type PostGroup,
  type Shift,
  shortDate,
  type Turn,
  turnHours,
  turnOf,
  turnWord,
  weekOf,
} from './roster-words.js'

/** What a press on a cell asks for. */
export interface CellActs {
  put: (person: Person, date: string, turn: Turn) => void
  clear: (shift: Shift) => void
  away: (person: Person, date: string, shift: Shift | null) => void
  /** The first of two turns that are swapped is chosen, then the second pressed. */
  swap: (shift: Shift) => void
  swapping: Shift | null
}

/** A week like a hospital's rota: who, by post; a night that stands empty is red. */
export function RosterGrid({ roster, acts }: { roster: Roster; acts: CellActs }) {
  const say = useSay()
  const dates = weekOf(roster.from)
  return (
    <div className="roster-scroll">
      <table className="roster">
        <thead>
          <tr>
            <th scope="col">{say('岗位 · 姓名', 'Post · name')}</th>
            {dates.map((date) => (
              <th key={date} scope="col" className={date === roster.today ? 'is-today' : ''}>
                {dayWord(date, say)} <small>{shortDate(date, say)}</small>
              </th>
            ))}
          </tr>
        </thead>
        {groupsOf(roster.people).map((group) => (
          <Group key={group.key} group={group} roster={roster} dates={dates} acts={acts} />
        ))}
      </table>
    </div>
  )
}

function Group({ group, roster, dates, acts }: { group: PostGroup; roster: Roster; dates: string[]; acts: CellActs }) {
  const say = useSay()
  const empty = new Set(roster.emptyNights.filter((e) => `${e.place} ${e.post}` === group.key).map((e) => e.date))
  return (
    <tbody>
      <tr className="roster-post">
        <th scope="rowgroup">
          {group.post} <small className="muted">{group.placeName}</small>
        </th>
        {dates.map((date) => (
          <td key={date}>{empty.has(date) && <span className="roster-empty">{say('夜里没人', 'nobody at night')}</span>}</td>
        ))}
      </tr>
      {group.people.map((person) => (
        <tr key={person.id}>
          <th scope="row" title={person.deputyName ? say(`副手 ${person.deputyName}`, `deputy ${person.deputyName}`) : undefined}>
            {person.name}
            {person.onDutyNow && <i className="roster-now" title={say('此刻在值', 'on duty now')} />}
            {person.standing && <small className="muted"> {say('常备', 'standing')}</small>}
          </th>
          {dates.map((date) => (
            <td key={date} className={date === roster.today ? 'is-today' : ''}>
              <Cell person={person} date={date} roster={roster} acts={acts} />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}

function Cell({ person, date, roster, acts }: { person: Person; date: string; roster: Roster; acts: CellActs }) {
  const say = useSay()
  const may = useMay()('roster.edit')
  const here = roster.shifts.filter((s) => dateOfShift(s) === date)
  const own = here.filter((s) => s.kind === 'roster' && s.staffId === person.id)
  const away = here.find((s) => s.kind === 'override' && s.insteadOf === person.id)
  const comes = here.filter((s) => s.kind === 'override' && s.staffId === person.id)
  const nameOf = (id: string | null) => roster.people.find((p) => p.id === id)?.name ?? (id ? say('别处的人', 'somebody else') : null)
  const puts: MenuProps['items'] = (['day', 'night', 'whole'] as const).map((turn) => ({
    key: turn,
    label: `${turnWord(turn, say)} ${turnHours[turn]}`,
  }))
  const leave = { key: 'away', label: say('请假、替班…', 'Away, a substitute …') }
  return (
    <div className="roster-cell">
      {own.map((shift) => (
        <Dropdown
          key={shift.id}
          trigger={['click']}
          disabled={!may || acts.swapping !== null}
          menu={{
            items: [
              leave,
              { key: 'swap', label: say('和别人对调', 'Swap with …') },
              { key: 'clear', danger: true, label: say('取消这个班', 'Clear') },
            ],
            onClick: ({ key }) => (key === 'away' ? acts.away(person, date, shift) : key === 'swap' ? acts.swap(shift) : acts.clear(shift)),
          }}
        >
          <button
            type="button"
            className={`turn turn-${turnOf(shift)}${away ? ' is-away' : ''}${acts.swapping?.id === shift.id ? ' is-chosen' : ''}`}
            onClick={() => acts.swapping && acts.swap(shift)}
            aria-label={`${person.name} ${shortDate(date, say)} ${turnWord(turnOf(shift), say)}`}
          >
            {turnWord(turnOf(shift), say)}
          </button>
        </Dropdown>
      ))}
      {away && (
        <button
          type="button"
          className="turn-note"
          disabled={!may}
          onClick={() => acts.clear(away)}
          title={say('取消替班', 'Take the substitute back')}
        >
          {nameOf(away.staffId) ? say(`${nameOf(away.staffId)}替`, `by ${nameOf(away.staffId)}`) : say('请假,副手顶上', 'away, deputy')}
          <small>{away.note}</small>
        </button>
      )}
      {comes.map((s) => (
        <span key={s.id} className="turn turn-substitute">
          {say(`替${nameOf(s.insteadOf) ?? ''}`, `for ${nameOf(s.insteadOf) ?? ''}`)}
        </span>
      ))}
      {own.length === 0 && !away && comes.length === 0 && may && !acts.swapping && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [...puts, ...(person.standing ? [leave] : [])],
            onClick: ({ key }) => (key === 'away' ? acts.away(person, date, null) : acts.put(person, date, key as Turn)),
          }}
        >
          <button
            type="button"
            className="turn-add"
            aria-label={say(`给${person.name}排${shortDate(date, say)}`, `${person.name}, ${shortDate(date, say)}: add`)}
          >
            +
          </button>
        </Dropdown>
      )}
    </div>
  )
}
