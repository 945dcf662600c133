import { Input, Tabs } from 'antd'
import { useMemo, useState } from 'react'
import type { AlertAudience, AlertDetail, AlertPreview } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { levelWords } from '../../shared/level.js'
import { count } from '../../shared/times.js'
import { type UseResource, useResource } from '../data/resources.js'
import { pointKindWord, reasonWord } from '../data/words.js'
import { eventWord } from '../desk/warning-words.js'
import { Empty, Figure, Loaded, Panel } from '../layout/parts.js'
import { Link } from '../router.js'
import { HomeList } from './home-list.js'
import { DeadlineLine, PreviewTab } from './preview.js'

interface AudienceProps {
  alert: AlertDetail
  audience: UseResource<AlertAudience>
}
/** Whom it reaches, who is missing and why, and who has to move because of what. */
export function AudiencePanel({ alert, audience }: AudienceProps) {
  const say = useSay()
  const preview = useResource<AlertPreview>(`/api/alerts/${alert.id}/preview`, { watch: /^alert/, everyMs: 60_000 })
  return (
    <Panel
      className="alert-audience"
      title={say('通知对象', 'Audience')}
      extra={<Link to={`/map?alert=${alert.id}`}>{say('在地图上看', 'On the map')} ›</Link>}
    >
      <MatchNote alert={alert} />
      <Loaded from={audience} rows={8}>
        {(data) => <AudienceTabs alert={alert} data={data} preview={preview} />}
      </Loaded>
    </Panel>
  )
}

function MatchNote({ alert }: { alert: AlertDetail }) {
  const say = useSay()
  const match = alert.match
  if (!match || match.verdict === 'matched') return null
  const words = {
    'named-elsewhere': say(
      `全区预警,文中点名 ${match.namedTowns.slice(0, 6).join('、')}${match.namedTowns.length > 6 ? '等' : ''},未点名本街道:不会自动发送,请研判。`,
      `Coded for the whole district, but the text names ${match.namedTowns.slice(0, 6).join(', ')} and not us: nothing goes out by itself.`,
    ),
    outside: say('范围内没有本街道的网格。', 'None of our grids are inside.'),
    unplaced: say('报文里的范围读不出来,请人工选定网格;按最不利情况处置。', 'The area could not be read: choose the grids by hand.'),
  }[match.verdict]
  return <p className="note note-warn">{words}</p>
}

function AudienceTabs({ alert, data, preview }: { alert: AlertDetail; data: AlertAudience; preview: UseResource<AlertPreview> }) {
  const say = useSay()
  const staff = alert.audience === 'staff'
  const unreachable = data.unreachableCount
  const movingHomes = data.moveCount.reduce((sum, grid) => sum + grid.households, 0)
  const moving = data.moveCount.reduce((sum, grid) => sum + grid.people, 0)
  return (
    <>
      <div className="figures audience-figures">
        {staff ? (
          <Figure label={say('责任人', 'staff')} value={data.contacts ?? data.people} />
        ) : (
          <>
            <Figure label={say('户', 'households')} value={data.households} />
            <Figure label={say('人', 'people')} value={data.people} />
          </>
        )}
        <Figure label={say('没有联系方式', 'no contact')} value={unreachable.people} tone={unreachable.people > 0 ? 'bad' : 'muted'} />
        {!staff && (
          <Figure
            label={say(`应转 ${count(movingHomes)} 户`, `${count(movingHomes)} hh to move`)}
            value={moving}
            tone={moving > 0 ? 'warn' : 'muted'}
          />
        )}
      </div>
      <NobodyOnDuty rows={data.unmanned} />
      <Tabs
        size="small"
        className="audience-tabs"
        defaultActiveKey={alert.origin === 'order' ? 'move' : 'preview'}
        items={[
          { key: 'preview', label: say('预览', 'Preview'), children: <PreviewTab alert={alert} preview={preview} /> },
          {
            key: 'grids',
            label: say(`网格 ${data.grids.length}`, `Grids ${data.grids.length}`),
            children: <GridList grids={data.grids} />,
          },
          {
            key: 'missing',
            label: say(`缺联系 ${count(unreachable.households)}`, `Missing ${count(unreachable.households)}`),
            children: <Missing rows={data.unreachable} all={unreachable.households} />,
          },
          ...(staff
            ? []
            : [{ key: 'homes', label: say('住户', 'Homes'), children: <HomeList alertId={alert.id} preview={preview.data} /> }]),
          {
            key: 'move',
            label: say(`应转 ${count(movingHomes)}`, `Move ${count(movingHomes)}`),
            children: <Moves alert={alert} rows={data.move} all={movingHomes} deadline={preview.data?.move.deadline ?? null} />,
          },
          {
            key: 'points',
            label: say(`重点部位 ${data.points.length}`, `Points ${data.points.length}`),
            children: <Points rows={data.points} />,
          },
        ]}
      />
    </>
  )
}

