import type { DoneBy, RiskPolicy } from './risk-policy.js'

export interface MoveDeadline {
  at: Date
  /** Which rule gave it, in words. */
  basis: string
  basisEn: string
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const china = 8 * 60 * minuteMs

export const doneByOf = (policy: RiskPolicy, event: string): DoneBy => ({
  ...policy['done-by'].default,
  ...policy['done-by'].events[event],
})

/**
 * 转移时限. So many hours before the hazard begins; where that hour or the beginning falls into the night, the evening before; never sooner
 * than the shortest time in which people can be moved at all. Without an onset, or after it, that shortest time is what is left.
 */
export function moveDeadline(policy: RiskPolicy, { event, onset, now }: { event: string; onset: Date | null; now: Date }): MoveDeadline {
  const rule = doneByOf(policy, event)
  const minutes = rule['at-least-minutes']
  const soonest = new Date(Math.ceil((now.getTime() + minutes * minuteMs) / minuteMs) * minuteMs)
  const atOnce = { zh: `立即转移,${minutes} 分钟内完成`, en: `at once, done within ${minutes} minutes` }
  if (!onset) return { at: soonest, basis: `预警没有写明开始时间:${atOnce.zh}`, basisEn: `the warning names no onset: ${atOnce.en}` }
  if (onset <= now)
    return { at: soonest, basis: `预计 ${dayClock(onset, now)} 已开始:${atOnce.zh}`, basisEn: `began at ${clockOf(onset)}: ${atOnce.en}` }
  const hours = rule['hours-before']
  const before = new Date(onset.getTime() - hours * 60 * minuteMs)
  const dark = isNight(onset, rule) || isNight(before, rule)
  const target = dark ? lastEvening(before, rule.night.by) : before
  const said = `预计 ${dayClock(onset, now)} 开始`
  const saidEn = `expected to begin at ${clockOf(onset)}`
  if (target < soonest)
    return {
      at: soonest,
      basis: `${said},${dark ? '天黑前' : `提前 ${hours} 小时`}已来不及:${atOnce.zh}`,
      basisEn: `${saidEn}; too late for ${dark ? 'before dark' : `${hours} h before`}: ${atOnce.en}`,
    }
  return dark
    ? {
        at: target,
        basis: `${said},避开夜间:${dayClock(target, now)} 前完成`,
        basisEn: `${saidEn}; not by night: done by ${clockOf(target)}`,
      }
    : { at: target, basis: `${said},提前 ${hours} 小时`, basisEn: `${saidEn}; ${hours} h before` }
}

const minuteOfDay = (at: Date): number => Math.floor(((at.getTime() + china) % dayMs) / minuteMs)
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

function isNight(at: Date, { night }: DoneBy): boolean {
  const [now, from, to] = [minuteOfDay(at), minutesOf(night.from), minutesOf(night.to)]
  return from <= to ? now >= from && now < to : now >= from || now < to
}

/** The last time before `at` that the clock in China showed this. */
function lastEvening(at: Date, clock: string): Date {
  const midnight = Math.floor((at.getTime() + china) / dayMs) * dayMs - china
  const today = midnight + minutesOf(clock) * minuteMs
  return new Date(today <= at.getTime() ? today : today - dayMs)
}

const clockOf = (at: Date): string => new Date(at.getTime() + china).toISOString().slice(11, 16)

/** 今日 18:00 · 明日 05:00 · 14日 05:00 */
function dayClock(at: Date, now: Date): string {
  const day = (d: Date) => Math.floor((d.getTime() + china) / dayMs)
  const days = day(at) - day(now)
  const name = ['今日', '明日'][days] ?? `${new Date(at.getTime() + china).getUTCDate()}日`
  return `${name} ${clockOf(at)}`
}
