import { Button, Segmented } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, readBytes } from '../../shared/api.js'
import type { BulletinProblem } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { Loaded, Panel } from '../layout/parts.js'
import { cutLine, decodeRaw } from './decode-raw.js'

type Marks = Map<number, BulletinProblem[]>
/** More lines than this are shown through a window: rows of one height, only those in sight exist. */
const windowed = 1500
const rowHeight = 18

/** Everything that is to be said of a line; an error outranks a remark. */
function marksOf(problems: BulletinProblem[]): Marks {
  const found: Marks = new Map()
  for (const problem of problems) if (problem.line) found.set(problem.line, [...(found.get(problem.line) ?? []), problem])
  return found
}

/** The bytes as received, with line numbers and what is wrong at its line. */
export function RawView({
  id,
  problems,
  line,
  setLine,
}: {
  id: string
  problems: BulletinProblem[]
  line: number | null
  setLine: (line: number) => void
}) {
  const say = useSay()
  const raw = useBytes(`/api/bulletins/${id}/raw`)
  const [wrap, setWrap] = useState<'wrap' | 'plain'>('wrap')
  const text = useMemo(() => (raw.data ? decodeRaw(raw.data) : null), [raw.data])
  // Rows of hex are no lines of the text: a fault is not at any of them.
  const marks = useMemo(() => marksOf(text?.encoding === null ? [] : problems), [problems, text])
  const marked = [...marks.keys()].sort((a, b) => a - b)
  const next = marked.find((one) => one > (line ?? 0)) ?? marked[0]
  const isLong = (text?.lines.length ?? 0) > windowed
  return (
    <Panel
      title={say('收到的原文', 'Raw text as received')}
      extra={
        <span className="panel-tools">
          {text && (
            <span className="muted ys-tabular">
              {count(raw.data?.length ?? 0)} {say('字节', 'bytes')} ·{' '}
              {text.encoding ?? say('不是文字,按字节显示', 'not text, shown as bytes')} ·{' '}
              {say(`${count(text.lines.length)} 行`, `${count(text.lines.length)} lines`)}
            </span>
          )}
          {next !== undefined && (
            <Button size="small" onClick={() => setLine(next)}>
              {say(`下一处问题(${marked.length})`, `Next problem (${marked.length})`)}
            </Button>
          )}
          {!isLong && (
            <Segmented
              size="small"
              value={wrap}
              onChange={setWrap}
              options={[
                { value: 'wrap', label: say('折行', 'Wrap') },
                { value: 'plain', label: say('不折', 'No wrap') },
              ]}
            />
          )}
        </span>
      }
    >
      <Loaded from={raw}>
        {() =>
          text &&
          (isLong ? (
            <Window lines={text.lines} marks={marks} line={line} />
          ) : (
            <Whole lines={text.lines} marks={marks} line={line} wrap={wrap} />
          ))
        }
      </Loaded>
    </Panel>
  )
}

function useBytes(path: string): { data: Uint8Array | undefined; error: ApiError | undefined; loading: boolean; again: () => void } {
  const [state, setState] = useState<{ data?: Uint8Array; error?: ApiError }>({})
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: "turn" is the wish to read again.
  useEffect(() => {
    let live = true
    setState({})
    readBytes(path)
      .then((data) => live && setState({ data }))
      .catch((e) => live && setState({ error: e instanceof ApiError ? e : new ApiError(0, 'unknown', '读取失败', String(e)) }))
    return () => {
      live = false
    }
  }, [path, turn])
  return { data: state.data, error: state.error, loading: !state.data && !state.error, again: () => setTurn(turn + 1) }
}

function Whole({ lines, marks, line, wrap }: { lines: string[]; marks: Marks; line: number | null; wrap: 'wrap' | 'plain' }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const row = line === null ? null : box.current?.querySelector<HTMLElement>(`[data-line="${line}"]`)
    // The box alone moves, never the page around it.
    if (row && box.current) box.current.scrollTop = row.offsetTop - box.current.offsetTop - 5 * rowHeight
  }, [line])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div ref={box} className={`raw raw-${wrap}`} tabIndex={0}>
      {lines.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
        <RawLine key={index} number={index + 1} text={text} told={marks.get(index + 1)} isAt={line === index + 1} />
      ))}
    </div>
  )
}

function Window({ lines, marks, line }: { lines: string[]; marks: Marks; line: number | null }) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useEffect(() => {
    if (line !== null && box.current) box.current.scrollTop = Math.max(0, (line - 8) * rowHeight)
  }, [line])
  const from = Math.max(0, Math.floor(top / rowHeight) - 20)
  const shown = lines.slice(from, from + 80)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div ref={box} className="raw raw-plain raw-window" tabIndex={0} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div style={{ height: lines.length * rowHeight, paddingTop: from * rowHeight }}>
        {shown.map((text, index) => {
          const number = from + index + 1
          return <RawLine key={number} number={number} text={text} told={marks.get(number)} isAt={line === number} />
        })}
      </div>
    </div>
  )
}

function RawLine({ number, text, told, isAt }: { number: number; text: string; told: BulletinProblem[] | undefined; isAt: boolean }) {
  const say = useSay()
  const worst = told?.some((one) => one.severity === 'error') ? 'error' : 'remark'
  const at = told?.find((one) => one.column !== undefined)?.column
  const cut = cutLine(text, at)
  return (
    <div data-line={number} className={`raw-line${told ? ` raw-${worst}` : ''}${isAt ? ' is-at' : ''}`}>
      <i>{number}</i>
      <span className="raw-text">
        <code>
          {cut.before > 0 && <s>{say(`…前面 ${count(cut.before)} 字`, `… ${count(cut.before)} before`)} </s>}
          <Pointed text={cut.text} column={cut.column} />
          {cut.after > 0 && <s> {say(`…还有 ${count(cut.after)} 字`, `… ${count(cut.after)} more`)}</s>}
        </code>
        {told && <em>{told.map((one) => say(one.message, one.messageEn ?? one.message)).join(' · ')}</em>}
      </span>
    </div>
  )
}

/** The word at the column is pointed out. */
function Pointed({ text, column }: { text: string; column: number | undefined }) {
  if (column === undefined || text === '') return text || ' '
  // A fault found at the end of a line is in its last word.
  const start =
    column > text.length ? text.length - (/<?[^\s<>]{1,30}>?\s*$/.exec(text.slice(-40))?.[0].length ?? 1) : Math.max(0, column - 1)
  const word = /^<?[^\s<>]{1,30}>?/.exec(text.slice(start))?.[0] ?? text.slice(start, start + 1)
  return (
    <>
      {text.slice(0, start)}
      <mark>{word}</mark>
      {text.slice(start + word.length)}
    </>
  )
}