/** Grids without anybody on duty: who is called for them instead, or that nobody is. */
function NobodyOnDuty({ rows }: { rows: AlertAudience['unmanned'] }) {
  const say = useSay()
  const grids = rows.flatMap((row) => row.grids)
  if (grids.length === 0) return null
  const left = rows.filter((row) => row.called === '').flatMap((row) => row.grids)
  const names = (list: string[]) => `${list.slice(0, 3).join('、')}${list.length > 3 ? '…' : ''}`
  return (
    <details className={`note ${left.length > 0 ? 'note-bad' : 'note-warn'}`}>
      <summary>
        {say(
          `${grids.length} 个网格此时无人值班,由上一级代(叫 ${rows.length - (left.length > 0 ? 1 : 0)} 人)`,
          `${grids.length} grids have nobody on duty: ${rows.length - (left.length > 0 ? 1 : 0)} people above are called for them`,
        )}
        {left.length > 0 && say(`;${names(left)} 上级也没有人,请电话找人`, `; nobody above ${names(left)} either: telephone`)}
      </summary>
      <ul className="plain-list small">
        {rows
          .filter((row) => row.called !== '')
          .map((row) => (
            <li key={row.called}>
              <span>{names(row.grids)}</span> {say(`由 ${row.called} 代`, `by ${row.called}`)}
            </li>
          ))}
      </ul>
    </details>
  )
}

