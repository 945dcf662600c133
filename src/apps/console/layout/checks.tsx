import type { Desk, FeedBrief } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useDesk } from '../data/desk.js'
import { useSession } from '../data/session.js'
import { useStreamState } from '../data/stream.js'
import { channelWord, standingWord } from '../data/words.js'
import { Link } from '../router.js'
import { useBell } from './alarm.js'
import { Age } from './parts.js'

export interface Check {
  key: string
  good: boolean
  text: string
  todo: string
}
export function feedSum(feeds: FeedBrief[] | undefined) {
  if (!feeds) return { all: null, good: 0, bad: 0, odd: 0 }
  const good = feeds.filter((feed) => feed.state === 'good').length
  // It answers, but with old content, or with something that cannot be read.
  const odd = feeds.filter((feed) => feed.state === 'stuck' || feed.state === 'partial').length
  return { all: feeds.length, good, odd, bad: feeds.length - good - odd }
}

/** What must be right before the night begins: each line says what to do when it is not. */
export function useDutyChecks(): Check[] {
  const say = useSay()
  const { data: desk } = useDesk()
  const { instance } = useSession()
  const stream = useStreamState()
  const bell = useBell()
  const feeds = feedSum(desk?.feeds)
  const overdue = (desk?.points ?? []).filter((point) => point.overdue).length
  const sandboxed = Object.values(desk?.carriers ?? {}).filter((carrier) => carrier === 'sandbox').length
  const checks: Check[] = [
    {
      key: 'line',
      good: stream.is === 'open',
      text: say('实时连接', 'Live connection'),
      todo: say('正在重连;看本机网络', 'reconnecting; look at the network'),
    },
    {
      key: 'bell',
      good: bell.includes('ready'),
      text: say('铃声', 'Bell'),
      todo: say('点一下右上角铃铛,听到声音才算', 'press the bell at the top right until you hear it'),
    },
    {
      key: 'duty',
      good: Boolean(desk?.onDuty?.officer && desk.onDuty.commander),
      text: say('今晚值班人员', 'Who is on duty'),
      todo: say('在人员名册里排班', 'set the roster'),
    },
    {
      key: 'feeds',
      good: feeds.all !== null && feeds.all > 0 && feeds.good === feeds.all,
      text: say('预警来源', 'Feeds'),
      todo:
        feeds.all === 0
          ? say('一路都没有:接入来源,或守好电话和传真', 'none at all: add a feed, or keep to telephone and fax')
          : say(
              `${feeds.bad + feeds.odd} 路没有消息或内容异常:电话问气象台`,
              `${feeds.bad + feeds.odd} silent or odd: telephone the station`,
            ),
    },
    {
      key: 'points',
      good: overdue === 0,
      text: say('重点部位查看', 'Watched points'),
      todo: say(`${overdue} 处超时未看:催网格员`, `${overdue} overdue: call the grid workers`),
    },
    {
      key: 'channels',
      good: instance?.register === 'sample' || sandboxed === 0,
      text: say('发送通道', 'Channels'),
      todo: say(`${sandboxed} 路仍是模拟通道,真实居民收不到`, `${sandboxed} are simulated: nobody real is reached`),
    },
  ]
  return checks
}

export function DutyChecks({ checks }: { checks: Check[] }) {
  return (
    <ul className="checks">
      {checks.map((check) => (
        <li key={check.key} className={check.good ? 'is-good' : 'is-warn'}>
          <i aria-hidden="true">{check.good ? '✓' : '!'}</i>
          <b>{check.text}</b>
          {!check.good && <span>{check.todo}</span>}
        </li>
      ))}
    </ul>
  )
}

export function FeedList({ feeds }: { feeds: FeedBrief[] }) {
  const say = useSay()
  return (
    <div>
      <ul className="checks">
        {feeds.map((feed) => (
          <li key={feed.id} className={feed.state === 'good' ? 'is-good' : 'is-warn'}>
            <i aria-hidden="true">{feed.state === 'good' ? '✓' : '!'}</i>
            <b>{feed.name}</b>
            <span>
              {standingWord(feed.standing, say)} · {say('上次正常 ', 'last good ')}
              <Age at={feed.lastGoodAt} />
            </span>
          </li>
        ))}
        {feeds.length === 0 && <li>{say('还没有配置预警来源', 'No feed is configured yet')}</li>}
      </ul>
      <Link to="/feeds">{say('全部来源与报文', 'All feeds and bulletins')}</Link>
    </div>
  )
}

export function ChannelList({ desk }: { desk: Desk | undefined }) {
  const say = useSay()
  const isStopped = (channel: string) => desk?.troubles?.some((one) => one.stopped && one.channel === channel) ?? false
  return (
    <div>
      <ul className="checks">
        {Object.entries(desk?.carriers ?? {}).map(([channel, carrier]) => (
          <li key={channel} className={isStopped(channel) ? 'is-bad' : 'is-good'}>
            <i aria-hidden="true">{isStopped(channel) ? '!' : '✓'}</i>
            <b>{channelWord(channel, say)}</b>
            <span>
              {isStopped(channel)
                ? say('中断:消息在等,没有丢', 'stopped: messages wait, none is lost')
                : carrier === 'sandbox'
                  ? say('模拟通道(进收件箱,不外发)', 'simulated (goes to the inbox, not outside)')
                  : carrier}
            </span>
          </li>
        ))}
      </ul>
      <p className="muted small">
        {say('数据存放:', 'Store: ')}
        {desk?.store === 'postgres' ? 'PostgreSQL' : say('本机内嵌', 'embedded')} · {say('唤醒:', 'doorbell: ')}
        {desk?.doorbell === 'redis' ? 'Bull / Redis' : say('进程内', 'in-process')}
      </p>
      <Link to="/channels">{say('运营商与号码次数', 'Carriers and times per number')}</Link>
    </div>
  )
}
