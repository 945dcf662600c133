import { useState } from 'react'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { doorState } from '../model/door-overlay.js'
import type { FieldDoor } from '../model/field-copy.js'
import { useDoorActions } from '../state/use-actions.js'
import { AbsentSheet, HelpSheet, PartlySheet, RefusedSheet } from './door-sheets.js'

type Asking = 'refused' | 'absent' | 'help' | 'partly' | null
const holdHint = (say: (zh: string, en: string) => string) => say('按住约 1 秒', 'hold for a second')

/** Leaving is held, not tapped: somebody counts heads on the strength of it. */
export function LeaveButton({ door }: { door: FieldDoor }) {
  const say = useSay()
  const actions = useDoorActions()
  return (
    <HoldButton tone="calm" hint={holdHint(say)} onHeld={() => actions.left(door, door.people)}>
      {say(`长按:${door.people} 人已离家`, `Hold: ${door.people} have left`)}
      {door.shelterName !== null && (
        <>
          {say(',', ' ')}
          <span className="whole">{say(`前往${door.shelterName}`, `to ${door.shelterName}`)}</span>
        </>
      )}
    </HoldButton>
  )
}

/** One thing to press at the next door; everything else is one step away. */
export function NextDoorActions({ door }: { door: FieldDoor }) {
  const say = useSay()
  const actions = useDoorActions()
  const [asking, setAsking] = useState<Asking>(null)
  const untold = doorState(door) === 'to-tell'
  return (
    <>
      {untold ? (
        <button type="button" className="button primary" onClick={() => actions.told(door)}>
          {say('已通知', 'Told')}
        </button>
      ) : (
        <LeaveButton door={door} />
      )}
      <div className="row">
        <button type="button" className="button" onClick={() => actions.absent(door, say('敲门无人应', 'no answer at the door'))}>
          {say('无人应门', 'No answer')}
        </button>
        <button type="button" className="button grave" onClick={() => setAsking('refused')}>
          {say('拒不转移', 'Refuses')}
        </button>
      </div>
      {untold && <LeaveButton door={door} />}
      {asking === 'refused' && <RefusedSheet door={door} onClose={() => setAsking(null)} />}
    </>
  )
}

export function DoorActionsPanel({ door }: { door: FieldDoor }) {
  const say = useSay()
  const actions = useDoorActions()
  const [asking, setAsking] = useState<Asking>(null)
  const state = doorState(door)
  const away = state === 'left' || state === 'arrived' || state === 'returned'
  return (
    <>
      {state === 'to-tell' && (
        <button type="button" className="button primary" onClick={() => actions.told(door)}>
          {say('已通知', 'Told')}
        </button>
      )}
      {!away && <LeaveButton door={door} />}
      {!away && door.people > 1 && (
        <button type="button" className="button link" onClick={() => setAsking('partly')}>
          {say('不是全部离家?', 'Not all of them?')}
        </button>
      )}
      {state === 'arrived' && door.returnApproved && (
        <HoldButton tone="calm" hint={holdHint(say)} onHeld={() => actions.returned(door)}>
          {say(`长按:${door.people} 人已返回家中`, `Hold: ${door.people} are home again`)}
        </HoldButton>
      )}
      {state === 'need-help' && (
        <button type="button" className="button go" onClick={() => actions.helped(door)}>
          {say('协助已到', 'Help has come')}
        </button>
      )}
      {!away && (
        <div className="grid-3">
          <button type="button" className="button grave" onClick={() => setAsking('refused')}>
            {say('拒不转移', 'Refuses')}
          </button>
          <button type="button" className="button" onClick={() => setAsking('absent')}>
            {say('家中无人', 'Nobody in')}
          </button>
          <button type="button" className="button" onClick={() => setAsking('help')}>
            {say('需协助', 'Needs help')}
          </button>
        </div>
      )}
      {asking === 'refused' && <RefusedSheet door={door} onClose={() => setAsking(null)} />}
      {asking === 'absent' && <AbsentSheet door={door} onClose={() => setAsking(null)} />}
      {asking === 'help' && <HelpSheet door={door} onClose={() => setAsking(null)} />}
      {asking === 'partly' && <PartlySheet door={door} onClose={() => setAsking(null)} />}
    </>
  )
}
