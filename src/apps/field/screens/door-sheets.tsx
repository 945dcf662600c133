import { useState } from 'react'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import type { FieldDoor } from '../model/field-copy.js'
import { Choice } from '../parts/choice.js'
import { Sheet } from '../parts/sheet.js'
import { Stepper } from '../parts/stepper.js'
import { useDoorActions } from '../state/use-actions.js'

interface Props {
  door: FieldDoor
  onClose: () => void
}
type Reason = readonly [zh: string, en: string]
const refusals: readonly Reason[] = [
  ['舍不得财物', 'will not leave belongings'],
  ['不信会出事', 'does not believe it'],
  ['要照看牲畜', 'looks after animals'],
  ['行动不便', 'hard to move'],
  ['等家人回来', 'waits for family'],
  ['不说理由', 'gives no reason'],
]
const absences: readonly Reason[] = [
  ['敲门无人应', 'no answer at the door'],
  ['邻居说走亲戚', 'with relatives, a neighbour says'],
  ['外出务工', 'away for work'],
  ['已自行转移', 'has left on their own'],
]
const needs: readonly Reason[] = [
  ['要担架', 'a stretcher'],
  ['要轮椅', 'a wheelchair'],
  ['要船', 'a boat'],
  ['要车', 'a car'],
  ['要人背', 'somebody to carry'],
  ['听不懂话', 'an interpreter'],
]
const corrections: readonly Reason[] = [
  ['有亲戚在', 'relatives staying'],
  ['有人外出', 'somebody is away'],
  ['新添人口', 'a new child'],
  ['登记有误', 'the register was wrong'],
]

function ReasonSheet({
  title,
  lead,
  reasons,
  act,
  tone,
  onAct,
  onClose,
}: {
  title: string
  lead: string
  reasons: readonly Reason[]
  act: string
  tone: 'grave' | 'primary'
  onAct: (reason: string) => void
  onClose: () => void
}) {
  const say = useSay()
  const [reason, setReason] = useState<string | null>(null)
  return (
    <Sheet title={title} onClose={onClose}>
      <p className="quiet">{lead}</p>
      <Choice options={reasons.map(([zh, en]) => ({ value: zh, words: say(zh, en) }))} value={reason} onChange={setReason} />
      <button
        type="button"
        className={`button ${tone}`}
        onClick={() => {
          onAct(reason ?? '')
          onClose()
        }}
      >
        {act}
      </button>
    </Sheet>
  )
}

export function RefusedSheet({ door, onClose }: Props) {
  const say = useSay()
  const actions = useDoorActions()
  return (
    <ReasonSheet
      title={say('拒不转移', 'Refuses to leave')}
      lead={say(
        '记下并请求协助劝离:社区书记马上收到,谁来、几点来会显示在这里。',
        'Noted, and help is asked for: the community secretary is told at once. Who comes and when will show here.',
      )}
      reasons={refusals}
      act={say('请求协助劝离', 'Ask for help to persuade')}
      tone="primary"
      onAct={(reason) => actions.refused(door, reason)}
      onClose={onClose}
    />
  )
}

export function AbsentSheet({ door, onClose }: Props) {
  const say = useSay()
  const actions = useDoorActions()
  return (
    <ReasonSheet
      title={say('家中无人', 'Nobody at home')}
      lead={say('这户留在清单上,过一会儿再来。', 'The door stays on the list; come again later.')}
      reasons={absences}
      act={say('记下:家中无人', 'Note: nobody in')}
      tone="primary"
      onAct={(reason) => actions.absent(door, reason)}
      onClose={onClose}
    />
  )
}

export function HelpSheet({ door, onClose }: Props) {
  const say = useSay()
  const actions = useDoorActions()
  return (
    <ReasonSheet
      title={say('需协助', 'Needs help')}
      lead={say('值班台马上收到,派人并计时。', 'The desk is told at once, sends somebody and a clock runs.')}
      reasons={needs}
      act={say('请求协助', 'Ask for help')}
      tone="primary"
      onAct={(reason) => actions.needHelp(door, reason)}
      onClose={onClose}
    />
  )
}

export function PartlySheet({ door, onClose }: Props) {
  const say = useSay()
  const actions = useDoorActions()
  const [people, setPeople] = useState(Math.max(1, door.people - 1))
  return (
    <Sheet title={say('离家几人?', 'How many have left?')} onClose={onClose}>
      <p className="quiet">
        {say(`这户 ${door.people} 人。没走的人仍算在清单上。`, `${door.people} live here. Who stays remains on the list.`)}
      </p>
      <Stepper value={people} least={1} most={door.people} unit={say('人', '')} onChange={setPeople} />
      <HoldButton
        tone="calm"
        hint={say('按住约 1 秒', 'hold for a second')}
        onHeld={() => {
          actions.left(door, people)
          onClose()
        }}
      >
        {say(`长按:${people} 人已离家`, `Hold: ${people} have left`)}
      </HoldButton>
    </Sheet>
  )
}

export function CorrectSheet({ door, onClose }: Props) {
  const say = useSay()
  const actions = useDoorActions()
  const [people, setPeople] = useState(door.people)
  const [reason, setReason] = useState<string | null>(null)
  const ready = people !== door.people && reason !== null
  return (
    <Sheet title={say('人数不符?', 'Another number of people?')} onClose={onClose}>
      <p className="quiet">
        {say(`名单上 ${door.peoplePlanned} 人,台账两个数都留着。`, `The list says ${door.peoplePlanned}; the ledger keeps both numbers.`)}
      </p>
      <Stepper value={people} least={0} unit={say('人', '')} onChange={setPeople} />
      <Choice options={corrections.map(([zh, en]) => ({ value: zh, words: say(zh, en) }))} value={reason} onChange={setReason} />
      <button
        type="button"
        className="button primary"
        disabled={!ready}
        onClick={() => {
          actions.correct(door, people, reason ?? '')
          onClose()
        }}
      >
        {people === door.people
          ? say('人数没有变', 'The number is the same')
          : reason === null
            ? say('选一个原因', 'Choose a reason')
            : say(`改为 ${people} 人`, `Change to ${people}`)}
      </button>
    </Sheet>
  )
}
