import { useState } from 'react'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { countPeople } from '../../shared/plural.js'
import { Choice } from '../parts/choice.js'
import { Sheet } from '../parts/sheet.js'
import { Stepper } from '../parts/stepper.js'
import { useField, useSession } from '../state/field-context.js'

/** Thirty-five people where thirty-three are listed: who is found at the door counts, list or no list. */
export function AddHouseholdSheet({ evacuationId, onClose }: { evacuationId: string; onClose: () => void }) {
  const say = useSay()
  const { store, account } = useSession()
  const { copy, doors } = useField()
  const [where, setWhere] = useState('')
  const [people, setPeople] = useState(1)
  const [shelterId, setShelterId] = useState<string | null>(copy?.shelters[0]?.id ?? null)
  const [help, setHelp] = useState<'no' | 'yes'>('no')
  const grid = account.scope.length === 15 ? account.scope : doors[0]?.place
  const ready = where.trim() !== '' && grid !== undefined
  return (
    <Sheet title={say('不在名单的人', 'Somebody not on the list')} onClose={onClose}>
      <p className="quiet">{say('写清楚在哪里就行,姓名以后再补。', 'Where they are is enough; names can follow.')}</p>
      <label className="entry">
        {say('在哪里', 'Where')}
        <input
          value={where}
          onChange={(event) => setWhere(event.target.value)}
          placeholder={say('如:3 栋底层门面', 'e.g. shop under block 3')}
          maxLength={100}
        />
      </label>
      <Stepper value={people} least={1} unit={say('人', '')} onChange={setPeople} />
      {copy !== null && copy.shelters.length > 1 && (
        <Choice
          options={copy.shelters.slice(0, 4).map((shelter) => ({ value: shelter.id, words: shelter.name }))}
          value={shelterId}
          onChange={setShelterId}
        />
      )}
      <Choice
        options={[
          { value: 'no', words: say('能自己走', 'Can walk') },
          { value: 'yes', words: say('需协助', 'Needs help') },
        ]}
        value={help}
        onChange={setHelp}
      />
      <HoldButton
        tone="calm"
        disabled={!ready}
        hint={ready ? say('按住约 1 秒', 'hold for a second') : say('先写在哪里', 'first say where')}
        onHeld={() => {
          const value = {
            label: where.trim(),
            people,
            grid,
            ...(shelterId === null ? {} : { shelterId }),
            ...(help === 'yes' ? { needHelp: true } : {}),
          }
          void store.act(
            { target: { type: 'evacuation', id: evacuationId }, verb: 'add-household', value },
            say(`已补录:${people} 人`, `Added: ${countPeople(people)}`),
          )
          onClose()
        }}
      >
        {say(`长按:补录 ${people} 人`, `Hold: add ${countPeople(people)}`)}
      </HoldButton>
    </Sheet>
  )
}
