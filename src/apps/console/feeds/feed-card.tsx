import { App, Button } from 'antd'
import { useState } from 'react'
import { post } from '../../shared/api.js'
import type { Feed, FeedFetched, Warning } from '../../shared/api-types.js'
import { useLanguage, useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { clockTime, millis } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { readAgain } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { standingWord } from '../data/words.js'
import { Age } from '../layout/parts.js'
import { go } from '../router.js'
import { delayOf, dialectWord, spanWords, stateTone, stateWord } from './feed-words.js'
import { RhythmStrip } from './rhythm-strip.js'

export function FeedCard({ feed, warnings, openLog }: { feed: Feed; warnings: Warning[]; openLog: ((feed: Feed) => void) | null }) {
  const { say, language } = useLanguage()
  const delay = delayOf(feed.id, warnings)
  const { trouble } = feed
  return (
    <li className={`feed-card feed-${feed.state}`}>
      <div className="feed-who">
        <span className={`state state-${stateTone(feed.state)}`}>{stateWord(feed.state, say)}</span>
        <div>
          <b>{feed.name}</b>
          <small className="muted">
            {standingWord(feed.standing, say)} · {dialectWord(feed.dialect, say)}
            {feed.host ? ` · ${feed.host}` : ''}
          </small>
        </div>
      </div>
      <dl className="feed-facts">
        <div>
          <dt>{say('上次正常', 'Last good')}</dt>
          <dd className={feed.state === 'silent' ? 'tone-bad' : ''}>
            <Age at={feed.lastGoodAt} />
          </dd>
        </div>
        <div>
          <dt>{say('上次新报文', 'Last news')}</dt>
          <dd>
            <Age at={feed.lastNewAt} />
          </dd>
        </div>
        <div>
          <dt title={say('从发布到收到,近期预警的中位数', 'From issue to receipt, median of recent warnings')}>
            {say('到达用时', 'Delay')}
          </dt>
          <dd className={delay !== null && delay > 10 * 60_000 ? 'tone-warn' : ''}>
            {delay === null ? '—' : spanWords(delay / 1000, say)}
          </dd>
        </div>
      </dl>
      <div className="feed-rhythm">
        <RhythmStrip feed={feed} />
        <small className="muted">
          {say('24 小时', '24 hours')} ·{' '}
          {feed.breaker === 'open' ? (
            <b className="tone-warn">{say('已放慢,好了自动恢复', 'slowed down until it is well')}</b>
          ) : (
            say(`每 ${spanWords(feed.everySeconds ?? 0, say)}问一次`, `asked every ${spanWords(feed.everySeconds ?? 0, say)}`)
          )}
          {(feed.failures ?? 0) > 0 &&
            feed.nextDueAt &&
            say(` · 下次 ${clockTime(feed.nextDueAt)}`, ` · next ${clockTime(feed.nextDueAt)}`)}
          {feed.breaker === 'half-open' && <b className="tone-warn">{say(' · 恢复观察中', ' · recovering')}</b>}
        </small>
      </div>
      <div className="feed-acts">
        <FetchNow feed={feed} />
        {openLog && (
          <Button size="small" onClick={() => openLog(feed)}>
            {say('日志', 'Log')}
          </Button>
        )}
      </div>
      {trouble && (
        <div
          className={`feed-trouble note-${feed.state === 'silent' || feed.state === 'failing' ? 'bad' : 'warn'}`}
          role={feed.state === 'silent' ? 'alert' : undefined}
        >
          <b>{trouble.detail[language] || trouble.what[language]}</b>
          {feed.state === 'stuck' && <Unchanged feed={feed} />}
          <span>
            {say('可能:', 'Likely: ')}
            {trouble.likely[language]}
          </span>
          <span>
            {say('怎么办:', 'What to do: ')}
            {trouble.todo[language]}
          </span>
          <Phone feed={feed} />
        </div>
      )}
    </li>
  )
}

/** How long it has been the same, and how long it may be. */
function Unchanged({ feed }: { feed: Feed }) {
  const say = useSay()
  const now = useServiceNow(10_000)
  const since = millis(feed.changedAt)
  const may = feed.changesWithinSeconds
  if (since === null || !may) return null
  const [is, should] = [spanWords((now - since) / 1000, say), spanWords(may, say)]
  return <span>{say(`${is}没有变化,照理 ${should}内会变`, `the same for ${is}; it should change within ${should}`)}</span>
}

export function Phone({ feed }: { feed: Pick<Feed, 'contact' | 'phone'> }) {
  const { say } = useLanguage()
  if (!feed.phone && !feed.contact)
    return (
      <span className="muted">
        {say('没有登记联系电话,请管理员补上(config/feeds.yaml 的 phone)', 'No telephone is set: have phone added in config/feeds.yaml')}
      </span>
    )
  return (
    <b className="feed-phone ys-tabular">
      ☎ {feed.contact} {feed.phone && <a href={`tel:${feed.phone}`}>{feed.phone}</a>}
    </b>
  )
}

/** 立即读取: says what came, or why nothing did. */
function FetchNow({ feed }: { feed: Feed }) {
  const { say, language } = useLanguage()
  const may = useMay()
  const tell = useTellError()
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  if (!may('feed.manage')) return null
  const press = async () => {
    setBusy(true)
    try {
      const got = await post<FeedFetched>(`/api/feeds/${encodeURIComponent(feed.id)}/fetch`)
      const accepted = got.brought.filter((one) => one.outcome === 'accepted')
      if (got.trouble) message.error(`${feed.name}:${got.trouble.what[language]}`)
      else if (got.unchanged || accepted.length === 0)
        message.success(say(`${feed.name}:读到了,没有新内容`, `${feed.name}: read, nothing new`))
      else message.success(say(`${feed.name}:读到 ${accepted.length} 份新报文`, `${feed.name}: ${accepted.length} new`))
      if (accepted[0]) go(`/feeds/${accepted[0].bulletinId}`)
    } catch (error) {
      tell(error)
    }
    setBusy(false)
    readAgain('/api/feeds')
    readAgain('/api/bulletins')
  }
  return (
    <Button size="small" type={feed.state === 'good' ? 'default' : 'primary'} loading={busy} onClick={() => void press()}>
      {say('立即读取', 'Fetch now')}
    </Button>
  )
}
