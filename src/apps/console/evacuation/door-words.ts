import type { Door } from '../../shared/field-types.js'
import type { Say } from '../../shared/language.js'

/** Who needs somebody first: help, refusal, nobody in; then those not yet told; those safe at the end. */
const order = ['need-help', 'refused', 'absent', 'to-tell', 'told', 'left', 'arrived', 'returned']
export const doorRank = (door: Door): number => {
  const at = order.indexOf(door.state)
  return (door.conflict ? -1 : 0) + (at < 0 ? 3 : at)
}
export const doorStates = order
export const doorStateWord = (state: string, say: Say): string =>
  ({
    'need-help': say('需协助', 'Needs help'),
    refused: say('拒不转移', 'Refuses'),
    absent: say('家中无人', 'Not in'),
    'to-tell': say('待通知', 'To tell'),
    told: say('已通知', 'Told'),
    left: say('已离家', 'Left'),
    arrived: say('已到达(核验)', 'Arrived (verified)'),
    returned: say('已返回', 'Returned'),
  })[state] ?? state
export const doorTone = (state: string): string =>
  ({
    'need-help': 'bad',
    refused: 'bad',
    absent: 'warn',
    'to-tell': 'muted',
    told: 'plain',
    left: 'accent',
    arrived: 'good',
    returned: 'good',
  })[state] ?? 'plain'
