import type { ReachAnswer } from '../../../delivery/progress-routes.js'
import type { AlertDetail, Channel, Progress } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { clockTime, count } from '../../shared/times.js'
import { sharesOf } from '../alert/ladder-panel.js'
import { channelWord } from '../data/words.js'
import { Age, Figure, Panel, SumBar } from '../layout/parts.js'
import { deliveryStates, deliveryTone, gradeRows } from './delivery-words.js'
import { NumbersLeft } from './numbers-left.js'
import type { Knocks } from './use-knocks.js'

const order: Channel[] = ['sms', 'voice', 'push', 'group']

/** Every contact in exactly one state. Unknown is a state of its own. */
export function ReachPanel({ progress }: { progress: Progress }) {
  const say = useSay()
  return (
    <Panel
      title={say('每个联系方式的下落', 'What became of every contact')}
      extra={progress.countedAt && <Age at={progress.countedAt} prefix={say('统计于', 'counted ')} />}
    >
      <div className="figures">
        <Figure
          label={say('应通知', 'planned')}
          value={progress.planned}
          note={say(`${count(progress.people)} 人`, `${count(progress.people)} people`)}
        />
        <Figure label={say('已送出', 'sent')} value={progress.accepted} tone="good" />
        <Figure label={say('等待', 'waiting')} value={progress.waiting} tone="muted" />
        <Figure label={say('未送达', 'failed')} value={progress.failed} tone={progress.failed > 0 ? 'bad' : 'muted'} />
        <Figure label={say('结果待查', 'unknown')} value={progress.unknown} tone={progress.unknown > 0 ? 'warn' : 'muted'} />
        {progress.expired > 0 && <Figure label={say('已过期', 'expired')} value={progress.expired} tone="bad" />}
        {progress.calledOff > 0 && <Figure label={say('已撤下', 'called off')} value={progress.calledOff} tone="muted" />}
        <Figure
          label={say('无联系方式(人)', 'no contact')}
          value={progress.unreachable}
          tone={progress.unreachable > 0 ? 'bad' : 'muted'}
        />
      </div>
      <SumBar total={Math.max(1, progress.planned)} parts={sharesOf(progress, say)} />
      <p className="small muted ys-tabular">
        {say('第一条送出 ', 'first sent ')}
        {clockTime(progress.firstAcceptedAt)} · {say('最后一条 ', 'last ')}
        {clockTime(progress.lastAcceptedAt)}
      </p>
      <States progress={progress} />
    </Panel>
  )
}

/** What each state that occurs means, and what happens next. */
function States({ progress }: { progress: Progress }) {
  const say = useSay()
  const countOf = { ...progress, 'called-off': progress.calledOff }
  return (
    <ul className="state-sentences small">
      {deliveryStates
        .filter(({ state }) => countOf[state] > 0)
        .map((one) => (
          <li key={one.state}>
            <span className={`state state-${deliveryTone(one.state)}`}>{say(one.zh, one.en)}</span>
            <span className="muted">{say(one.meansZh, one.meansEn)}</span>
          </li>
        ))}
    </ul>
  )
}

/** How far the people got. A message taken by the carrier is not a person who has heard it, so grades are never added up. */
export function GradesPanel({ alert, progress, knocks }: { alert: AlertDetail; progress: Progress; knocks: Knocks }) {
  const say = useSay()
  const rows = gradeRows(progress, say)
  return (
    <Panel title={say('人知道到哪一步', 'How far people got')}>
      <Woken alert={alert} progress={progress} knocks={knocks} />
      <ul className="grades">
        {rows.map((row) => (
          <li key={row.grade} className={row.value === 0 ? 'muted' : ''}>
            <span>{row.label}</span>
            <SumBar
              total={1}
              parts={[
                { ...row, value: row.value / Math.max(1, progress.accepted) },
                { value: 1 - row.value / Math.max(1, progress.accepted), tone: 'empty', label: '' },
              ]}
            />
            <b className="ys-tabular">{count(row.value)}</b>
          </li>
        ))}
      </ul>
      <p className="small muted">
        {say(
          '每个联系方式只算最高的一级,六级合计 = 已送出',
          'Each contact counts once, with its highest grade: together they are what was sent',
        )}
      </p>
    </Panel>
  )
}

