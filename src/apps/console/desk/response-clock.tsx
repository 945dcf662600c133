import { Button } from 'antd'
import type { Desk } from '../../shared/api-types.js'
import type { FieldBoard } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { count, countdown, millis, minuteTime } from '../../shared/times.js'
import { numbersOf } from '../alert/alert-numbers.js'
import { type Series, useAlert } from '../data/desk.js'
import { go } from '../router.js'

interface ClockProps {
  desk: Desk
  board: FieldBoard | undefined
  series: Series
  target: string | null
}
/** 处置计时: how long since it came in, and each duty with its own figure. */
export function ResponseClock({ desk, board, series, target }: ClockProps) {
  const say = useSay()
  const now = useServiceNow(1000)
  const evacuation = board?.evacuation ?? desk.evacuation ?? null
  const residents = useAlert(series.residents?.id)
  const move = numbersOf(residents.data)?.move
  // An Update is a new message of the same night: the clock runs from the first one.
  const received = Math.min(
    ...[desk.warnings[0]?.receivedAt, ...series.all.map((a) => a.createdAt)].map((at) => millis(at) ?? Number.POSITIVE_INFINITY),
  )
  const called = desk.staffCalled
  const state = series.residents?.state
  const held = state === 'held'
  const decided = state !== undefined && !held && state !== 'draft' && state !== 'submitted'
  const deadline = millis(evacuation?.deadline)
  return (
    <section className="response">
      {Number.isFinite(received) && <Item label={say('处置计时', 'Since received')}>{countdown(now - received)}</Item>}
      <Item
        label={say('叫应', 'Staff answered')}
        tone={!called ? 'plain' : called.total === 0 || called.answered < called.total ? 'warn' : 'good'}
      >
        {called?.total === 0 ? say('还没叫', 'not called') : called ? `${called.answered}/${called.total}` : '—'}
      </Item>
      <Item label={say('研判', 'Decision')} tone={decided ? 'good' : 'warn'}>
        {held ? say('已暂缓', 'on hold') : decided ? say('已完成', 'done') : say('未完成', 'open')}
        {series.residents?.issuedAt && <small> {minuteTime(series.residents.issuedAt)}</small>}
      </Item>
      <Item label={say('转移', 'Moved')} tone={evacuation && evacuation.households.left >= evacuation.households.total ? 'good' : 'plain'}>
        {evacuation ? (
          <>
            {evacuation.households.left}/{evacuation.households.total} {say('户', 'hh')} {evacuation.people.left}/{evacuation.people.total}{' '}
            {say('人', 'ppl')}
          </>
        ) : move && move.households > 0 ? (
          <>
            {say(
              `应转 ${count(move.households)} 户 ${count(move.people)} 人`,
              `to move: ${count(move.households)} hh ${count(move.people)} ppl`,
            )}
            <small> {say('未下达', 'not ordered')}</small>
          </>
        ) : (
          say('未下达', 'not ordered')
        )}
      </Item>
      <Item label={say('距转移时限', 'To the deadline')} tone={deadline !== null && deadline < now ? 'bad' : 'plain'}>
        {deadline === null ? say('未定', 'not set') : countdown(deadline - now)}
      </Item>
      {target && (
        <Button type="primary" size="large" onClick={() => go(target)} className="response-go">
          {say('处置', 'Act')} <kbd>↵</kbd>
        </Button>
      )}
    </section>
  )
}

function Item({ label, tone = 'plain', children }: { label: string; tone?: string; children: React.ReactNode }) {
  return (
    <div className={`response-item response-${tone}`}>
      <span>{label}</span>
      <b className="ys-tabular">{children}</b>
    </div>
  )
}
