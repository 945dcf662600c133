import { Button, Input, Select, Table } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import { read } from '../../shared/api.js'
import type { Bulletin, Feed, Listing } from '../../shared/api-types.js'
import { type Say, useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { go, useAddress } from '../router.js'
import { BulletinReading } from './bulletin-reading.js'
import { dialectWord, outcomeTone, outcomeWord, viaWord } from './feed-words.js'
import { FileDrop } from './file-drop.js'

const events = /^(bulletin|warning|feed|drill)/

/** What was received, newest first; beside it how it was understood, and the raw text with its faults at their lines. */
export function BulletinsTab({ bulletinId, warningId }: { bulletinId: string | null; warningId: string | null }) {
  const { say } = useLanguage()
  const may = useMay()
  const { query } = useAddress()
  const [outcome, setOutcome] = useState(query.get('outcome') ?? '')
  const [feedId, setFeedId] = useState(query.get('feed') ?? '')
  const path = `/api/bulletins?limit=100${outcome && `&outcome=${outcome}`}${feedId && `&feedId=${encodeURIComponent(feedId)}`}`
  const bulletins = useResource<Listing<Bulletin>>(path, { watch: events })
  const found = bulletinId ?? (warningId ? bulletins.data?.items.find((one) => one.warningIds.includes(warningId))?.id : null) ?? null
  return (
    <div className="feeds-grid">
      <div className="feeds-left">
        <BulletinTable key={path} bulletins={bulletins} path={path} chosen={found} filter={{ outcome, setOutcome, feedId, setFeedId }} />
      </div>
      <div className="feeds-right">
        {may('bulletin.ingest') && <FileDrop />}
        {found ? (
          <BulletinReading key={found} id={found} />
        ) : (
          <Panel title={say('报文', 'Bulletin')}>
            <Empty title={say('点左边一条报文,看它怎么被读懂', 'Choose a bulletin to see how it was read')}>
              {say(
                '也可以把报文文件拖进来:按原文逐行说明哪里有问题、范围里有没有本街道的人。',
                'Or drop a file: problems are told line by line, and whether anybody of ours is inside.',
              )}
            </Empty>
          </Panel>
        )}
      </div>
    </div>
  )
}

const reasonOf = (row: Bulletin, say: Say) => row.reason && say(row.reason, row.problems[0]?.messageEn ?? row.reason)

interface Filter {
  outcome: string
  setOutcome: (outcome: string) => void
  feedId: string
  setFeedId: (feedId: string) => void
}

/** The arrows go from row to row, Enter opens. */
function stepRows(event: KeyboardEvent<HTMLElement>, open: () => void): void {
  const row = event.currentTarget
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : event.key === 'ArrowUp' ? row.previousElementSibling : null
  if (event.key === 'Enter') open()
  else if (next instanceof HTMLElement) {
    next.focus()
    event.preventDefault()
  }
}

function BulletinTable({
  bulletins,
  path,
  chosen,
  filter,
}: {
  bulletins: ReturnType<typeof useResource<Listing<Bulletin>>>
  path: string
  chosen: string | null
  filter: Filter
}) {
  const { say, language } = useLanguage()
  const [query, setQuery] = useState('')
  const feeds = useResource<Listing<Feed>>('/api/feeds')
  const { older, more, readOlder } = useOlder(path, bulletins.data)
  const nameOf = (row: Bulletin) => feeds.data?.items.find((feed) => feed.id === row.feedId)?.name ?? viaWord(row.via, say)
  const wanted = query.trim().toLowerCase()
  const rows = [...(bulletins.data?.items ?? []), ...older].filter((one) =>
    `${one.summary ?? ''}${one.dialect}${dialectWord(one.dialect, say)}${one.reason ?? ''}${nameOf(one)}`.toLowerCase().includes(wanted),
  )
  return (
    <Panel
      title={say('收到的报文', 'Bulletins received')}
      count={bulletins.data ? rows.length : undefined}
      extra={
        <ExportButton
          name={say('报文', 'bulletins')}
          head={[
            say('收到', 'Received'),
            say('来源', 'Source'),
            say('结果', 'Outcome'),
            say('内容', 'What it says'),
            say('原因', 'Reason'),
            say('怎么办', 'To do'),
          ]}
          rows={() =>
            rows.map((one) => [
              dayTime(one.receivedAt, language),
              nameOf(one),
              outcomeWord(one.outcome, say),
              one.summary,
              say(one.reason ?? '', one.reasonEn ?? ''),
              say(one.hint ?? '', one.hintEn ?? ''),
            ])
          }
        />
      }
    >
      <div className="bulletin-filter">
        <Select
          size="small"
          value={filter.outcome}
          onChange={filter.setOutcome}
          aria-label={say('结果', 'Outcome')}
          options={[
            { value: '', label: say('全部结果', 'All outcomes') },
            ...['accepted', 'refused', 'unreadable', 'duplicate'].map((value) => ({ value, label: outcomeWord(value, say) })),
          ]}
        />
        <Select
          size="small"
          value={filter.feedId}
          onChange={filter.setFeedId}
          aria-label={say('来源', 'Source')}
          options={[
            { value: '', label: say('全部来源', 'All sources') },
            ...(feeds.data?.items ?? []).map((feed) => ({ value: feed.id, label: feed.name })),
          ]}
        />
        <Input
          allowClear
          size="small"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder={say('找报文', 'find')}
        />
      </div>
      <Loaded from={bulletins}>
        {() => (
          <>
            <Table<Bulletin>
              size="small"
              rowKey="id"
              dataSource={rows}
              pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
              rowClassName={(row) => `row-link${row.id === chosen ? ' row-on' : ''}`}
              onRow={(row) => ({
                tabIndex: 0,
                onClick: () => go(`/feeds/${row.id}`),
                onKeyDown: (event) => stepRows(event, () => go(`/feeds/${row.id}`)),
              })}
              locale={{
                emptyText: (
                  <Empty
                    title={
                      filter.outcome || filter.feedId || wanted
                        ? say('没有这样的报文', 'No such bulletin')
                        : say('还没有收到报文', 'No bulletin yet')
                    }
                  >
                    {say('来源一有新报文就存下原文,再读。读不懂的也留着。', 'Each is kept as received, also those that cannot be read.')}
                  </Empty>
                ),
              }}
              columns={[
                {
                  title: say('收到', 'Received'),
                  width: 104,
                  className: 'ys-tabular',
                  render: (_, row) => dayTime(row.receivedAt, language),
                },
                {
                  title: say('内容', 'What it says'),
                  render: (_, row) => (
                    <>
                      <b className="clamp" title={row.summary ?? undefined}>
                        {row.summary ?? reasonOf(row, say) ?? say('(没有摘要)', '(no summary)')}
                      </b>
                      {row.summary && row.reason && <div className="small tone-warn clamp">{reasonOf(row, say)}</div>}
                      <div className="muted small">
                        {nameOf(row)} · {dialectWord(row.dialect, say)}
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
            {more && (
              <Button size="small" block type="text" onClick={() => void readOlder()}>
                {say('更早的报文', 'Older bulletins')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

/** Pages behind the newest one, read on request. */
function useOlder(path: string, first: Listing<Bulletin> | undefined) {
  const tell = useTellError()
  const [pages, setPages] = useState<Listing<Bulletin>[]>([])
  const cursor = pages.length > 0 ? pages[pages.length - 1]!.nextCursor : first?.nextCursor
  const readOlder = async () => {
    try {
      const page = await read<Listing<Bulletin>>(`${path}&cursor=${encodeURIComponent(cursor ?? '')}`)
      setPages((before) => [...before, page])
    } catch (error) {
      tell(error)
    }
  }
  const known = new Set(first?.items.map((one) => one.id))
  return { older: pages.flatMap((page) => page.items).filter((one) => !known.has(one.id)), more: Boolean(cursor), readOlder }
}
