import { useSay } from '../../shared/language.js'
import { type DoorFacts, type DoorState, doorState } from '../model/door-overlay.js'

const words: Record<DoorState, { zh: string; en: string; tone: string }> = {
  'to-tell': { zh: '未通知', en: 'To tell', tone: '' },
  told: { zh: '已通知', en: 'Told', tone: '' },
  left: { zh: '已离家', en: 'Left', tone: 'warn' },
  arrived: { zh: '已到达', en: 'Arrived', tone: 'go' },
  returned: { zh: '已返回', en: 'Home', tone: 'go' },
  refused: { zh: '拒不转移', en: 'Refuses', tone: 'grave' },
  absent: { zh: '家中无人', en: 'Nobody in', tone: 'grave' },
  'need-help': { zh: '需协助', en: 'Needs help', tone: 'grave' },
}

/** State in one word; a dashed edge and ⇅ while it is only on this phone. */
export function DoorChip({ door }: { door: DoorFacts & { pending: number } }) {
  const say = useSay()
  const { zh, en, tone } = words[doorState(door)]
  return (
    <span className={`chip ${tone}${door.pending > 0 ? ' pending' : ''}`}>
      {door.pending > 0 && <span title={say('只在本机,待上传', 'only on this phone yet')}>⇅ </span>}
      {say(zh, en)}
    </span>
  )
}
