import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { ApiError, post } from '../../shared/api.js'
import type { IngestAnswer } from '../../shared/api-types.js'
import { type Say, useLanguage, useSay } from '../../shared/language.js'
import { levelWord } from '../../shared/level.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { Panel } from '../layout/parts.js'
import {
  actWord,
  type Choices,
  type Draft,
  emptyDraft,
  entryOf,
  fillFrom,
  keepDraft,
  loadDraft,
  lookAt,
  missingIn,
  partsNow,
  type ReadMessage,
} from './manual-draft.js'
import { ManualFields } from './manual-fields.js'
import { ManualPaste } from './manual-paste.js'
import { ManualResult } from './manual-result.js'
import { WaitingTexts } from './manual-waiting.js'

const example =
  '演练:开州区气象台(演练)今日3时26分发布暴雨红色预警信号,过去1小时汉丰街道降雨60毫米,预计未来3小时文峰街道、汉丰街道降雨量将达100毫米以上,请注意防范。'

/** 补录: paste what came by chat or fax, or write down a call; correct what was read; sign. */
export function ManualEntry() {
  const { say, language } = useLanguage()
  const tell = useTellError()
  const choices = useResource<Choices>('/api/bulletins/manual/choices', { everyMs: 0 })
  const [draft, setDraft] = useState<Draft>(loadDraft)
  const { messages, chosen, choose } = useReading(draft.text, setDraft)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<IngestAnswer | null>(null)
  useEffect(() => keepDraft(draft), [draft])
  const message = messages[chosen]
  const change = (more: Partial<Draft>, touched: string) => {
    setDraft((now) => ({ ...now, ...more, touched: [...new Set([...now.touched, touched])] }))
    setWrong((now) => ({ ...now, [touched]: '' }))
  }
  const setText = (text: string) => {
    // Another paste is another message: what was corrected of the last one does not hold for it.
    setDraft((now) => (now.text && text ? { ...now, text } : { ...emptyDraft(), text }))
    setAnswer(null)
    setWrong({})
  }
  const sign = async (correction = false) => {
    const missing = missingIn(draft, say)
    setWrong(missing)
    if (Object.keys(missing).length > 0) return
    setBusy(true)
    try {
      const taken = await post<IngestAnswer>('/api/bulletins/manual', entryOf(draft, correction))
      setAnswer(taken)
      for (const path of ['/api/bulletins', '/api/warnings', '/api/desk', '/api/alerts']) readAgain(path)
      if (taken.outcome !== 'refused') setDraft(emptyDraft())
    } catch (error) {
      if (error instanceof ApiError && error.errors.some((one) => one.path)) setWrong(wrongOf(error))
      else tell(error)
    }
    setBusy(false)
  }
  const { errors, hints } = told(message, draft, language)
  const shown = { ...errors, ...Object.fromEntries(Object.entries(wrong).filter(([, text]) => text)) }
  return (
    <form
      className="manual"
      onSubmit={(event) => {
        event.preventDefault()
        void sign()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void sign()
      }}
    >
      {answer && <ManualResult answer={answer} correct={() => void sign(true)} again={() => setAnswer(null)} busy={busy} />}
      <div className="manual-grid">
        <Panel
          title={say('原文', 'Text as received')}
          extra={
            draft.text && (
              <Button size="small" onClick={() => setText('')}>
                {say('清空', 'Clear')}
              </Button>
            )
          }
        >
          <ManualPaste text={draft.text} message={message} problem={wrong.text} change={setText} />
          {messages.length > 1 && <Several messages={messages} chosen={chosen} choose={choose} />}
          <General message={message} />
          <Parts draft={draft} set={setDraft} wrong={wrong.parts} />
          <WaitingTexts take={(text, from) => setDraft({ ...emptyDraft(), text, from, source: 'file', touched: ['source'] })} />
          {!draft.text && <Teach use={() => setText(example)} />}
        </Panel>
        <Panel title={say('读出来的,请逐项核对', 'As it was read: check every field')}>
          <ManualFields draft={draft} message={message} choices={choices.data} wrong={shown} hints={hints} change={change} />
        </Panel>
      </div>
      <footer className="manual-foot">
        <Button
          type="primary"
          size="large"
          htmlType="submit"
          disabled={!draft.text.trim()}
          loading={busy}
          className={draft.exercise ? 'is-exercise' : ''}
        >
          {sentenceOf(draft, say)}
        </Button>
        <span className="muted">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>{' '}
          {say('署您的名,记入处置记录;原文一字不改地留存。', 'Signed in your name and recorded; the text is kept word by word.')}
        </span>
      </footer>
    </form>
  )
}