/** By community, so that 135 grids read as 15 lines; each opens to its grids. */
function GridList({ grids }: { grids: AlertAudience['grids'] }) {
  const say = useSay()
  const [query, setQuery] = useState('')
  const communities = useMemo(() => groupByCommunity(grids.filter((grid) => grid.name.includes(query.trim()))), [grids, query])
  if (grids.length === 0)
    return (
      <Empty title={say('范围内没有网格', 'No grid inside')}>
        {say(
          '这条预警的范围不在本街道;可在预警源页面“移到本街道作为演练”。',
          'Its area lies elsewhere; on the feeds page it can be moved here as an exercise.',
        )}
      </Empty>
    )
  return (
    <>
      <Input
        allowClear
        size="small"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        placeholder={say('找网格、社区', 'find a grid')}
      />
      <div className="grid-list">
        {communities.map((community) => (
          <details key={community.place}>
            <summary>
              <span>{community.name}</span>
              <span className="muted">{say(`${community.grids.length} 个网格`, `${community.grids.length} grids`)}</span>
              <b className="ys-tabular">{count(community.households)}</b>
              <small>{say('户', 'hh')}</small>
              <b className="ys-tabular">{count(community.people)}</b>
              <small>{say('人', 'ppl')}</small>
            </summary>
            <ul>
              {community.grids.map((grid) => (
                <li key={grid.place}>
                  <span>{grid.name}</span>
                  <span className={grid.reason === 'unknown-place' ? 'tone-warn' : 'muted'}>
                    {grid.of === undefined
                      ? reasonWord(grid.reason, say)
                      : say(
                          `界内 ${count(grid.households)} / ${count(grid.of)} 户`,
                          `${count(grid.households)} of ${count(grid.of)} inside`,
                        )}
                  </span>
                  <span className="ys-tabular">{count(grid.households)}</span>
                  <span className="ys-tabular">{count(grid.people)}</span>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </div>
    </>
  )
}
export interface CommunityOfGrids {
  place: string
  name: string
  grids: AlertAudience['grids']
  households: number
  people: number
}
export function groupByCommunity(grids: AlertAudience['grids']): CommunityOfGrids[] {
  const found = new Map<string, CommunityOfGrids>()
  for (const grid of grids) {
    const place = grid.place.slice(0, 12)
    const name = /^(.+?(社区|村))/.exec(grid.name)?.[1] ?? place
    const community = found.get(place) ?? { place, name, grids: [], households: 0, people: 0 }
    community.grids.push(grid)
    community.households += grid.households
    community.people += grid.people
    found.set(place, community)
  }
  return [...found.values()]
}

function Missing({ rows, all }: { rows: AlertAudience['unreachable']; all: number }) {
  const say = useSay()
  const [query, setQuery] = useState('')
  const shown = rows.filter((row) => `${row.label}${row.why ?? ''}`.includes(query.trim()))
  if (rows.length === 0) return <Empty title={say('人人都有联系方式', 'Everybody has a contact')} />
  return (
    <>
      <p className="muted small">
        {say('他们不会被漏掉:发出后转为上门通知。', 'They are not dropped: after the issue each becomes a knock.')}
      </p>
      <Input allowClear size="small" value={query} onChange={(event) => setQuery(event.target.value)} placeholder={say('找', 'find')} />
      <ul className="plain-list">
        {shown.map((row) => (
          <li key={row.householdId ?? row.staffId ?? row.label}>
            <span>{row.label}</span>
            <span className="tone-warn">{row.why}</span>
            {row.people !== undefined && <span className="ys-tabular muted">{say(`${row.people} 人`, `${row.people} ppl`)}</span>}
          </li>
        ))}
      </ul>
      <MoreHomes number={all - rows.length} />
    </>
  )
}
/** A long list shows its first rows; the rest are counted, and found by their door among the homes. */
export function MoreHomes({ number }: { number: number }) {
  const say = useSay()
  if (number <= 0) return null
  return (
    <p className="muted small">
      {say(`另有 ${count(number)} 户未列出,可在“住户”中查找。`, `${count(number)} more households are not listed: find them under Homes.`)}
    </p>
  )
}
interface MovesProps {
  alert: AlertDetail
  rows: AlertAudience['move']
  all: number
  deadline: AlertPreview['move']['deadline']
}
function Moves({ alert, rows, all, deadline }: MovesProps) {
  const say = useSay()
  if (rows.length === 0)
    return (
      <Empty title={say('没有按规定要转移的户', 'Nobody has to move by the rules')}>
        {say('规则在 config/policy/risk.yaml。', 'The rules are in config/policy/risk.yaml.')}
      </Empty>
    )
  const warned = alert.level ? ` + ${levelWords[alert.level].en} ${eventWord(alert.event, say)}` : ''
  return (
    <>
      <DeadlineLine deadline={deadline} />
      <ul className="plain-list">
        {rows.map((row) => (
          <li key={row.householdId} className="move-row">
            <span>{row.label}</span>
            <b className="ys-tabular">{say(`${row.people} 人`, `${row.people} ppl`)}</b>
            <small className="muted">{say(row.because, `${row.becauseEn}${warned}`)}</small>
          </li>
        ))}
      </ul>
      <MoreHomes number={all - rows.length} />
    </>
  )
}
function Points({ rows }: { rows: AlertAudience['points'] }) {
  const say = useSay()
  if (rows.length === 0) return <Empty title={say('没有要查看的部位', 'No point to watch')} />
  return (
    <ul className="plain-list">
      {rows.map((row) => (
        <li key={row.id}>
          <span>{row.name}</span>
          <span className="muted">{row.kind ? pointKindWord(row.kind, say) : ''}</span>
        </li>
      ))}
    </ul>
  )
}
