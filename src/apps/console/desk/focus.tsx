import type { Desk } from '../../shared/api-types.js'
import type { Evacuation, FieldBoard, FieldTask, WatchedPoint } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { LevelShape } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { millis } from '../../shared/times.js'
import { pointKindWord } from '../data/words.js'
import { HelpList, openHelpTasks } from '../evacuation/help-panel.js'
import { Age, Figure, Panel } from '../layout/parts.js'
import { Link } from '../router.js'

/** 重点: the people who move, the points that are watched, the cries for help. */
export function Focus({ desk, board }: { desk: Desk; board: FieldBoard | undefined }) {
  const say = useSay()
  const evacuation = board?.evacuation ?? desk.evacuation
  const points = board?.points ?? desk.points ?? []
  const tasks = openHelpTasks(board?.helpTasks ?? desk.helpTasks ?? [])
  return (
    <Panel className="area-focus" title={say('重点', 'What matters most')}>
      <div className="focus">
        <Moving evacuation={evacuation ?? null} />
        <Points points={points} />
        <HelpTasks tasks={tasks} />
      </div>
    </Panel>
  )
}

function Moving({ evacuation }: { evacuation: Evacuation | null }) {
  const say = useSay()
  return (
    <div className="focus-part">
      <h3>
        {say('转移', 'Moving')} <Link to="/evacuation">{say('台账', 'Ledger')} ›</Link>
      </h3>
      {evacuation ? (
        <FourNumbers evacuation={evacuation} />
      ) : (
        <p className="muted">
          {say(
            '未下达转移。在处置页按“组织转移”,由人下令,从不自动。',
            'No order to move yet. It is given on the alert page, by a person, never automatically.',
          )}
        </p>
      )}
    </div>
  )
}

export function FourNumbers({ evacuation, large }: { evacuation: Evacuation; large?: boolean }) {
  const say = useSay()
  const { households, people } = evacuation
  const unverified = people.left - people.arrived
  const size = large ? 'large' : 'normal'
  const hh = (n: number) => say(`${n} 户`, `${n} hh`)
  const steps = [
    { step: 'told', label: say('已通知', 'told'), ends: false },
    { step: 'left', label: say('已离家', 'left'), ends: true },
    { step: 'arrived', label: say('已到达(核验)', 'at shelter'), ends: true },
  ] as const
  return (
    <>
      <div className="figures">
        <Figure size={size} label={say('应转(人)', 'to move')} value={people.planned} note={hh(households.planned)} />
        {steps.map(({ step, label, ends }) => (
          <Figure
            key={step}
            size={size}
            label={label}
            value={people[step]}
            of={people.total}
            note={hh(households[step])}
            tone={ends && people[step] >= people.total ? 'good' : 'plain'}
          />
        ))}
        <Figure
          size={size}
          label={say('待核实', 'unverified')}
          value={unverified}
          tone={unverified > 0 ? 'warn' : 'muted'}
          note={say('离家未到', 'on the way')}
        />
      </div>
      <Exceptions evacuation={evacuation} />
    </>
  )
}

function Exceptions({ evacuation: { households, people } }: { evacuation: Evacuation }) {
  const say = useSay()
  const added = people.total - people.planned
  const exceptions: [number, string, string][] = [
    [households.refused, 'tone-bad', say(`拒不转移 ${households.refused} 户`, `${households.refused} refuse`)],
    [households.absent, 'tone-warn', say(`家中无人 ${households.absent} 户`, `${households.absent} not in`)],
    [households.needHelp, 'tone-bad', say(`需协助 ${households.needHelp} 户`, `${households.needHelp} need help`)],
    [added, '', say(`名单外增加 ${added} 人`, `${added} not on the list`)],
  ]
  const shown = exceptions.filter(([n]) => n !== 0)
  if (shown.length === 0) return null
  return (
    <p className="focus-exceptions">
      {shown.map(([, tone, words]) => (
        <b key={words} className={tone}>
          {words}
        </b>
      ))}
    </p>
  )
}

function Points({ points }: { points: WatchedPoint[] }) {
  const say = useSay()
  const kinds = [...new Set(points.map((point) => point.kind))]
  return (
    <div className="focus-part">
      <h3>
        {say('重点部位', 'Watched points')} <Link to="/map">{say('地图', 'Map')} ›</Link>
      </h3>
      {points.length === 0 && (
        <p className="muted">
          {say('红色、橙色预警发出后,易涝点和危旧房在这里按时查看。', 'After a red or orange warning these are looked at in turn.')}
        </p>
      )}
      <ul className="points">
        {kinds.map((kind) => (
          <PointKind key={kind} kind={kind} points={points.filter((point) => point.kind === kind)} />
        ))}
      </ul>
    </div>
  )
}

/** One line per kind, led by the one that was looked at longest ago; an overdue one has its square. */
function PointKind({ kind, points }: { kind: string; points: WatchedPoint[] }) {
  const say = useSay()
  const now = useServiceNow(5000)
  const overdue = points.filter((point) => point.overdue || (millis(point.nextDueAt) ?? Number.POSITIVE_INFINITY) < now)
  const never = points.filter((point) => !point.lastLookedAt)
  const oldest = points.reduce<WatchedPoint | null>(
    (found, point) => (!found || (millis(point.lastLookedAt) ?? 0) < (millis(found.lastLookedAt) ?? 0) ? point : found),
    null,
  )
  return (
    <li className={overdue.length > 0 ? 'is-overdue' : ''}>
      <span>
        {pointKindWord(kind, say)} <b className="ys-tabular">{points.length}</b>
      </span>
      <span className="muted">
        {never.length > 0 ? (
          say(`${never.length} 处未看`, `${never.length} not looked at`)
        ) : (
          <Age at={oldest?.lastLookedAt} prefix={say('最久 ', 'oldest ')} />
        )}
      </span>
      {overdue.length > 0 && (
        <span className="points-overdue" title={overdue.map((point) => point.name).join(' · ')}>
          <LevelShape level="red" size={10} /> {say(`超时 ${overdue.length}`, `${overdue.length} overdue`)}
        </span>
      )}
    </li>
  )
}

function HelpTasks({ tasks }: { tasks: FieldTask[] }) {
  const say = useSay()
  return (
    <div className="focus-part">
      <h3>
        {say('求助', 'Help')} <b className="ys-tabular">{tasks.length}</b>
      </h3>
      {tasks.length === 0 && <p className="muted">{say('没有未了的求助。', 'No open cry for help.')}</p>}
      <HelpList tasks={tasks.slice(0, 5)} />
    </div>
  )
}
