import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { newEditId } from '../model/edit.js'
import { Choice } from '../parts/choice.js'
import { Sheet } from '../parts/sheet.js'
import { useField, useSession } from '../state/field-context.js'

const kinds = [
  ['exposed-wire', '电线裸露', 'exposed wire'],
  ['loose-sign', '招牌松动', 'loose sign'],
  ['flooding', '道路积水', 'flooded road'],
  ['landslip', '塌方滑坡', 'landslip'],
  ['trapped', '有人被困', 'somebody is trapped'],
  ['drowning-risk', '临水危险', 'danger by the water'],
  ['open-fire', '明火', 'open fire'],
  ['other', '其他', 'something else'],
] as const
type Kind = (typeof kinds)[number][0]

/** One tap for the common kinds; words only if there is time for them. A photo is never asked for. */
export function IncidentSheet({ onClose }: { onClose: () => void }) {
  const say = useSay()
  const { store, account } = useSession()
  const { doors } = useField()
  const [kind, setKind] = useState<Kind | null>(null)
  const [note, setNote] = useState('')
  const found = kinds.find((each) => each[0] === kind)
  const place = account.scope.length >= 15 ? account.scope : (doors[0]?.place ?? account.scope)
  return (
    <Sheet title={say('上报事件', 'Report an incident')} onClose={onClose}>
      <Choice options={kinds.map(([value, zh, en]) => ({ value, words: say(zh, en) }))} value={kind} onChange={setKind} />
      <label className="entry">
        {say('在哪里、什么情况(可不写)', 'Where and what (if you like)')}
        <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} />
      </label>
      <button
        type="button"
        className="button primary"
        disabled={found === undefined}
        onClick={() => {
          if (found === undefined) return
          const value = { kind: found[0], title: found[1], place, ...(note.trim() === '' ? {} : { note: note.trim() }) }
          void store.act(
            { target: { type: 'incident', id: newEditId() }, verb: 'report', value },
            say(`已上报:${found[1]}`, `Reported: ${found[2]}`),
          )
          onClose()
        }}
      >
        {found === undefined ? say('选一种', 'Choose a kind') : say(`上报:${found[1]}`, `Report: ${found[2]}`)}
      </button>
    </Sheet>
  )
}
