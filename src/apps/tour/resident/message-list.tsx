import { useEffect, useRef } from 'react'
import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { type PhoneMessage, splitSender } from '../model/inbox.js'

interface Props {
  kind: 'texts' | 'group'
  messages: PhoneMessage[]
  onAnswer: (message: PhoneMessage, key: string) => void
  onBack: () => void
}

export function MessageList({ kind, messages, onAnswer, onBack }: Props) {
  const say = useSay()
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message scrolls into sight
  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [messages.length])
  const last = messages[messages.length - 1]
  return (
    <div className="chat">
      <header>
        <button type="button" onClick={onBack} aria-label={say('返回', 'Back')}>
          ‹
        </button>
        <b>{kind === 'group' ? say('三中社区网格群', 'Community grid group') : say('文峰街道', 'Wenfeng subdistrict')}</b>
      </header>
      <ul>
        {messages.map((message) => {
          const { sender, body } = splitSender(message.text)
          return (
            <li key={message.id}>
              <time>{minuteTime(message.at)}</time>
              <div className="bubble">
                {sender !== '' && <b>【{sender}】</b>}
                {body}
              </div>
              {message.answered !== null && kind === 'texts' && <div className="bubble mine">{message.answered}</div>}
            </li>
          )
        })}
      </ul>
      {messages.length === 0 && <p className="hush">{say('还没有消息', 'Nothing yet')}</p>}
      <div ref={end} />
      {kind === 'texts' && last !== undefined && last.answered === null && (
        <div className="replies">
          <button type="button" onClick={() => onAnswer(last, '1')}>
            {say('回 1 收到', 'Reply 1: received')}
          </button>
          <button type="button" className="help" onClick={() => onAnswer(last, '2')}>
            {say('回 2 需要帮助', 'Reply 2: help')}
          </button>
        </div>
      )}
    </div>
  )
}
