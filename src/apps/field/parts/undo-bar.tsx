import { useEffect } from 'react'
import { useSay } from '../../shared/language.js'
import { useField, useSession } from '../state/field-context.js'

const undoMs = 10_000

/** Ten seconds in the place of the tabs, so that it covers nothing that is pressed at a door. */
export function UndoBar() {
  const say = useSay()
  const { undo } = useField()
  const { store } = useSession()
  const id = undo?.edits[0]?.id
  useEffect(() => {
    if (id === undefined) return
    const timer = window.setTimeout(store.closeUndo, undoMs)
    return () => window.clearTimeout(timer)
  }, [id, store])
  if (undo === null) return null
  return (
    <div className="undo" role="status" key={id}>
      <span>
        <b>{undo.words}</b>
        {!undo.final && <small>{say('点错了?', 'By mistake?')}</small>}
      </span>
      <button type="button" onClick={() => (undo.final ? store.closeUndo() : void store.undo())}>
        {undo.final ? say('好', 'OK') : say('撤销', 'Undo')}
      </button>
      <i className="sand" />
    </div>
  )
}
