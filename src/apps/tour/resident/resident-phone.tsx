import { useState } from 'react'
import { useLanguage, useSay } from '../../shared/language.js'
import { dayOnly, minuteTime } from '../../shared/times.js'
import { groupPostsOf, missedCall, splitSender, textsOf } from '../model/inbox.js'
import { CallScreen } from './call-screen.js'
import { MessageList } from './message-list.js'
import { useInbox, usePhoneTime } from './use-inbox.js'

type App = 'home' | 'texts' | 'group'

function StatusBar({ time, lost }: { time: string; lost: boolean }) {
  return (
    <div className="status">
      <span>{time}</span>
      <span className="signal" role="img" aria-label={lost ? '无信号' : '信号两格'}>
        {[1, 2, 3, 4].map((bar) => (
          <i key={bar} className={!lost && bar < 3 ? 'on' : ''} />
        ))}
        <em>41%</em>
      </span>
    </div>
  )
}

/** An old resident's phone: a big clock, big words, and whatever arrives. */
export function ResidentPhone() {
  const say = useSay()
  const { language } = useLanguage()
  const inbox = useInbox()
  const now = usePhoneTime()
  const [app, setApp] = useState<App>('home')
  const { phone } = inbox
  const texts = textsOf(phone)
  const posts = groupPostsOf(phone)
  const missed = missedCall(phone)
  const latest = [...texts, ...posts].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 3)
  const call = phone.messages.find((message) => message.id === phone.callId)
  const hour = new Date(now + 8 * 3_600_000).getUTCHours()
  const weekday = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: 'Asia/Shanghai', weekday: 'long' }).format(now)

  if (call !== undefined && phone.stage !== 'none')
    return <CallScreen key={call.id} call={call} stage={phone.stage} time={minuteTime(now)} inbox={inbox} />
  return (
    <main className={`handset${hour >= 6 && hour < 19 ? ' morning' : ''}`}>
      {hour >= 3 && hour < 6 && <div className="rain" aria-hidden="true" />}
      <StatusBar time={minuteTime(now)} lost={inbox.lost} />
      {app === 'home' ? (
        <div className="lock">
          <time className="big-clock">{minuteTime(now)}</time>
          <p className="big-date">
            {dayOnly(now, language)} {weekday}
          </p>
          {missed !== undefined && (
            <button type="button" className="notice missed" onClick={() => inbox.callBack(missed.id)}>
              <b>{say('未接来电', 'Missed call')}</b> {minuteTime(missed.at)}{' '}
              {say('文峰街道值班室 · 点这里回拨', 'Wenfeng duty desk · tap to call back')}
            </button>
          )}
          <ul className="notices">
            {latest.map((message) => {
              const { sender, body } = splitSender(message.text)
              return (
                <li key={message.id}>
                  <button type="button" className="notice" onClick={() => setApp(message.channel === 'group' ? 'group' : 'texts')}>
                    <span className="notice-head">
                      <b>{message.channel === 'group' ? say('网格群', 'Grid group') : sender || say('短信', 'Message')}</b>
                      <time>{minuteTime(message.at)}</time>
                    </span>
                    <span className="notice-body">{body}</span>
                  </button>
                </li>
              )
            })}
          </ul>
          {latest.length === 0 && <p className="hush">{say('没有新消息', 'Nothing new')}</p>}
        </div>
      ) : (
        <MessageList kind={app} messages={app === 'group' ? posts : texts} onAnswer={inbox.answer} onBack={() => setApp('home')} />
      )}
      <nav className="dock">
        <button type="button" aria-current={app === 'home'} onClick={() => setApp('home')}>
          {say('首页', 'Home')}
        </button>
        <button type="button" aria-current={app === 'texts'} onClick={() => setApp('texts')}>
          {say('短信', 'Messages')}
          {texts.length > 0 && <b>{texts.length}</b>}
        </button>
        <button type="button" aria-current={app === 'group'} onClick={() => setApp('group')}>
          {say('网格群', 'Group')}
          {posts.length > 0 && <b>{posts.length}</b>}
        </button>
      </nav>
      <p className="sample-mark">{say('演练数据', 'Sample data')}</p>
    </main>
  )
}
