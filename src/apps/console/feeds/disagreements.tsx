import type { Feed, Listing, Warning } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { dayTime } from '../../shared/times.js'
import type { UseResource } from '../data/resources.js'
import { standingWord } from '../data/words.js'
import { warningTitle } from '../desk/warning-words.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { go } from '../router.js'

/** What sources say differently of the same warning, and what left a list without a Cancel: things to telephone about. */
export function Disagreements({ warnings, feeds }: { warnings: UseResource<Listing<Warning>>; feeds: Feed[] }) {
  const { say, language } = useLanguage()
  const doubts = (warning: Warning) => warning.problems.filter((one) => one.code.startsWith('sources-') || one.code === 'vanished')
  const nameOf = (id: string | null) => feeds.find((feed) => feed.id === id)?.name ?? say('推送或投递', 'handed in')
  return (
    <Panel title={say('各家说法不一', 'Where sources differ')}>
      <Loaded from={warnings} rows={2}>
        {({ items }) => {
          const odd = items.filter((warning) => warning.state === 'in-force' && doubts(warning).length > 0)
          if (odd.length === 0)
            return (
              <Empty title={say('没有分歧', 'No differences')}>
                {say(
                  '同一条预警有几路来源时,颜色、时间、范围不一致会列在这里。',
                  'When several sources speak of one warning, what they say differently stands here.',
                )}
              </Empty>
            )
          return (
            <ul className="doubts">
              {odd.map((warning) => (
                <li key={warning.id}>
                  <div>
                    <LevelBadge level={warning.level} />{' '}
                    <button type="button" className="plain-button" onClick={() => go(`/feeds/${warning.bulletinId}`)}>
                      {warningTitle(warning, say)}
                    </button>
                    <small className="muted ys-tabular"> {dayTime(warning.sent, language)}</small>
                  </div>
                  <p className="muted small">
                    {warning.sources
                      .map((one) => `${nameOf(one.feedId)}(${standingWord(one.standing ?? warning.standing, say)})`)
                      .join(' · ')}
                  </p>
                  {doubts(warning).map((one) => (
                    <p key={one.message} className={one.severity === 'error' ? 'tone-bad' : 'tone-warn'}>
                      {say(one.message, one.messageEn ?? one.message)}
                    </p>
                  ))}
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}
