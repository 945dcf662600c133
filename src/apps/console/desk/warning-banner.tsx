import type { Desk, Warning } from '../../shared/api-types.js'
import type { Evacuation } from '../../shared/field-types.js'
import { useLanguage } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { ageWords, dayTime, minuteTime } from '../../shared/times.js'
import { Link } from '../router.js'
import { isExercise, stationOf, warningTitle } from './warning-words.js'

interface BannerProps {
  warnings: Warning[]
  responseLevel: Desk['responseLevel']
  drill: boolean
  /** No feed has been heard: then nothing in force does not mean calm. */
  deaf: boolean
  evacuation: Evacuation | null
}
export function WarningBanner({ warnings, responseLevel, drill, deaf, evacuation }: BannerProps) {
  const { say } = useLanguage()
  const away = evacuation && evacuation.state !== 'closed' ? evacuation.people.left - (evacuation.returned?.people ?? 0) : 0
  if (warnings.length === 0 && away > 0) return <StillAway people={away} />
  if (warnings.length === 0)
    return (
      <section className={`calm${deaf ? ' calm-deaf' : ''}`}>
        <b>{say('当前没有生效的预警', 'No warning is in force')}</b>
        <span className="muted">
          {say(
            '预警一到,这里会响铃并显示级别、台站和时间。没有消息不等于平安:请看右上角“预警来源”。',
            'When one arrives the bell rings here. Silence is not calm: look at “Feeds” at the top right.',
          )}
        </span>
        {drill && (
          <a href="/desk/drill" className="calm-drill">
            {say('演练 7 月 12 日那一夜 ›', 'Live through the night of 12 July ›')}
          </a>
        )}
      </section>
    )
  return (
    <div className="banners">
      {warnings.slice(0, 3).map((warning, index) => (
        <OneWarning key={warning.id} warning={warning} main={index === 0} responseLevel={index === 0 ? responseLevel : null} />
      ))}
      {warnings.length > 3 && <span className="muted pad-x">{say(`还有 ${warnings.length - 3} 条`, `${warnings.length - 3} more`)}</span>}
    </div>
  )
}

/** All in is not danger over, and lifted is not home again. */
function StillAway({ people }: { people: number }) {
  const { say } = useLanguage()
  return (
    <section className="calm calm-deaf">
      <b>{say('预警已解除,值守还没有结束', 'Lifted, but the watch goes on')}</b>
      <span>
        {say(
          `还有 ${people} 人在外等待返回:先评估房屋和隐患点,再逐户批准。`,
          `${people} people still wait to return: look at houses and points first, then approve household by household.`,
        )}
      </span>
      <Link to="/evacuation" className="calm-drill">
        {say('去批准返回 ›', 'Approve the return ›')}
      </Link>
    </section>
  )
}

function OneWarning({ warning, main, responseLevel }: { warning: Warning; main: boolean; responseLevel: Desk['responseLevel'] }) {
  const { say, language } = useLanguage()
  const now = useServiceNow(1000)
  const expires = warning.expires ?? warning.infos?.[0]?.expires
  const until = warning.expiresAssumed ? say('按惯例至', 'usually until') : say('有效至', 'until')
  return (
    <section className={`banner banner-${warning.level}${main ? '' : ' banner-second'}`} title={warning.headline}>
      <LevelBadge level={warning.level} large={main} />
      <h1>
        {isExercise(warning) && <em className="exercise-word">{say('【演练】', 'EXERCISE ')}</em>}
        {warningTitle(warning, say)}
      </h1>
      <span className="ys-tabular">
        {stationOf(warning, language)} {minuteTime(warning.sent)}
      </span>
      <span className="muted ys-tabular">
        {minuteTime(warning.receivedAt)} {say('收到', 'received')} · {ageWords(warning.receivedAt, now, say)}
        {expires && ` · ${until} ${dayTime(expires, language)}`}
      </span>
      {warning.muted?.[0] && <span className="chip">{say(warning.muted[0].reason, 'muted: a higher one is in force here')}</span>}
      {warning.standing !== 'authority' && (
        <span className="chip chip-warn">{say('非权威来源,不转发居民', 'not an authority: not relayed')}</span>
      )}
      {responseLevel && (
        <span className="banner-level ys-tabular">
          {say('区应急响应:', 'District response: ')}
          <b>{responseLevel.level}</b> {minuteTime(responseLevel.at)}
        </span>
      )}
    </section>
  )
}
