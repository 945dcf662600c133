import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { countPeople } from '../../shared/plural.js'
import { buildingOf, spaced } from '../model/door-order.js'
import { doorState, isOpenDoor } from '../model/door-overlay.js'
import { type Sums, sumDoors } from '../model/sums.js'
import { DoorChip } from '../parts/door-chip.js'
import { DoorList, type Doors } from '../parts/door-list.js'
import { Empty } from '../parts/empty.js'
import { LevelStrip } from '../parts/level-strip.js'
import { tagWords } from '../parts/tag-words.js'
import { TopBar } from '../parts/top-bar.js'
import { useField, useSession } from '../state/field-context.js'
import { go } from '../state/route.js'
import { AddHouseholdSheet } from './add-household.js'
import { NextDoorActions } from './door-actions.js'
import { IncidentSheet } from './incident.js'

export function FourNumbers({ sums }: { sums: Sums }) {
  const say = useSay()
  const part = (people: number) => `${sums.people === 0 ? 0 : (people / sums.people) * 100}%`
  return (
    <section className="card">
      <p className="card-title">
        <span>
          {say('离家 ', 'Left ')}
          <b className="number">
            {sums.left.households}/{sums.households}
          </b>{' '}
          {say('户 ', 'homes ')}
          <b className="number">
            {sums.left.people}/{sums.people}
          </b>{' '}
          {say('人', 'people')}
        </span>
      </p>
      <div className="meter" aria-hidden="true">
        <i className="told" style={{ width: part(sums.told.people) }} />
        <i className="left" style={{ width: part(sums.left.people) }} />
        <i className="arrived" style={{ width: part(sums.arrived.people) }} />
      </div>
      <div className="four">
        <div>
          <b>{sums.told.people}</b>
          <span>{say('已通知', 'told')}</span>
        </div>
        <div>
          <b>{sums.left.people}</b>
          <span>{say('已离家', 'left')}</span>
        </div>
        <div>
          <b>{sums.arrived.people}</b>
          <span>{say('已到达', 'arrived')}</span>
        </div>
        <div className={sums.unverified.people > 0 ? 'odd' : ''}>
          <b>{sums.unverified.people}</b>
          <span>{say('待核实', 'to verify')}</span>
        </div>
      </div>
    </section>
  )
}

/** Who lives there, and what makes it urgent. */
function Household({ door }: { door: Doors[number] }) {
  const say = useSay()
  return (
    <>
      {door.head ?? say('住户', 'Household')} · {say(`${door.people} 人`, countPeople(door.people))}
      {door.tags.slice(0, 2).map((tag) => ` · ${tagWords(tag, say)}`)}
    </>
  )
}

function NextDoor({ door }: { door: Doors[number] }) {
  const say = useSay()
  return (
    <section className="card next">
      <p className="card-title">
        <span>{say('下一户', 'Next door')}</span>
        {doorState(door) !== 'to-tell' && <DoorChip door={door} />}
      </p>
      <button type="button" className="next-who" onClick={() => go('doors', door.id)}>
        <b>{spaced(door.label)}</b>
        <span>
          <Household door={door} />
          <i aria-hidden="true"> ›</i>
        </span>
      </button>
      <NextDoorActions door={door} />
    </section>
  )
}

function DoorLine({ door }: { door: Doors[number] }) {
  return (
    <button type="button" className="line" onClick={() => go('doors', door.id)}>
      <span>
        <b>{spaced(door.label)}</b>
        <span className="sub">
          <Household door={door} />
        </span>
      </span>
      <DoorChip door={door} />
    </button>
  )
}

/** Not told first, in walking order; then those told; who refused or was out is visited again at the end. */
export function nextDoorOf(doors: Doors): Doors[number] | undefined {
  const rank = { 'to-tell': 0, told: 1, 'need-help': 2, absent: 3, refused: 4 } as Record<string, number>
  return doors.filter(isOpenDoor).sort((a, b) => (rank[doorState(a)] ?? 9) - (rank[doorState(b)] ?? 9))[0]
}

export function DoorsHome() {
  const say = useSay()
  const { copy, doors } = useField()
  const { account } = useSession()
  const [sheet, setSheet] = useState<'add' | 'incident' | null>(null)
  const evacuation = copy?.evacuations[0]
  const next = nextDoorOf(doors)
  const others = doors.filter((door) => isOpenDoor(door) && door.id !== next?.id)
  const gone = doors.filter((door) => !isOpenDoor(door))
  const buildings = new Set(others.map((door) => buildingOf(door.label))).size
  return (
    <>
      <TopBar
        title={copy?.me.scopeName ?? account.name}
        under={copy === null ? undefined : `${copy.me.post} ${copy.me.name || account.name}`.trim()}
      />
      <main className="page">
        {copy?.warning != null && <LevelStrip warning={copy.warning} deadline={evacuation?.deadline ?? null} />}
        {doors.length > 0 && <FourNumbers sums={sumDoors(doors)} />}
        {next !== undefined && <NextDoor door={next} />}
        {doors.length > 0 && next === undefined && (
          <p className="note go">
            <b>{say('全部离家', 'Everybody has left')}</b>
            {say(
              '危险还没有解除:点位继续值守,没有通知不返回。',
              'The danger is not over: go on watching the points; nobody returns without notice.',
            )}
          </p>
        )}
        {doors.length === 0 && (
          <Empty icon="rain" title={say('现在没有要转移的住户', 'Nobody has to move now')}>
            <p>
              {say(
                '值班台下令转移后,清单会自己出现在这里,没有信号也能用。',
                'When the desk orders a move the list appears here by itself. It works without a signal.',
              )}
            </p>
          </Empty>
        )}
        <DoorList
          title={buildings > 1 ? say('其余,按楼栋顺序', 'The others, in walking order') : say('其余', 'The others')}
          doors={others}
          line={(door) => <DoorLine door={door} />}
        />
        <DoorList title={say('已离家', 'Have left')} doors={gone} line={(door) => <DoorLine door={door} />} />
        <div className="row foot-row">
          <button type="button" className="button" disabled={evacuation === undefined} onClick={() => setSheet('add')}>
            + {say('不在名单的人', 'Not on the list')}
          </button>
          <button type="button" className="button" onClick={() => setSheet('incident')}>
            + {say('事件', 'Incident')}
          </button>
        </div>
        {sheet === 'add' && evacuation !== undefined && <AddHouseholdSheet evacuationId={evacuation.id} onClose={() => setSheet(null)} />}
        {sheet === 'incident' && <IncidentSheet onClose={() => setSheet(null)} />}
      </main>
    </>
  )
}
