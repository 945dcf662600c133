import { Tag } from 'antd'
import type { Desk } from '../../shared/api-types.js'
import type { FieldBoard } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { numbersOf } from '../alert/alert-numbers.js'
import { type Series, useAlert } from '../data/desk.js'
import { stateWord } from '../data/words.js'
import { Figure, Panel, SumBar } from '../layout/parts.js'
import { Link } from '../router.js'
import { WhoLivesHere } from './readiness.js'

/** 通知到了吗: no number may vanish; told + not told + unknown = all. */
export function Told({ desk, series, board }: { desk: Desk; series: Series; board: FieldBoard | undefined }) {
  const say = useSay()
  const calm = !desk.staffCalled && series.all.length === 0
  return (
    <Panel
      className="area-told"
      title={calm ? say('辖区', 'Our area') : say('通知到了吗', 'Were they reached?')}
      extra={<Link to={series.residents ? `/alerts/${series.residents.id}/delivery` : '/delivery'}>{say('明细', 'Details')} ›</Link>}
    >
      {calm && <WhoLivesHere />}
      {!calm && <Staff desk={desk} />}
      {!calm && <Residents desk={desk} series={series} board={board} />}
      <Groups desk={desk} board={board} />
    </Panel>
  )
}

/** Doors of people without a contact that were knocked on; those of staff who did not answer are told apart. */
function householdKnocks(board: FieldBoard | undefined): { total: number; done: number } | null {
  const knocks = board?.knocks
  if (!knocks || knocks.total === undefined) return null
  const total = knocks.total - (knocks.staff?.total ?? 0)
  const pending = (knocks.pending ?? 0) - (knocks.staff?.pending ?? 0)
  return { total, done: total - pending }
}

function Staff({ desk }: { desk: Desk }) {
  const say = useSay()
  const called = desk.staffCalled
  if (!called)
    return (
      <p className="told-none muted">
        {say('责任人:预警一到就自动叫应,答了几人会显示在这里。', 'Staff are called at once when a warning comes; who answered shows here.')}
      </p>
    )
  const unknown =
    called.unknown ?? called.waiting ?? Math.max(0, called.total - called.answered - called.notAnswered - (called.unreachable ?? 0))
  const knocks = called.knocks
  const unreachable = called.unreachable ?? 0
  return (
    <div className="told-block">
      <h3>
        {say('责任人', 'Responsible staff')} <b className="ys-tabular">{count(called.total)}</b>
      </h3>
      <div className="figures">
        <Figure label={say('应答', 'answered')} value={called.answered} tone="good" />
        <Figure label={say('未应答', 'no answer')} value={called.notAnswered} tone={called.notAnswered > 0 ? 'bad' : 'muted'} />
        <Figure label={say('结果待查', 'unknown yet')} value={unknown} tone={unknown > 0 ? 'warn' : 'muted'} />
        {unreachable > 0 && <Figure label={say('叫不到', 'no contact')} value={unreachable} tone="bad" />}
      </div>
      <SumBar
        total={called.total}
        parts={[
          { value: called.answered, tone: 'good', label: say('应答', 'answered') },
          { value: called.notAnswered, tone: 'bad', label: say('未应答', 'no answer') },
          { value: unreachable, tone: 'bad', label: say('叫不到', 'no contact') },
          { value: unknown, tone: 'unknown', label: say('结果待查', 'unknown') },
        ]}
      />
      {knocks && (
        <p className="told-knocks">
          {say('未叫醒', 'Not woken')} <b className="ys-tabular">{called.notAnswered}</b>
          {unreachable > 0 && (
            <>
              {' '}
              · {say('叫不到', 'no contact')} <b className="ys-tabular">{unreachable}</b>
            </>
          )}{' '}
          → {say('上门', 'knocks')} {say('已派', 'sent')} <b className="ys-tabular">{knocks.sent}</b> · {say('待派', 'to send')}{' '}
          <b className="ys-tabular">{knocks.pending}</b>
        </p>
      )}
    </div>
  )
}

