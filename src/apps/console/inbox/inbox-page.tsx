import { Button, Input, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { post } from '../../shared/api.js'
import type { Channel, Listing, SandboxMessage } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { clockTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain, useResource } from '../data/resources.js'
import { channelWord, relationWord } from '../data/words.js'
import { Empty, ErrorBox, Page } from '../layout/parts.js'

type Which = Channel | 'all'
interface Lifted extends SandboxMessage {
  /** When it was picked up, on this screen's own clock. */
  since: number
}
const events = /^(deliver|answer|alert|drill)/

/** Everything that would have gone out, as each person would have received it. Nobody real is reached. */
export function InboxPage() {
  const say = useSay()
  const [channel, setChannel] = useState<Which>('all')
  const [query, setQuery] = useState('')
  const path = `/api/sandbox/messages?limit=200&newest=true${channel === 'all' ? '' : `&channel=${channel}`}`
  const messages = useResource<Listing<SandboxMessage>>(path, { watch: events, everyMs: 5000 })
  // A call is never buried under the short messages that came after it.
  const calls = useResource<Listing<SandboxMessage>>('/api/sandbox/messages?limit=60&newest=true&channel=voice', {
    watch: events,
    everyMs: 5000,
  })
  const [lifted, setLifted] = useState<Lifted[]>([])
  const items = useMemo(() => {
    const all = [...(messages.data?.items ?? []), ...(channel === 'all' ? (calls.data?.items ?? []) : [])]
    const once = [...new Map(all.map((one) => [one.id, one])).values()]
    return once.filter((one) => `${one.name ?? ''}${one.to}${one.text}`.includes(query.trim()))
  }, [messages.data, calls.data, channel, query])
  // A call somebody has taken stays where it is until it is answered.
  const talking = lifted.map((one) => ({ ...one, ...items.find((now) => now.id === one.id) })).filter((one) => !one.answered)
  const taken = new Set(talking.map((one) => one.id))
  const ringing = items.filter((one) => one.channel === 'voice' && !one.answered && !taken.has(one.id))
  const calm = items.filter((one) => one.channel !== 'voice' || one.answered)
  const tell = useTellError()
  // The carrier hears that it was taken; how long it is listened to is counted from here.
  const lift = (message: SandboxMessage) => {
    setLifted((now) => [...now, { ...message, since: performance.now() }])
    post(`/api/sandbox/messages/${message.id}/answers`, { grade: 'opened' }).catch(tell)
  }
  return (
    <Page
      title={say('收件箱(模拟)', 'Inbox (simulated)')}
      sub={say(
        '模拟通道:每条消息都落在这里,不会发给真实的人。可以替收件人接听、按键、回复。',
        'Simulated carriers: every message lands here, nobody real is reached. Answer for the recipients.',
      )}
      extra={
        <>
          <Segmented<Which>
            value={channel}
            onChange={setChannel}
            options={[
              { value: 'all', label: say('全部', 'All') },
              ...(['voice', 'sms', 'push', 'group'] as const).map((one) => ({ value: one, label: channelWord(one, say) })),
            ]}
          />
          <Input
            allowClear
            className="w-200"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder={say('找人、号码、文字', 'find')}
          />
        </>
      }
    >
      {messages.error && <ErrorBox error={messages.error} again={messages.again} compact />}
      {items.length === 0 && !messages.loading && (
        <Empty title={say('还没有消息', 'No message yet')}>
          {say('发出一条预警,或开始演练,消息就会一条条落到这里。', 'Issue an alert or start the drill and they will land here.')}
        </Empty>
      )}
      {talking.length > 0 && (
        <>
          <h2 className="inbox-head">{say('通话中', 'On the line')}</h2>
          <div className="inbox">
            {talking.map((one) => (
              <Message key={one.id} message={one} since={one.since} lift={lift} />
            ))}
          </div>
        </>
      )}
      {ringing.length > 0 && (
        <>
          <h2 className="inbox-head">{say(`正在响铃 ${ringing.length}`, `Ringing ${ringing.length}`)}</h2>
          <div className="inbox">
            {ringing.slice(0, 60).map((one) => (
              <Message key={one.id} message={one} since={null} lift={lift} />
            ))}
          </div>
        </>
      )}
      {calm.length > 0 && (
        <>
          <h2 className="inbox-head">{say(`已到 ${calm.length}`, `Arrived ${calm.length}`)}</h2>
          <div className="inbox">
            {calm.slice(0, 120).map((one) => (
              <Message key={one.id} message={one} since={null} lift={lift} />
            ))}
          </div>
        </>
      )}
    </Page>
  )
}

interface MessageProps {
  message: SandboxMessage
  since: number | null
  lift: (message: SandboxMessage) => void
}
function Message({ message, since, lift }: MessageProps) {
  const say = useSay()
  const ringing = message.channel === 'voice' && !message.answered
  const lifted = since !== null
  return (
    <article className={`message message-${message.channel}${ringing && !lifted ? ' is-ringing' : ''}`}>
      <header>
        <b>{message.name ?? message.to}</b>
        <span className="muted">{relationWord(message.relation, say)}</span>
        <time className="ys-tabular muted">{clockTime(message.at)}</time>
      </header>
      <p className="muted small ys-tabular">
        {channelWord(message.channel, say)} · {message.to}
        {message.revision > 1 && say(` · 第 ${message.revision} 稿`, ` · revision ${message.revision}`)}
      </p>
      {(!ringing || lifted) && <p className="message-text">{message.text}</p>}
      {message.answered ? (
        <p className="message-answer">
          {say('已回应:', 'answered: ')}
          <b>{message.answered}</b>
        </p>
      ) : (
        <Answers message={message} since={since} lift={() => lift(message)} />
      )}
    </article>
  )
}

function Answers({ message, since, lift }: { message: SandboxMessage; since: number | null; lift: () => void }) {
  const say = useSay()
  const tell = useTellError()
  const [reply, setReply] = useState('')
  const answer = async (grade: string, value: string) => {
    try {
      await post(`/api/sandbox/messages/${message.id}/answers`, { grade, value })
      readAgain('/api/sandbox')
    } catch (error) {
      tell(error)
    }
  }
  const isCall = message.channel === 'voice'
  if (isCall && since === null)
    return (
      <div className="message-keys">
        <Button type="primary" icon={<Icon name="phone" size={15} />} onClick={lift} className="message-lift">
          {say('接听', 'Answer')}
        </Button>
        <Button onClick={() => void answer('missed', '')}>{say('不接', 'Let it ring')}</Button>
      </div>
    )
  const staff = message.relation === 'staff'
  const keys = staff
    ? [
        ['1', say('收到,立即到岗', 'on my way')],
        ['2', say('请求支援', 'need support')],
        ['3', say('无法到岗', 'cannot come')],
      ]
    : [
        ['1', say('听清了', 'heard')],
        ['2', say('需要帮助', 'need help')],
      ]
  if (isCall && since !== null)
    return (
      <div className="message-keys">
        {keys.map(([key = '', words]) => (
          <Button key={key} onClick={() => void answer('pressed', key)}>
            <b>{key}</b> {words}
          </Button>
        ))}
        <Button danger onClick={() => void answer('hung-up', String(Math.round((performance.now() - since) / 1000)))}>
          {say('挂断', 'Hang up')}
        </Button>
      </div>
    )
  return (
    <div className="message-reply">
      <Button size="small" onClick={() => void answer('stated', '1')}>
        {staff ? say('收到', 'Got it') : say('我已安全', 'I am safe')}
      </Button>
      <Button size="small" danger onClick={() => void answer('stated', '2')}>
        {say('我需要帮助', 'I need help')}
      </Button>
      <Input.Search
        size="small"
        value={reply}
        onChange={(event) => setReply(event.target.value)}
        placeholder={say('回一句', 'reply')}
        enterButton={say('回', 'Send')}
        onSearch={(text) => text.trim() && void answer('stated', text.trim())}
      />
    </div>
  )
}
