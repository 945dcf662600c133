import { Dropdown, Popover, Tooltip } from 'antd'
import { Icon } from '../../shared/icons.js'
import { useLanguage, useSay } from '../../shared/language.js'
import markUrl from '../../shared/mark.svg'
import { serviceSpeed, useServiceNow } from '../../shared/service-clock.js'
import { clockTime, dayOnly } from '../../shared/times.js'
import { useDesk } from '../data/desk.js'
import { useSession } from '../data/session.js'
import { useStreamState } from '../data/stream.js'
import { go, Link } from '../router.js'
import { useAppearance } from '../theme.js'
import { useBell } from './alarm.js'
import { ChannelList, DutyChecks, FeedList, feedSum, useDutyChecks } from './checks.js'
import { ringOnce } from './ring.js'

export function StatusBar() {
  const say = useSay()
  const { instance } = useSession()
  const { data: desk } = useDesk()
  return (
    <header className="status">
      <Link to="/" className="status-home">
        <img src={markUrl} alt="" width={22} height={22} />
        <b>{say('寅时', 'Yinshi')}</b>
        <span>{desk?.placeName ?? instance?.name ?? ''}</span>
      </Link>
      <Clock />
      <div className="status-duty">
        <span>
          {say('带班领导', 'Commander')} <b>{desk?.onDuty?.commander ?? '—'}</b>
        </span>
        <span>
          {say('值班员', 'Officer')} <b>{desk?.onDuty?.officer ?? '—'}</b>
        </span>
      </div>
      <div className="status-right">
        <Link to="/handover" className="status-item">
          {say('交接班', 'Hand-over')}
        </Link>
        <Checks />
        <Feeds />
        <Channels />
        <Tools />
      </div>
    </header>
  )
}

function Clock() {
  const { say, language } = useLanguage()
  const now = useServiceNow(250)
  const stream = useStreamState()
  const speed = serviceSpeed()
  return (
    <div className="status-clock">
      <span
        className={`pulse pulse-${stream.is}`}
        title={stream.is === 'open' ? say('实时连接正常', 'live') : say('未连接', 'not connected')}
      />
      <span className="muted">{dayOnly(now, language)}</span>
      <time className="ys-tabular">{clockTime(now)}</time>
      {speed !== 1 && (
        <button type="button" className="chip chip-violet" onClick={() => go('/drill')}>
          {speed === 0 ? say('演练暂停', 'Drill paused') : say(`演练 ${speed}×`, `Drill ${speed}×`)}
        </button>
      )}
    </div>
  )
}

function Checks() {
  const say = useSay()
  const checks = useDutyChecks()
  const open = checks.filter((check) => !check.good).length
  return (
    <Popover trigger="click" placement="bottomRight" content={<DutyChecks checks={checks} />}>
      <button type="button" className={`status-item${open > 0 ? ' is-warn' : ' is-good'}`}>
        {say('值班检查', 'Checks')} <b>{open > 0 ? say(`${open} 项待处理`, `${open} open`) : say('正常', 'fine')}</b>
      </button>
    </Popover>
  )
}
function Feeds() {
  const say = useSay()
  const { data: desk } = useDesk()
  const sum = feedSum(desk?.feeds)
  return (
    <Popover trigger="click" placement="bottomRight" content={<FeedList feeds={desk?.feeds ?? []} />}>
      <button type="button" className={`status-item${sum.bad > 0 ? ' is-bad' : sum.all === 0 || sum.odd > 0 ? ' is-warn' : ''}`}>
        {say('预警来源', 'Feeds')}{' '}
        <b className="ys-tabular">
          {sum.all === null ? '—' : `${sum.good}/${sum.all}`}
          {sum.bad > 0 && say(`(${sum.bad} 路中断)`, ` (${sum.bad} down)`)}
          {sum.bad === 0 && sum.odd > 0 && say(`(${sum.odd} 路异常)`, ` (${sum.odd} odd)`)}
        </b>
      </button>
    </Popover>
  )
}
function Channels() {
  const say = useSay()
  const { data: desk } = useDesk()
  const carriers = Object.entries(desk?.carriers ?? {})
  const stopped = new Set(desk?.troubles?.flatMap((one) => (one.stopped ? [one.channel] : [])))
  const good = carriers.filter(([channel]) => !stopped.has(channel)).length
  return (
    <Popover trigger="click" placement="bottomRight" content={<ChannelList desk={desk} />}>
      <button type="button" className="status-item">
        {say('通道', 'Channels')}{' '}
        <b className={`ys-tabular ${stopped.size > 0 ? 'tone-bad' : ''}`}>
          {carriers.length > 0 ? `${good}/${carriers.length}` : '—'}
          {stopped.size > 0 && say(`(${stopped.size} 路中断)`, ` (${stopped.size} down)`)}
        </b>
      </button>
    </Popover>
  )
}

function Tools() {
  const { say, language, setLanguage } = useLanguage()
  const { appearance, setAppearance } = useAppearance()
  const { me, signOut } = useSession()
  const bell = useBell()
  const ready = bell.includes('ready')
  return (
    <div className="status-tools">
      <Tooltip
        title={ready ? say('测试铃声', 'Test the bell') : say('铃声未启用:点一下启用并测试', 'The bell is shut: press to open and test it')}
      >
        <button
          type="button"
          className={`icon-button${ready ? '' : ' is-warn'}`}
          onClick={() => window.setTimeout(ringOnce, 120)}
          aria-label={say('测试铃声', 'Test the bell')}
        >
          <Icon name={ready ? 'bell' : 'bellOff'} />
        </button>
      </Tooltip>
      <Tooltip title={appearance === 'dark' ? say('日间浅色', 'Light theme') : say('值班室深色', 'Dark theme')}>
        <button
          type="button"
          className="icon-button"
          onClick={() => setAppearance(appearance === 'dark' ? 'light' : 'dark')}
          aria-label={say('换明暗', 'Change theme')}
        >
          <Icon name={appearance === 'dark' ? 'sun' : 'moon'} />
        </button>
      </Tooltip>
      <button type="button" className="icon-button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
        {language === 'zh' ? 'EN' : '中'}
      </button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'who', label: `${me.name || me.account} · ${me.scope}`, disabled: true },
            { key: 'keys', label: say('按键 ?', 'Keys ?') },
            { key: 'out', label: say('退出登录', 'Sign out') },
          ],
          onClick: ({ key }) => {
            if (key === 'out') signOut()
            if (key === 'keys') window.dispatchEvent(new KeyboardEvent('keydown', { key: '?' }))
          },
        }}
      >
        <button type="button" className="icon-button" aria-label={say('账号', 'Account')}>
          <Icon name="user" />
        </button>
      </Dropdown>
    </div>
  )
}
