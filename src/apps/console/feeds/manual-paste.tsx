import { useRef } from 'react'
import { useSay } from '../../shared/language.js'
import type { ReadMessage } from './manual-draft.js'

interface Mark {
  at: number
  end: number
  field: string
  sure: string
}
/** The piece of text each field was read from; where two overlap the first stands. */
function marksOf(message: ReadMessage | undefined): Mark[] {
  if (!message) return []
  const { issuers, issuedAt, act, event, level, towns, until, district, exercise } = message
  const pieces = [
    ...issuers.map((p) => ({ p, field: 'issuers' })),
    { p: issuedAt, field: 'issuedAt' },
    { p: act, field: 'act' },
    { p: event, field: 'event' },
    { p: level, field: 'level' },
    ...towns.map((p) => ({ p, field: p.value.code ? 'towns' : 'unknown' })),
    { p: until, field: 'until' },
    { p: district, field: 'towns' },
    { p: exercise.value ? exercise : null, field: 'exercise' },
  ]
  const marks = pieces.flatMap(({ p, field }) =>
    p && p.at !== null && p.end !== null ? [{ at: p.at, end: p.end, field, sure: p.sure }] : [],
  )
  marks.sort((a, b) => a.at - b.at)
  return marks.filter((mark, i) => marks.slice(0, i).every((before) => before.end <= mark.at))
}

/** A box to paste into; behind its letters, what was read is marked in the colour of its field. */
export function ManualPaste({
  text,
  message,
  problem,
  change,
}: {
  text: string
  message: ReadMessage | undefined
  problem: string | undefined
  change: (text: string) => void
}) {
  const say = useSay()
  const behind = useRef<HTMLDivElement>(null)
  const shown: React.ReactNode[] = []
  let from = 0
  for (const mark of marksOf(message)) {
    if (mark.end > text.length) break
    shown.push(text.slice(from, mark.at))
    shown.push(
      <mark key={mark.at} className={`piece piece-${mark.field} piece-${mark.sure}`}>
        {text.slice(mark.at, mark.end)}
      </mark>,
    )
    from = mark.end
  }
  shown.push(text.slice(from))
  return (
    <div className={`paste${problem ? ' is-wrong' : ''}`}>
      <div ref={behind} className="paste-behind" aria-hidden="true">
        {shown}
        {'\n'}
      </div>
      <textarea
        value={text}
        maxLength={10_000}
        aria-label={say('原文', 'Text as received')}
        placeholder={say(
          '把微信、传真里的原文粘贴到这里;电话来的,边听边记。',
          'Paste the text of the chat or fax here; of a call, write down what is said.',
        )}
        onChange={(event) => change(event.target.value)}
        onScroll={(event) => {
          if (behind.current) behind.current.scrollTop = event.currentTarget.scrollTop
        }}
        // biome-ignore lint/a11y/noAutofocus: whoever opens this page has something to paste.
        autoFocus
      />
      {problem && <p className="field-wrong">{problem}</p>}
    </div>
  )
}