function Residents({ desk, series, board }: { desk: Desk; series: Series; board: FieldBoard | undefined }) {
  const knocks = householdKnocks(board)
  const say = useSay()
  const alert = useAlert(series.residents?.id)
  const progress = desk.residents
  const sent = progress && progress.planned > 0
  if (!sent) {
    const numbers = numbersOf(alert.data)
    return (
      <div className="told-block">
        <h3>
          {say('居民', 'Residents')} {series.residents && <Tag variant="filled">{stateWord(series.residents.state, say)}</Tag>}
        </h3>
        <p className="told-none muted">
          {numbers
            ? say(
                `范围内 ${count(numbers.households)} 户 ${count(numbers.people)} 人,其中 ${count(numbers.unreachable)} 人没有联系方式。转发后这里显示谁收到了。`,
                `${count(numbers.households)} households, ${count(numbers.people)} people inside, ${count(numbers.unreachable)} without contact. Who was reached shows here after the relay.`,
              )
            : say('转发后显示。', 'Shows after the relay.')}
        </p>
      </div>
    )
  }
  const unanswered = Math.max(0, progress.accepted - progress.answered)
  return (
    <div className="told-block">
      <h3>
        {say('居民', 'Residents')} <b className="ys-tabular">{count(progress.planned)}</b> <small>{say('个联系方式', 'contacts')}</small>
        <small className="told-people">{say(`${count(progress.people)} 人`, `${count(progress.people)} people`)}</small>
      </h3>
      <div className="figures">
        <Figure label={say('已送出', 'sent')} value={progress.accepted} tone="good" />
        <Figure label={say('有回执', 'receipt')} value={progress.delivered} />
        <Figure label={say('有回应', 'answered')} value={progress.answered} />
        <Figure label={say('未送达', 'failed')} value={progress.failed + progress.expired} tone={progress.failed > 0 ? 'bad' : 'muted'} />
        <Figure label={say('结果待查', 'unknown')} value={progress.unknown} tone={progress.unknown > 0 ? 'warn' : 'muted'} />
        <Figure label={say('无联系方式', 'no contact')} value={progress.unreachable} tone={progress.unreachable > 0 ? 'bad' : 'muted'} />
      </div>
      <SumBar
        total={progress.planned}
        parts={[
          { value: progress.answered, tone: 'good', label: say('有回应', 'answered') },
          { value: unanswered, tone: 'accent', label: say('已送出', 'sent') },
          { value: progress.waiting, tone: 'muted', label: say('等待', 'waiting') },
          { value: progress.unknown, tone: 'unknown', label: say('结果待查', 'unknown') },
          { value: progress.failed + progress.expired + progress.calledOff, tone: 'bad', label: say('未送达', 'failed') },
        ]}
      />
      {knocks && knocks.total > 0 && (
        <p className="told-knocks">
          {say('无联系方式 → 上门', 'No contact → knocks')} <b className="ys-tabular">{count(knocks.total)}</b>{' '}
          {say('户 · 已回话', 'doors · answered')} <b className="ys-tabular">{count(knocks.done)}</b>
        </p>
      )}
    </div>
  )
}

export function groupSums(desk: Desk | undefined, board: FieldBoard | undefined): { total: number; posted: number } | null {
  if (desk?.residentsAlertId && desk.groups) return desk.groups
  const groups = board?.groups
  if (Array.isArray(groups)) return { total: groups.length, posted: groups.filter((g) => g.posted).length }
  if (groups && groups.total > 0) return groups
  return desk?.groups ?? null
}
function Groups({ desk, board }: { desk: Desk; board: FieldBoard | undefined }) {
  const say = useSay()
  const groups = groupSums(desk, board)
  if (!groups || groups.total === 0) return null
  return (
    <div className="told-groups">
      <Link to="/groups">
        {say('居民群', 'Resident groups')} <b className="ys-tabular">{groups.posted}</b>
        <span className="ys-tabular">/{groups.total}</span> {say('已发', 'posted')}
      </Link>
      <SumBar
        total={groups.total}
        parts={[
          { value: groups.posted, tone: 'good', label: say('已发', 'posted') },
          { value: groups.total - groups.posted, tone: 'muted', label: say('未发', 'not yet') },
        ]}
      />
    </div>
  )
}