/** Reads again a moment after the last key; a late answer to an old text is dropped. */
function useReading(text: string, setDraft: (change: (now: Draft) => Draft) => void) {
  const [messages, setMessages] = useState<ReadMessage[]>([])
  const [chosen, setChosen] = useState(0)
  useEffect(() => {
    if (!text.trim()) {
      setMessages([])
      return
    }
    const stop = new AbortController()
    const timer = window.setTimeout(async () => {
      try {
        const { messages: read } = await post<{ messages: ReadMessage[] }>('/api/bulletins/manual/read', { text }, { signal: stop.signal })
        setMessages(read)
        setChosen(0)
        setDraft((now) => fillFrom(now, read[0]))
      } catch {
        // The fields stay as they are; signing says it when the service is not reached.
      }
    }, 250)
    return () => {
      window.clearTimeout(timer)
      stop.abort()
    }
  }, [text, setDraft])
  const choose = (index: number) => {
    setChosen(index)
    setDraft((now) =>
      fillFrom(
        { ...now, touched: now.touched.filter((name) => name === 'source' || name === 'callerName' || name === 'heardAt') },
        messages[index],
      ),
    )
  }
  return { messages, chosen, choose }
}

function Several({ messages, chosen, choose }: { messages: ReadMessage[]; chosen: number; choose: (index: number) => void }) {
  const say = useSay()
  return (
    <div className="note note-warn">
      <b>{say(`这里有 ${messages.length} 条消息,一次录一条:`, `${messages.length} messages: enter them one by one:`)}</b>
      <div className="chips">
        {messages.map((message, index) => (
          <button key={message.at} type="button" className={`chip-button${index === chosen ? ' is-on' : ''}`} onClick={() => choose(index)}>
            {index + 1} · {message.issuedAt?.value.slice(11, 16)} {message.act && actWord(message.act.value, say)}
            {message.event?.value}
            {levelWord(message.level?.value, say)}
          </button>
        ))}
      </div>
    </div>
  )
}

/** What concerns the text as a whole: it is mixed, or names a second hazard. */
function General({ message }: { message: ReadMessage | undefined }) {
  const say = useSay()
  const told = message?.problems.filter((one) => one.code === 'mixed' || one.code === 'event-several') ?? []
  return told.map((one) => (
    <p key={one.code} className="note note-warn">
      {say(one.message, one.messageEn ?? one.message)}
    </p>
  ))
}

/** The parts of a mixed text: each is looked at and corrected at the right, all are entered together. */
function Parts({ draft, set, wrong }: { draft: Draft; set: (draft: Draft) => void; wrong: string | undefined }) {
  const say = useSay()
  const parts = partsNow(draft)
  const where = (towns: { name: string }[]) => shorten(towns.map((town) => town.name).join('、')) || say('没有地名', 'no town')
  if (parts.length === 0) return null
  return (
    <div className="note note-plain">
      <b>
        {say(`各地不同,分 ${parts.length} 部分一次补录;点开一部分核对:`, `${parts.length} parts, entered together; open one to check it:`)}
      </b>
      <div className="chips">
        {parts.map((part, index) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the text
            key={index}
            type="button"
            aria-pressed={index === draft.part}
            className={`chip-button${index === draft.part ? ' is-on' : ''}`}
            onClick={() => set(lookAt(draft, index))}
          >
            {part.act === 'lift' && actWord('lift', say)}
            {part.level ? levelWord(part.level, say) : say('没有颜色', 'no colour')} · {where(part.towns)}
          </button>
        ))}
        <Button size="small" onClick={() => set({ ...draft, parts: [], part: 0, touched: [...draft.touched, 'parts'] })}>
          {say('只录选中的这一部分', 'Enter only the chosen part')}
        </Button>
      </div>
      {wrong && <p className="field-wrong">{wrong}</p>}
    </div>
  )
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

