import { Button, Input } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { ApiError, call } from '../../shared/api.js'
import type { IngestAnswer } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { readAgain } from '../data/resources.js'
import { plainError } from '../data/words.js'
import { go } from '../router.js'

const largest = 5 * 1024 * 1024

/** Drop, choose or paste a bulletin; the reading opens beside the raw text, problems and all. */
export function FileDrop() {
  const say = useSay()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  const [pasted, setPasted] = useState<string | null>(null)
  const [problem, setProblem] = useState<{ what: string; next: string } | null>(null)
  const send = async (body: Blob) => {
    if (body.size > largest) {
      setProblem({
        what: say('文件太大(上限 5 MB),没有读。', 'Too large (limit 5 MB), not read.'),
        next: say('请只拖一份报文。', 'Drop a single bulletin.'),
      })
      return
    }
    setBusy(true)
    setProblem(null)
    try {
      const answer = await call<IngestAnswer>('POST', '/api/ingest/auto', undefined, { raw: body, contentType: 'application/octet-stream' })
      setPasted(null)
      go(`/feeds/${answer.bulletinId}`)
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError(0, 'unknown', String(error), '')
      const kept = known.body.bulletinId
      if (typeof kept === 'string') go(`/feeds/${kept}`)
      else setProblem(unreadable(known, say))
    }
    readAgain('/api/bulletins')
    setBusy(false)
  }
  const take = async (file: File | undefined) => {
    if (file) await send(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }
  return (
    <section
      className={`drop${over ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      aria-label={say('投递报文', 'Hand in a bulletin')}
    >
      <input ref={input} type="file" hidden onChange={(event) => void take(event.target.files?.[0])} />
      <Icon name="upload" size={24} />
      <div>
        <b>{busy ? say('正在读…', 'Reading…') : say('把报文文件拖到这里', 'Drop a bulletin here')}</b>
        <small className="muted">
          {say(
            '各国 CAP、国家预警报文、气象网站列表都能读;先存原文,再逐行说明。',
            'CAP of any country, the national XML, lists of weather sites; kept as received, then read line by line.',
          )}
        </small>
      </div>
      <Button onClick={() => input.current?.click()}>{say('选文件', 'Choose')}</Button>
      <Button onClick={() => setPasted(pasted === null ? '' : null)}>{say('粘贴', 'Paste')}</Button>
      {pasted !== null && (
        <div className="drop-paste">
          <Input.TextArea
            autoFocus
            rows={6}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
            placeholder={say('报文全文', 'the whole bulletin')}
            className="mono"
          />
          <Button type="primary" disabled={pasted.trim().length === 0} loading={busy} onClick={() => void send(new Blob([pasted]))}>
            {say('读这一份', 'Read it')}
          </Button>
        </div>
      )}
      {problem && (
        <p className="note note-warn" role="alert">
          <b>{problem.what}</b> {problem.next}
        </p>
      )}
    </section>
  )
}

function unreadable(error: ApiError, say: (zh: string, en: string) => string): { what: string; next: string } {
  if (error.status !== 422) {
    const plain = plainError(error, say)
    return { what: plain.what, next: plain.next }
  }
  const first = error.errors[0]
  const where = first?.line
    ? say(`第 ${first.line} 行第 ${first.column ?? 1} 列:`, `line ${first.line}, column ${first.column ?? 1}: `)
    : ''
  return { what: error.title, next: `${where}${first?.message ?? error.detail}` }
}
