import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { read } from '../../shared/api.js'
import type { AlertHome, AlertPreview, Listing } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { channelWord, relationWord } from '../data/words.js'
import { Empty, Loaded } from '../layout/parts.js'
import { useTellError } from './use-verb.js'

/** Household by household: how it is told, and why: which rule, which facts. Names are masked; showing them is written down. */
export function HomeList({ alertId, preview }: { alertId: string; preview: AlertPreview | undefined }) {
  const say = useSay()
  const may = useMay()
  const tell = useTellError()
  const [search, setSearch] = useState('')
  const [only, setOnly] = useState('')
  const [named, setNamed] = useState<Listing<AlertHome> | null>(null)
  const query = new URLSearchParams({ limit: '20', ...(search.trim() ? { search: search.trim() } : {}) })
  const [key, value] = only.split(':')
  if (key && value) query.set(key, value)
  const path = `/api/alerts/${alertId}/homes?${query}`
  const homes = useResource<Listing<AlertHome>>(may('register.read') ? path : null, { everyMs: 0 })
  if (!may('register.read')) return <Empty title={say('您的岗位不能查看住户', 'Your post may not read households')} />
  const show = () => read<Listing<AlertHome>>(`${path}&see=sealed`).then(setNamed).catch(tell)
  const change = (run: () => void) => {
    setNamed(null)
    run()
  }
  return (
    <>
      <div className="home-filter">
        <Input
          size="small"
          allowClear
          value={search}
          placeholder={say('找网格、门牌', 'find a grid or door')}
          onChange={(event) => change(() => setSearch(event.target.value))}
        />
        <Select
          size="small"
          value={only}
          onChange={(next: string) => change(() => setOnly(next))}
          options={[
            { value: '', label: say('全部', 'all') },
            ...(preview?.missing ?? []).map((row) => ({
              value: `missing:${row.cause}`,
              label: say(`缺:${row.why}`, `missing: ${row.whyEn}`),
            })),
            ...(preview?.tags ?? []).map((row) => ({ value: `tag:${row.tag}`, label: say(row.name, row.nameEn) })),
          ]}
        />
        {may('register.see-sealed') && (
          <Button size="small" onClick={() => void show()} title={say('查看会留下记录', 'Looking is recorded')}>
            {say('显示姓名', 'Show names')}
          </Button>
        )}
      </div>
      <Loaded from={homes} rows={6}>
        {(data) => <Rows homes={(named ?? data).items} more={data.nextCursor !== null} />}
      </Loaded>
    </>
  )
}

function Rows({ homes, more }: { homes: AlertHome[]; more: boolean }) {
  const say = useSay()
  if (homes.length === 0) return <Empty title={say('没有符合的住户', 'No household fits')} />
  return (
    <>
      <ul className="plain-list">
        {homes.map((home) => (
          <li key={home.householdId} className="home-row">
            <span>
              <small className="muted">{home.gridName}</small> {home.label} <b>{home.head ?? ''}</b>
            </span>
            <span className="ys-tabular">{say(`${home.people} 人`, `${home.people} ppl`)}</span>
            <small>
              {home.told.length === 0
                ? say('不通知', 'not told')
                : home.told
                    .map(
                      (one) => `${relationWord(one.relation, say)}:${one.channels.map((c) => channelWord(c, say)).join(say('、', ', '))}`,
                    )
                    .join(' · ')}
            </small>
            <small className={home.missing ? 'tone-warn' : 'muted'}>
              {say('为什么:', 'Why: ')}
              {home.why.map((one) => say(one.zh, one.en)).join(say(';', '; '))}
            </small>
          </li>
        ))}
      </ul>
      {more && <p className="muted small">{say('只列前 20 户,请用查找或筛选', 'The first 20 only: search or filter')}</p>}
    </>
  )
}
