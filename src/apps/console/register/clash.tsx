import { Button } from 'antd'
import { ApiError } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import { fieldWord } from './register-words.js'

/** Somebody wrote the same thing between our reading and our writing. */
export interface Clash {
  by?: string
  fields: string[]
}
export function clashOf(error: unknown): Clash | null {
  if (!(error instanceof ApiError) || error.status !== 409 || error.body.version === undefined) return null
  return { fields: (error.body.fields as string[] | undefined) ?? [], ...(error.body.by ? { by: String(error.body.by) } : {}) }
}

export function ClashNote({ clash, again }: { clash: Clash; again: () => void }) {
  const say = useSay()
  const changed = (between: string) => [...new Set(clash.fields.map((field) => fieldWord(field, say)))].join(between)
  return (
    <div className="errorbox" role="alert">
      <b>{say(`${clash.by ?? '别人'}刚改过这里`, `${clash.by ?? 'Somebody'} has just changed this`)}</b>
      <span>
        {clash.fields.length > 0 && say(`改了:${changed('、')}。`, `Changed: ${changed(', ')}. `)}
        {say('您的改动没有保存,对方的改动还在。', 'Yours was not saved, theirs stands.')}
      </span>
      <Button size="small" onClick={again}>
        {say('看最新内容,再改一次', 'See it as it is now')}
      </Button>
    </div>
  )
}
