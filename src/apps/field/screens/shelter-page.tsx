import { useState } from 'react'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { countPeople } from '../../shared/plural.js'
import { minuteTime } from '../../shared/times.js'
import { doorState } from '../model/door-overlay.js'
import type { FieldDoor, FieldShelter } from '../model/field-copy.js'
import { DoorChip } from '../parts/door-chip.js'
import { DoorList, type Doors } from '../parts/door-list.js'
import { Empty } from '../parts/empty.js'
import { LevelStrip } from '../parts/level-strip.js'
import { Sheet } from '../parts/sheet.js'
import { Stepper } from '../parts/stepper.js'
import { TopBar } from '../parts/top-bar.js'
import { useField } from '../state/field-context.js'
import { useDoorActions } from '../state/use-actions.js'

/** How full it is; from four fifths on it says so. */
function Occupancy({ shelter, coming }: { shelter: FieldShelter; coming: number }) {
  const say = useSay()
  const share = shelter.capacity === 0 ? 0 : shelter.arrived / shelter.capacity
  const free = shelter.capacity - shelter.arrived
  return (
    <section className="card">
      <p className="card-title">
        <span>{shelter.name}</span>
        {share >= 0.8 && <span className="chip grave">{say('快满了', 'nearly full')}</span>}
      </p>
      <p>
        <b className="number">{shelter.arrived}</b> / {shelter.capacity} {say('人', 'people')} ·{' '}
        {say(`还可容纳 ${free} 人`, `${free} places free`)} · {say(`在路上 ${coming} 人`, `${coming} on the way`)}
      </p>
      <div className="meter" aria-hidden="true">
        <i className="arrived" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
    </section>
  )
}

function ArrivalSheet({ door, shelterId, onClose }: { door: FieldDoor; shelterId: string | null; onClose: () => void }) {
  const say = useSay()
  const actions = useDoorActions()
  const expected = door.leftPeople ?? door.people
  const [people, setPeople] = useState(expected)
  return (
    <Sheet title={`${door.head ?? ''} ${door.label}`} onClose={onClose}>
      <p className="quiet">{say(`应到 ${door.people} 人。数一数到了几个。`, `${door.people} expected. Count how many are here.`)}</p>
      <Stepper value={people} least={1} unit={say('人', '')} onChange={setPeople} />
      {people < door.people && (
        <p className="note warn">
          {say(`还差 ${door.people - people} 人,值班台会看到“待核实”。`, `${door.people - people} missing: the desk sees “to verify”.`)}
        </p>
      )}
      {people > door.people && (
        <p className="note warn">
          {say(`比登记多 ${people - door.people} 人,台账会改。`, `${people - door.people} more than listed: the ledger follows.`)}
        </p>
      )}
      <HoldButton
        tone="calm"
        hint={say('按住约 1 秒', 'hold for a second')}
        onHeld={() => {
          actions.arrived(door, people, shelterId)
          onClose()
        }}
      >
        {say(`长按:确认到达 ${people} 人`, `Hold: ${people} have arrived`)}
      </HoldButton>
    </Sheet>
  )
}

function Arrival({ door, onOpen }: { door: Doors[number]; onOpen?: (door: FieldDoor) => void }) {
  const say = useSay()
  return (
    <div className="line">
      <span>
        <b>{door.head ?? say('住户', 'Household')}</b> {say(`${door.people} 人`, countPeople(door.people))}
        <span className="sub">{door.label}</span>
      </span>
      {onOpen === undefined ? (
        <span className="chip go">
          {minuteTime(door.arrivedAt)} · {say(`${door.arrivedPeople ?? 0} 人`, `${door.arrivedPeople ?? 0}`)}
        </span>
      ) : doorState(door) === 'left' || (door.leftPeople ?? 0) > 0 ? (
        <button type="button" className="button go posted" onClick={() => onOpen(door)}>
          {say('到达', 'Arrived')}
        </button>
      ) : (
        <button type="button" className="plain-link" onClick={() => onOpen(door)}>
          <DoorChip door={door} />
        </button>
      )}
    </div>
  )
}

export function ShelterPage() {
  const say = useSay()
  const { copy, doors } = useField()
  const [open, setOpen] = useState<FieldDoor | null>(null)
  const shelters = copy?.shelters ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const shelter =
    shelters.find((each) => each.id === chosen) ?? shelters.find((each) => doors.some((door) => door.shelterId === each.id)) ?? shelters[0]
  const mine = doors.filter((door) => shelter === undefined || door.shelterId === shelter.id)
  const here = mine.filter((door) => door.arrivedAt !== null)
  const coming = mine.filter((door) => door.arrivedAt === null && (door.leftPeople ?? 0) > 0)
  const later = mine.filter((door) => door.arrivedAt === null && (door.leftPeople ?? 0) === 0)
  const heads = (list: FieldDoor[]) => list.reduce((sum, door) => sum + door.people, 0)
  const awaited = (door: Doors[number]) => <Arrival door={door} onOpen={setOpen} />
  // What this keeper has just counted is in the numbers before the server has answered.
  const counted = doors.reduce((sum, door) => sum + (door.shelterId === shelter?.id ? (door.arrivedPeople ?? 0) : 0), 0)
  return (
    <>
      <TopBar title={say('安置点', 'Shelter')} under={shelter?.address} />
      <main className="page">
        {copy?.warning != null && <LevelStrip warning={copy.warning} deadline={null} />}
        {shelters.length > 1 && (
          <label className="entry">
            {say('哪个安置点', 'Which shelter')}
            <select value={shelter?.id} onChange={(event) => setChosen(event.target.value)}>
              {shelters.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {shelter !== undefined && (
          <Occupancy shelter={{ ...shelter, arrived: Math.max(shelter.arrived, counted) }} coming={heads(coming)} />
        )}
        {mine.length === 0 && (
          <Empty icon="shelter" title={say('还没有人要来', 'Nobody is on the way')}>
            <p>
              {say(
                '值班台下令转移后,来您这里的住户会列在这里,到一户确认一户。',
                'When a move is ordered, the households coming here are listed; confirm each as it arrives.',
              )}
            </p>
          </Empty>
        )}
        <DoorList title={say('在路上', 'On the way')} doors={coming} line={awaited} />
        <DoorList title={say('还没离家', 'Not left yet')} doors={later} line={awaited} />
        <DoorList
          title={say(`已到达 ${heads(here)} 人`, `Arrived: ${countPeople(heads(here))}`)}
          doors={here}
          line={(door) => <Arrival door={door} />}
        />
        {open !== null && <ArrivalSheet door={open} shelterId={shelter?.id ?? null} onClose={() => setOpen(null)} />}
      </main>
    </>
  )
}