function Teach({ use }: { use: () => void }) {
  const say = useSay()
  return (
    <div className="manual-teach">
      <b>{say('怎么用', 'How it works')}</b>
      <ol>
        <li>
          {say(
            '粘贴原文。发布单位、时间、灾害、颜色、乡镇、有效期会自动读出来。',
            'Paste. Issuer, time, hazard, colour, towns and end are read out.',
          )}
        </li>
        <li>{say('右边逐项核对,改错的、补缺的。', 'Check and correct each field at the right.')}</li>
        <li>
          {say(
            '签字补录。它和自动收到的预警一样处理,署发布单位的名。',
            'Sign. It is treated like any received warning, in its issuer’s name.',
          )}
        </li>
      </ol>
      <blockquote>{example}</blockquote>
      <Button size="small" onClick={use}>
        {say('用这段演练文字试一试', 'Try it with this exercise text')}
      </Button>
    </div>
  )
}

/** 补录:开州区气象台 03:26 发布暴雨红色预警信号,涉及文峰街道 */
function sentenceOf(draft: Draft, say: Say): string {
  if (!draft.text.trim()) return say('补录:先粘贴原文', 'Enter by hand: paste the text first')
  const where =
    draft.towns.length > 0 ? draft.towns.map((t) => t.name).join('、') : draft.district ? say('全区', 'the whole district') : '…'
  const colour = draft.level ? levelWord(draft.level, say) : '…'
  const time = draft.issuedAt.slice(11) || '…'
  const exercise = draft.exercise ? say('【演练】', '[Exercise] ') : ''
  const parts = partsNow(draft).map(
    (p) =>
      `${p.act === 'lift' ? actWord('lift', say) : ''}${levelWord(p.level, say)} ${say(`${p.towns.length} 个镇街`, `${p.towns.length} towns`)}`,
  )
  if (parts.length > 0)
    return say(
      `${exercise}补录:${draft.issuers || '…'} ${time} ${draft.event || '…'}预警信号,分 ${parts.length} 部分:${parts.join('、')}`,
      `${exercise}Enter: ${draft.issuers || '…'} ${time} ${draft.event || '…'}, ${parts.length} parts: ${parts.join(', ')}`,
    )
  return say(
    `${exercise}补录:${draft.issuers || '…'} ${time} ${actWord(draft.act, say)}${draft.event || '…'}${colour}预警信号,涉及${shorten(where)}`,
    `${exercise}Enter: ${draft.issuers || '…'} ${time} ${actWord(draft.act, say)} ${draft.event || '…'} ${colour}, for ${shorten(where)}`,
  )
}

/** What the service found wrong, at its field: fields.issuedAt is issuedAt here. */
const wrongOf = (error: ApiError): Record<string, string> =>
  Object.fromEntries(
    error.errors.map((one) => [
      (one.path ?? '').split(/[./]/).filter((part) => part && part !== 'body' && part !== 'fields')[0] ?? 'text',
      one.message,
    ]),
  )

/** What the reading says of a field the officer has not written: errors, and what to look at again. */
function told(message: ReadMessage | undefined, draft: Draft, language: string) {
  const open = (message?.problems ?? []).flatMap((one) =>
    one.path && !draft.touched.includes(one.path) && one.code !== 'mixed' && one.code !== 'event-several'
      ? [{ ...one, path: one.path }]
      : [],
  )
  const of = (severity: string) =>
    Object.fromEntries(
      open
        .filter((one) => one.severity === severity)
        .map((one) => [one.path, language === 'zh' ? one.message : (one.messageEn ?? one.message)]),
    )
  return { errors: of('error'), hints: of('remark') }
}
