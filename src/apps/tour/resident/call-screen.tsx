import { useEffect, useState } from 'react'
import { useSay } from '../../shared/language.js'
import type { PhoneMessage, PhoneState } from '../model/inbox.js'
import { splitSender } from '../model/inbox.js'
import type { Inbox } from './use-inbox.js'

const perCharacter = 110
const afterKey = 3200
/** Nobody answers: it stops, as a telephone does, and counts as missed. */
const ringFor = 20_000

/** Read aloud where the browser has a Chinese voice; the words are on the screen either way. */
function speak(text: string): () => void {
  const speech = window.speechSynthesis as SpeechSynthesis | undefined
  if (speech === undefined || typeof SpeechSynthesisUtterance === 'undefined') return () => undefined
  const said = new SpeechSynthesisUtterance(text)
  said.lang = 'zh-CN'
  said.rate = 0.95
  speech.cancel()
  speech.speak(said)
  return () => speech.cancel()
}

/** The words as they are being said: what was said is bright. */
function Spoken({ text, all }: { text: string; all: boolean }) {
  const [said, setSaid] = useState(0)
  useEffect(() => {
    const timer = window.setInterval(() => setSaid((n) => Math.min(text.length, n + 1)), perCharacter)
    return () => window.clearInterval(timer)
  }, [text])
  const upTo = all ? text.length : said
  return (
    <p className="spoken">
      {text.slice(0, upTo)}
      <span>{text.slice(upTo)}</span>
    </p>
  )
}

interface Props {
  call: PhoneMessage
  stage: PhoneState['stage']
  time: string
  inbox: Inbox
}

export function CallScreen({ call, stage, time, inbox }: Props) {
  const say = useSay()
  const [byHand, setByHand] = useState(false)
  const { body } = splitSender(call.text)
  useEffect(() => (stage === 'talking' && byHand ? speak(body) : undefined), [stage, byHand, body])
  // A call somebody else answered for her (the drill plays her) is shown being answered, then the phone goes quiet again.
  const { hangUp, answer } = inbox
  useEffect(() => {
    if (stage !== 'ended' && !(stage === 'talking' && call.answered !== null)) return
    const timer = window.setTimeout(hangUp, afterKey)
    return () => window.clearTimeout(timer)
  }, [stage, call.answered, hangUp])

  useEffect(() => {
    if (stage !== 'ringing') return
    const timer = window.setTimeout(hangUp, ringFor)
    return () => window.clearTimeout(timer)
  }, [stage, hangUp])

  if (stage === 'ringing')
    return (
      <main className="handset call ringing">
        <p className="call-time">{time}</p>
        <div className="caller">
          <i className="ring" aria-hidden="true">
            <b>寅</b>
          </i>
          <h1>{say('文峰街道值班室', 'Wenfeng duty desk')}</h1>
          <p>023-5200 0000</p>
          <p className="calm">{say('本地固定电话', 'a local landline')}</p>
        </div>
        <div className="call-buttons">
          <button type="button" className="refuse" onClick={hangUp}>
            <i aria-hidden="true">✕</i>
            {say('不接', 'Decline')}
          </button>
          <button
            type="button"
            className="accept"
            onClick={() => {
              setByHand(true)
              inbox.pickUp()
            }}
          >
            <i aria-hidden="true">☎</i>
            {say('接听', 'Answer')}
          </button>
        </div>
      </main>
    )
  const key = call.answered
  return (
    <main className="handset call talking">
      <p className="call-time">
        {time} · {key === null ? say('通话中', 'on the line') : say('已按键', 'key pressed')}
      </p>
      <h1>{say('文峰街道值班室', 'Wenfeng duty desk')}</h1>
      <Spoken text={body} all={key !== null} />
      {key !== null && (
        <p className={`pressed ${key === '2' ? 'help' : 'heard'}`}>
          {key === '2'
            ? say(
                '已按 2。值班室收到您的求助,网格员正赶来,请不要独自出门。',
                'You pressed 2. The desk has your call for help; a grid worker is coming.',
              )
            : say('已按 1。值班室知道您听清了。', 'You pressed 1. The desk knows you heard.')}
        </p>
      )}
      <div className="keys">
        <button type="button" className={key === '1' ? 'down' : ''} disabled={key !== null} onClick={() => answer(call, '1')}>
          <b>1</b> {say('听清了', 'I heard')}
        </button>
        <button type="button" className={`help ${key === '2' ? 'down' : ''}`} disabled={key !== null} onClick={() => answer(call, '2')}>
          <b>2</b> {say('需要帮助', 'I need help')}
        </button>
      </div>
      <button type="button" className="hang-up" onClick={hangUp}>
        {say('挂断', 'Hang up')}
      </button>
    </main>
  )
}