/** 叫应 of responsible people and 叫醒 of residents are two figures: told + not told + unknown make the whole, in either. */
function Woken({ alert, progress, knocks }: { alert: AlertDetail; progress: Progress; knocks: Knocks }) {
  const say = useSay()
  const called = progress.called
  if (alert.audience === 'staff' && !called) return null
  const homes = alert.numbers?.households ?? 0
  const told = Math.min(homes, (progress.householdsAnswered ?? 0) + knocks.homes.told)
  const whole = called
    ? {
        name: say('叫应(责任人)', 'Staff called and answering'),
        ...{
          total: called.total,
          told: called.answered,
          not: called.notAnswered + (called.unreachable ?? 0),
          unknown: called.waiting ?? 0,
        },
      }
    : {
        name: say('叫醒(住户)', 'Households woken'),
        ...{ total: homes, told, not: knocks.homes.nobody, unknown: Math.max(0, homes - told - knocks.homes.nobody) },
      }
  return (
    <div className="woken">
      <b>{whole.name}</b>
      <span className="ys-tabular">
        <b className="tone-good">{count(whole.told)}</b>/{count(whole.total)}
      </span>
      <SumBar
        total={Math.max(1, whole.total)}
        parts={[
          { value: whole.told, tone: 'good', label: say('已知道', 'told') },
          { value: whole.not, tone: 'bad', label: say('没叫醒', 'not told') },
          { value: whole.unknown, tone: 'unknown', label: say('还不知道', 'unknown') },
        ]}
      />
      <small className="muted ys-tabular">
        {say(
          `已知道 ${count(whole.told)} + 没叫醒 ${count(whole.not)} + 还不知道 ${count(whole.unknown)}`,
          `told ${count(whole.told)} + not ${count(whole.not)} + unknown ${count(whole.unknown)}`,
        )}
      </small>
    </div>
  )
}

export function ChannelsPanel({ alertId, progress, reach }: { alertId: string; progress: Progress; reach: ReachAnswer | undefined }) {
  const say = useSay()
  const used = order.filter((channel) => progress.byChannel?.[channel]?.planned)
  return (
    <Panel title={say('按通道', 'By channel')}>
      <ul className="channel-rows">
        {used.map((channel) => {
          const one = progress.byChannel![channel]!
          const silent = reach?.withoutReceipts.includes(channel)
          return (
            <li key={channel}>
              <b>{channelWord(channel, say)}</b>
              <span className="ys-tabular">
                {count(one.accepted)}/{count(one.planned)}
              </span>
              <SumBar total={one.planned ?? 0} parts={sharesOf(one, say)} />
              <small className="muted ys-tabular">
                {silent
                  ? say('已发出,无回执', 'sent, gives no receipt')
                  : say(`回执 ${count(one.delivered)}`, `receipts ${count(one.delivered)}`)}
                {say(` · 回应 ${count(one.answered)}`, ` · answers ${count(one.answered)}`)}
                {(one.failed ?? 0) > 0 && <b className="tone-bad"> {say(`未送达 ${count(one.failed)}`, `failed ${count(one.failed)}`)}</b>}
                {(one.unknown ?? 0) > 0 && (
                  <b className="tone-warn"> {say(`待查 ${count(one.unknown)}`, `unknown ${count(one.unknown)}`)}</b>
                )}
              </small>
            </li>
          )
        })}
        {used.length === 0 && <li className="muted">{say('还没有发出', 'not sent yet')}</li>}
      </ul>
      <NumbersLeft path={`/api/alerts/${alertId}/numbers-left`} only={used} />
    </Panel>
  )
}
