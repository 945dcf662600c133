import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { OwnWords, WordsFit } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { ErrorBox } from '../layout/parts.js'
import { Phone } from './phone-frames.js'

interface Asked {
  data: OwnWords | null
  error: ApiError | null
}
const nothing: Asked = { data: null, error: null }

/** What the phones would show with the words that are just being written; asked again a moment after the last key. */
export function useOwnWords(path: string, body: Record<string, unknown> | null): Asked {
  const [found, setFound] = useState(nothing)
  const asked = body ? JSON.stringify(body) : ''
  useEffect(() => {
    if (!asked) return setFound(nothing)
    let stale = false
    const timer = window.setTimeout(() => {
      post<OwnWords>(path, JSON.parse(asked))
        .then((data) => stale || setFound({ data, error: null }))
        .catch((error) => stale || setFound(({ data }) => ({ data, error: error instanceof ApiError ? error : null })))
    }, 300)
    return () => {
      stale = true
      window.clearTimeout(timer)
    }
  }, [path, asked])
  return found
}

/** The carrier's arithmetic, live; and what fits, taken by one press, where the words do not. */
export function FitNote({ found, take }: { found: Asked; take: (ownText: string) => void }) {
  const say = useSay()
  if (found.error) return <ErrorBox error={found.error} compact />
  const fit = found.data?.fit
  if (!fit) return null
  return (
    <div className="fit" role="status" aria-live="polite">
      <p className={`note ys-tabular ${fit.problems.length > 0 ? 'note-warn' : 'note-good'}`}>
        {fit.problems.length === 0 ? say('短信放得下:', 'Fits the SMS: ') : say('短信放不下:', 'Does not fit the SMS: ')}
        {fit.variable !== null && say(`这句话 ${fit.used}/${fit.most} 字,`, `${fit.used}/${fit.most} characters, `)}
        {say(
          `全文含签名 ${fit.characters} 字,算 ${fit.segments} 条`,
          `with the signature ${fit.characters}, ${fit.segments} part${fit.segments > 1 ? 's' : ''}`,
        )}
      </p>
      {fit.problems.map((problem) => (
        <p key={problem.code} className="fit-problem">
          {say(problem.zh, problem.en)}
        </p>
      ))}
      {fit.closest && <Closest closest={fit.closest} take={take} />}
    </div>
  )
}

function Closest({ closest, take }: { closest: NonNullable<WordsFit['closest']>; take: (ownText: string) => void }) {
  const say = useSay()
  return (
    <div className="fit-closest">
      <div>
        <b>
          {closest.ownText === '' ? say('按报备的原文发', 'Send it as it was filed') : say('最接近、放得下的', 'The closest that fits')}
        </b>
        <p>{closest.text}</p>
        <small className="muted ys-tabular">
          {say(`${closest.characters} 字 · ${closest.segments} 条`, `${closest.characters} characters · ${closest.segments} part(s)`)}
        </small>
      </div>
      <Button size="small" type="primary" onClick={() => take(closest.ownText)}>
        {say('改用这句', 'Take it')}
      </Button>
    </div>
  )
}

/** Each channel once, as its first reader sees it. */
export function OwnPhones({ found }: { found: Asked }) {
  const items = (found.data?.items ?? []).filter((one) => one.language === 'zh')
  const first = [...new Map([...items].reverse().map((one) => [one.channel, one])).values()].reverse()
  return (
    <div className="phones">
      {first.map((one) => (
        <Phone key={one.channel} words={one} />
      ))}
    </div>
  )
}
