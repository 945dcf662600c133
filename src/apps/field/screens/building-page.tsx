import { useState } from 'react'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { buildingOf } from '../model/door-order.js'
import { doorState } from '../model/door-overlay.js'
import { DoorChip } from '../parts/door-chip.js'
import { Empty } from '../parts/empty.js'
import { LevelStrip } from '../parts/level-strip.js'
import { TopBar } from '../parts/top-bar.js'
import { useField, useSession } from '../state/field-context.js'
import type { FieldState } from '../state/field-store.js'
import { go } from '../state/route.js'

type Doors = FieldState['doors']

/** The building chief's page: one building, everybody told in one press, except the doors that did not answer. */
function Building({ name, doors, knocks }: { name: string; doors: Doors; knocks: FieldState['tasks'] }) {
  const say = useSay()
  const { store } = useSession()
  const [silent, setSilent] = useState<Set<string>>(new Set())
  const open = [...doors.filter((door) => doorState(door) === 'to-tell'), ...knocks.filter((task) => task.doneAt === null)]
  const answered = open.filter((each) => !silent.has(each.id))
  const toggle = (id: string) =>
    setSilent((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]))
  const finish = () => {
    const doorEdits = doors
      .filter((door) => doorState(door) === 'to-tell')
      .map((door) => ({
        target: { type: 'household', id: door.id },
        verb: silent.has(door.id) ? 'absent' : 'told',
        value: { seen: door.version, ...(silent.has(door.id) ? { reason: '敲门无人应' } : {}) },
      }))
    const knockEdits = knocks
      .filter((task) => task.doneAt === null)
      .map((task) => ({ target: { type: 'task', id: task.id }, verb: 'done', value: { result: silent.has(task.id) ? 'nobody' : 'told' } }))
    void store.act([...doorEdits, ...knockEdits], say(`已记:${name} ${answered.length} 户已通知`, `Noted: ${answered.length} doors told`))
    setSilent(new Set())
  }
  return (
    <section className="card">
      <p className="card-title">
        <span>{name}</span>
        <span>{say(`${doors.length + knocks.length} 户`, `${doors.length + knocks.length} doors`)}</span>
      </p>
      <ul className="list">
        {doors.map((door) => (
          <li key={door.id} className="line">
            <button type="button" className="plain-link" onClick={() => go('doors', door.id)}>
              <b>{door.label.slice(name.length) || door.label}</b>{' '}
              <span className="quiet">{say(`${door.people} 人`, `${door.people}`)}</span>
            </button>
            {doorState(door) === 'to-tell' ? (
              <button type="button" className="button tick" aria-pressed={silent.has(door.id)} onClick={() => toggle(door.id)}>
                {silent.has(door.id) ? say('✕ 无人应', '✕ no answer') : say('✓ 已通知', '✓ told')}
              </button>
            ) : (
              <DoorChip door={door} />
            )}
          </li>
        ))}
        {knocks.map((task) => (
          <li key={task.id} className="line">
            <span>
              <b>{task.label ?? task.title}</b>
            </span>
            {task.doneAt === null ? (
              <button type="button" className="button tick" aria-pressed={silent.has(task.id)} onClick={() => toggle(task.id)}>
                {silent.has(task.id) ? say('✕ 无人应', '✕ no answer') : say('✓ 已通知', '✓ told')}
              </button>
            ) : (
              <span className={`chip ${task.result === 'nobody' ? 'grave' : 'go'}`}>
                {task.result === 'nobody' ? say('无人应', 'no answer') : say('已通知', 'told')}
              </span>
            )}
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <HoldButton
          tone="calm"
          hint={say('没人应的先点一下改成“无人应”,再按住', 'first tap the doors that did not answer, then hold')}
          onHeld={finish}
        >
          {silent.size === 0
            ? say(`长按:${answered.length} 户都已通知`, `Hold: all ${answered.length} doors told`)
            : say(`长按:${answered.length} 户已通知,${silent.size} 户无人应`, `Hold: ${answered.length} told, ${silent.size} no answer`)}
        </HoldButton>
      )}
    </section>
  )
}

export function BuildingPage() {
  const say = useSay()
  const { copy, doors, tasks } = useField()
  const knocks = tasks.filter((task) => task.kind === 'knock')
  const names = Array.from(
    new Set([...doors.map((door) => buildingOf(door.label)), ...knocks.map((task) => buildingOf(task.label ?? task.title))]),
  )
  return (
    <>
      <TopBar title={say('我的楼栋', 'My building')} under={copy?.me.scopeName} />
      <main className="page">
        {copy?.warning != null && <LevelStrip warning={copy.warning} deadline={copy.evacuations[0]?.deadline ?? null} />}
        {names.length === 0 && (
          <Empty icon="doors" title={say('现在不用上门', 'No door to knock at now')}>
            <p>
              {say(
                '有要转移或叫不应的住户时,按门牌列在这里,一次记完一栋。',
                'Households to move or not woken are listed here by door: one press for the whole building.',
              )}
            </p>
          </Empty>
        )}
        {names.map((name) => (
          <Building
            key={name}
            name={name}
            doors={doors.filter((door) => buildingOf(door.label) === name)}
            knocks={knocks.filter((task) => buildingOf(task.label ?? task.title) === name)}
          />
        ))}
      </main>
    </>
  )
}
