import { Input, Table } from 'antd'
import { useState } from 'react'
import type { Bulletin, Feed, Listing } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { standingWord } from '../data/words.js'
import { Age, Empty, Loaded, Page, Panel } from '../layout/parts.js'
import { go, useAddress } from '../router.js'
import { BulletinReading } from './bulletin-reading.js'
import { outcomeTone, outcomeWord, viaWord } from './feed-words.js'
import { FileDrop } from './file-drop.js'

const events = /^(bulletin|warning|feed|drill)/

export function FeedsPage({ bulletinId }: { bulletinId: string | null }) {
  const { say } = useLanguage()
  const may = useMay()
  const { query } = useAddress()
  const warningId = query.get('warning')
  const bulletins = useResource<Listing<Bulletin>>('/api/bulletins', { watch: events })
  const found = bulletinId ?? (warningId ? bulletins.data?.items.find((one) => one.warningIds.includes(warningId))?.id : null) ?? null
  return (
    <Page
      title={say('预警来源', 'Feeds')}
      sub={say(
        '谁说的、什么时候说的、原文是什么。没有消息是危险,不是平安。',
        'Who said it, when, and the raw text. Silence is danger, not calm.',
      )}
    >
      <div className="feeds-grid">
        <div className="feeds-left">
          <FeedTable />
          <BulletinTable bulletins={bulletins} chosen={found} />
        </div>
        <div className="feeds-right">
          {may('bulletin.ingest') && <FileDrop />}
          {found ? (
            <BulletinReading key={found} id={found} />
          ) : (
            <Panel title={say('报文', 'Bulletin')}>
              <Empty title={say('点左边一条报文,看它怎么被读懂', 'Choose a bulletin to see how it was read')}>
                {say(
                  '也可以把任何 CAP 文件拖进来:按原文逐行说明哪里有问题、范围里有没有本街道的人。',
                  'Or drop any CAP file: problems are told line by line, and whether anybody of ours is inside.',
                )}
              </Empty>
            </Panel>
          )}
        </div>
      </div>
    </Page>
  )
}

function FeedTable() {
  const { say } = useLanguage()
  const feeds = useResource<Listing<Feed>>('/api/feeds', { watch: /^(feed|bulletin)/ })
  return (
    <Panel title={say('来源', 'Sources')} count={feeds.data?.items.length}>
      <Loaded from={feeds} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('还没有配置来源', 'No feed is configured')}>
              {say(
                '在 config/feeds.yaml 里写地址和级别,或用右边的框粘贴报文。',
                'Add one in config/feeds.yaml, or paste a bulletin at the right.',
              )}
            </Empty>
          ) : (
            <ul className="feed-list">
              {items.map((feed) => (
                <li key={feed.id} className={`feed-${feed.state}`}>
                  <span className={`pulse pulse-${feed.state === 'good' ? 'open' : 'lost'}`} />
                  <div>
                    <b>{feed.name}</b>
                    <small className="muted">
                      {standingWord(feed.standing, say)} · {feed.dialect}
                      {feed.everySeconds ? say(` · 每 ${feed.everySeconds} 秒问一次`, ` · asked every ${feed.everySeconds} s`) : ''}
                    </small>
                    {feed.lastError && <small className="tone-bad">{feed.lastError}</small>}
                  </div>
                  <div className="feed-age">
                    {feed.state !== 'good' && (
                      <b className="tone-bad">{feed.state === 'silent' ? say('没有消息', 'silent') : say('中断', 'failing')}</b>
                    )}
                    <small>
                      {say('上次正常 ', 'last good ')}
                      <Age at={feed.lastGoodAt} />
                    </small>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function BulletinTable({ bulletins, chosen }: { bulletins: ReturnType<typeof useResource<Listing<Bulletin>>>; chosen: string | null }) {
  const { say, language } = useLanguage()
  const [query, setQuery] = useState('')
  const feeds = useResource<Listing<Feed>>('/api/feeds')
  return (
    <Panel
      title={say('收到的报文', 'Bulletins received')}
      count={bulletins.data?.items.length}
      extra={
        <Input
          allowClear
          size="small"
          className="w-160"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder={say('找报文', 'find')}
        />
      }
    >
      <Loaded from={bulletins}>
        {({ items }) => (
          <Table<Bulletin>
            size="small"
            rowKey="id"
            dataSource={items.filter((one) => `${one.summary ?? ''}${one.dialect}${one.reason ?? ''}`.includes(query.trim()))}
            pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
            rowClassName={(row) => `row-link${row.id === chosen ? ' row-on' : ''}`}
            onRow={(row) => ({
              tabIndex: 0,
              onClick: () => go(`/feeds/${row.id}`),
              onKeyDown: (event) => event.key === 'Enter' && go(`/feeds/${row.id}`),
            })}
            locale={{
              emptyText: (
                <Empty title={say('还没有收到报文', 'No bulletin yet')}>
                  {say('来源一有新报文就存下原文,再读。读不懂的也留着。', 'Each is kept as received, also those that cannot be read.')}
                </Empty>
              ),
            }}
            columns={[
              {
                title: say('收到', 'Received'),
                width: 118,
                className: 'ys-tabular',
                render: (_, row) => dayTime(row.receivedAt, language),
              },
              {
                title: say('内容', 'What it says'),
                render: (_, row) => (
                  <>
                    <b className="clamp" title={row.summary ?? undefined}>
                      {row.summary ?? row.reason ?? say('(没有摘要)', '(no summary)')}
                    </b>
                    <div className="muted small">
                      {feeds.data?.items.find((feed) => feed.id === row.feedId)?.name ?? viaWord(row.via, say)} · {row.dialect}
                      {row.problems.length > 0 && (
                        <span className="tone-warn"> · {say(`${row.problems.length} 处问题`, `${row.problems.length} problems`)}</span>
                      )}
                    </div>
                  </>
                ),
              },
              {
                title: say('结果', 'Outcome'),
                width: 84,
                render: (_, row) => <span className={`state state-${outcomeTone(row.outcome)}`}>{outcomeWord(row.outcome, say)}</span>,
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
