import { Drawer } from 'antd'
import type { Feed, FeedLogLine, Listing } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded } from '../layout/parts.js'
import { go } from '../router.js'
import { Phone } from './feed-card.js'

/** What went wrong with a source, the likely cause, what to do, whom to phone: one entry per change, not per request. */
export function FeedLog({ feed, close }: { feed: Feed | null; close: () => void }) {
  const { say, language } = useLanguage()
  const log = useResource<Listing<FeedLogLine>>(feed && `/api/feeds/${encodeURIComponent(feed.id)}/log`, { watch: /^(feed|bulletin)/ })
  return (
    <Drawer
      open={feed !== null}
      onClose={close}
      size={520}
      title={feed && say(`${feed.name} · 日志`, `${feed.name} · log`)}
      extra={
        <ExportButton
          name={`${feed?.name ?? ''}-${say('日志', 'log')}`}
          head={[
            say('时间', 'Time'),
            say('发生了什么', 'What'),
            say('详情', 'Detail'),
            say('可能的原因', 'Likely'),
            say('怎么办', 'To do'),
          ]}
          rows={() =>
            (log.data?.items ?? []).map((line) => [
              dayTime(line.at, language),
              line.what[language],
              line.detail?.[language],
              line.likely?.[language],
              line.todo?.[language],
            ])
          }
        />
      }
    >
      <Loaded from={log} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('没有出过问题', 'Nothing has gone wrong')}>
              {say(
                '中断、恢复、读不懂的报文都会记在这里,附上原因和该打给谁。',
                'Silence, recovery and bulletins that cannot be read are noted here.',
              )}
            </Empty>
          ) : (
            <ol className="feed-log">
              {items.map((line) => (
                <li key={`${line.at}${line.what.zh}${line.bulletinId}`} className={`log-${line.tone}`}>
                  <time className="muted ys-tabular">{dayTime(line.at, language)}</time>
                  <b>{line.what[language]}</b>
                  {line.detail?.[language] && <p>{line.detail[language]}</p>}
                  {line.likely && (
                    <p>
                      <i>{say('可能的原因', 'Likely')}</i>
                      {line.likely[language]}
                    </p>
                  )}
                  {line.todo && (
                    <p>
                      <i>{say('怎么办', 'What to do')}</i>
                      {line.todo[language]}
                    </p>
                  )}
                  {line.tone !== 'good' && <Phone feed={line} />}
                  {line.bulletinId && (
                    <button type="button" className="plain-button" onClick={() => go(`/feeds/${line.bulletinId}`)}>
                      {say('看这份报文', 'Look at the bulletin')}
                    </button>
                  )}
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Drawer>
  )
}
