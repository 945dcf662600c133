import { Input, Segmented } from 'antd'
import { useState } from 'react'
import type { Feed, Listing, Warning } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { standingWord } from '../data/words.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { Disagreements } from './disagreements.js'
import { FeedCard } from './feed-card.js'
import { FeedLog } from './feed-log.js'
import { stateWord } from './feed-words.js'

const worst = ['silent', 'failing', 'stuck', 'partial', 'good']
const weightiest = ['authority', 'mirror', 'reference']

/** Every source on one line: is it alive, how old is its word, what to do when it is not. The ill ones come first. */
export function SourcesTab() {
  const { say, language } = useLanguage()
  const may = useMay()
  const [query, setQuery] = useState('')
  const [only, setOnly] = useState<'all' | 'ill'>('all')
  const [log, setLog] = useState<Feed | null>(null)
  const feeds = useResource<Listing<Feed>>('/api/feeds', { watch: /^(feed|bulletin|drill)/, everyMs: 15_000 })
  const warnings = useResource<Listing<Warning>>('/api/warnings?limit=100', { watch: /^warning/ })
  const shown = (feeds.data?.items ?? [])
    .filter((feed) => `${feed.name}${feed.id}${feed.dialect}${feed.host ?? ''}`.toLowerCase().includes(query.trim().toLowerCase()))
    .filter((feed) => only === 'all' || feed.state !== 'good')
    .sort((a, b) => worst.indexOf(a.state) - worst.indexOf(b.state) || weightiest.indexOf(a.standing) - weightiest.indexOf(b.standing))
  return (
    <div className="sources">
      <Panel
        title={say('来源', 'Sources')}
        count={feeds.data?.items.length}
        extra={
          <span className="panel-tools">
            <Segmented
              size="small"
              value={only}
              onChange={setOnly}
              options={[
                { value: 'all', label: say('全部', 'All') },
                { value: 'ill', label: say('有问题', 'With trouble') },
              ]}
            />
            <Input
              allowClear
              size="small"
              className="w-160"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              placeholder={say('找来源', 'find')}
            />
            <ExportButton
              name={say('预警来源', 'feeds')}
              head={[
                say('来源', 'Source'),
                say('性质', 'Standing'),
                say('状态', 'State'),
                say('上次正常', 'Last good'),
                say('上次新报文', 'Last news'),
                say('问题', 'Trouble'),
              ]}
              rows={() =>
                shown.map((feed) => [
                  feed.name,
                  standingWord(feed.standing, say),
                  stateWord(feed.state, say),
                  dayTime(feed.lastGoodAt, language),
                  dayTime(feed.lastNewAt, language),
                  feed.lastError,
                ])
              }
            />
          </span>
        }
      >
        <Loaded from={feeds} rows={6}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={say('一路来源都没有配置', 'No feed is configured')}>
                {say(
                  '这时收不到任何自动预警:守好电话和传真,收到就用“补录”录入。要接入来源,在 config/feeds.yaml 里写地址和级别。',
                  'No warning comes by itself now: keep to telephone and fax. Add addresses in config/feeds.yaml.',
                )}
              </Empty>
            ) : shown.length === 0 ? (
              <Empty title={only === 'ill' ? say('全部来源正常', 'All sources are well') : say('没有找到', 'Nothing found')} />
            ) : (
              <ul className="feed-cards">
                {shown.map((feed) => (
                  <FeedCard
                    key={feed.id}
                    feed={feed}
                    warnings={warnings.data?.items ?? []}
                    openLog={may('bulletin.read') ? setLog : null}
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
      <Disagreements warnings={warnings} feeds={feeds.data?.items ?? []} />
      <FeedLog feed={log} close={() => setLog(null)} />
    </div>
  )
}
