import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { ApiError } from '../../shared/api.js'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { ageWords, clockTime, count, millis } from '../../shared/times.js'
import { plainError } from '../data/words.js'

interface PanelProps {
  title: ReactNode
  extra?: ReactNode
  children: ReactNode
  className?: string
  count?: number | undefined
}
export function Panel({ title, extra, children, className, count: n }: PanelProps) {
  return (
    <section className={`panel ${className ?? ''}`}>
      <header className="panel-head">
        <h2>
          {title}
          {n !== undefined && <span className="panel-count ys-tabular">{n}</span>}
        </h2>
        <div className="panel-extra">{extra}</div>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  )
}

interface FigureProps {
  label: ReactNode
  value: number | null | undefined
  of?: number | null | undefined
  tone?: 'good' | 'bad' | 'warn' | 'muted' | 'plain'
  size?: 'small' | 'normal' | 'large'
  title?: string
  note?: ReactNode
}
/** A number that matters. Unknown is a dash, never a zero. */
export function Figure({ label, value, of, tone = 'plain', size = 'normal', title, note }: FigureProps) {
  return (
    <div className={`figure figure-${size} figure-${tone}`} title={title}>
      <div className="figure-value ys-tabular">
        {count(value)}
        {of !== undefined && of !== null && <small>/{count(of)}</small>}
      </div>
      <div className="figure-label">{label}</div>
      {note && <div className="figure-note">{note}</div>}
    </div>
  )
}

export function Age({ at, prefix }: { at: string | null | undefined; prefix?: string }) {
  const say = useSay()
  const now = useServiceNow(5000)
  return (
    <time className="age ys-tabular" dateTime={at ?? undefined} title={at ? clockTime(at) : undefined}>
      {prefix}
      {millis(at) === null ? say('从未', 'never') : ageWords(at, now, say)}
    </time>
  )
}

/** An empty list teaches: what would stand here, and what to do to see it. */
export function Empty({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <div className="empty-mark" aria-hidden="true" />
      <b>{title}</b>
      {children && <p>{children}</p>}
      {action}
    </div>
  )
}

export function ErrorBox({ error, again, compact }: { error: ApiError; again?: (() => void) | undefined; compact?: boolean }) {
  const say = useSay()
  const plain = plainError(error, say)
  return (
    <div className={`errorbox${compact ? ' errorbox-compact' : ''}`} role="alert">
      <b>{plain.what}</b>
      <span>{plain.safe}</span>
      <span>{plain.next}</span>
      {again && (
        <Button size="small" onClick={again}>
          {say('重新读取', 'Read again')}
        </Button>
      )}
    </div>
  )
}

interface LoadedProps<T> {
  from: { data: T | undefined; error: ApiError | undefined; loading: boolean; again?: () => void }
  rows?: number
  /** What takes longer than a moment says what it is doing. */
  waiting?: string
  children: (data: T) => ReactNode
}
/** Skeleton first, then the data; an error beside the last data, never instead of it. That the line is lost is said once, at the top. */
export function Loaded<T>({ from, rows = 4, waiting, children }: LoadedProps<T>) {
  if (from.data !== undefined)
    return (
      <>
        {from.error && from.error.status !== 0 && <ErrorBox error={from.error} again={from.again} compact />}
        {children(from.data)}
      </>
    )
  if (from.error) return <ErrorBox error={from.error} again={from.again} />
  return (
    <>
      {waiting && (
        <p className="pad muted" role="status">
          {waiting}
        </p>
      )}
      <Skeleton active title={false} paragraph={{ rows }} className="pad" />
    </>
  )
}

export function Page({
  title,
  sub,
  extra,
  children,
  className,
}: {
  title: ReactNode
  sub?: ReactNode
  extra?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <div className={`page ${className ?? ''}`}>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {sub && <p>{sub}</p>}
        </div>
        <div className="page-extra">{extra}</div>
      </header>
      {children}
    </div>
  )
}

/** A bar that adds up: every part is a share of the whole, what is unknown is hatched. */
export function SumBar({ parts, total }: { parts: { value: number; tone: string; label: string }[]; total: number }) {
  return (
    <div className="sumbar" role="img" aria-label={parts.map((p) => `${p.label} ${p.value}`).join(', ')}>
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <span
            key={part.label}
            className={`sumbar-${part.tone}`}
            style={{ flexGrow: part.value / Math.max(1, total) }}
            title={`${part.label} ${part.value}`}
          />
        ))}
    </div>
  )
}
