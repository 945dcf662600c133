import { Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { useSay } from '../../shared/language.js'
import { type GridFeature, useGrids, usePoints, useShelters } from '../map/map-data.js'
import { go } from '../router.js'

interface Found {
  key: string
  title: string
  note: string
  to: string
}
const most = 12

/** Matches Chinese text or its pinyin: by whole syllables or by initials (szsq = 三中社区). */
function useMatcher(open: boolean) {
  const [pinyin, setPinyin] = useState<((text: string, query: string) => number[] | null) | null>(null)
  useMemo(() => {
    if (open && !pinyin) void import('pinyin-pro').then((module) => setPinyin(() => module.match))
  }, [open, pinyin])
  return (text: string, query: string) =>
    text.toLowerCase().includes(query) || (pinyin !== null && /^[a-z]+$/.test(query) && pinyin(text, query) !== null)
}

export function FindBox({ open, close }: { open: boolean; close: () => void }) {
  const say = useSay()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const matches = useMatcher(open)
  const all = useFindable(open)
  const wanted = query.trim().toLowerCase()
  const found = wanted ? all.filter((one) => matches(one.title, wanted)).slice(0, most) : all.slice(0, most)
  const choose = (one: Found | undefined) => {
    if (!one) return
    close()
    setQuery('')
    go(one.to)
  }
  return (
    <Modal open={open} onCancel={close} footer={null} closable={false} width={520} className="find" destroyOnHidden>
      <Input
        size="large"
        autoFocus
        value={query}
        placeholder={say('网格、易涝点、安置点、页面…(可输拼音首字母)', 'grid, point, shelter, page…')}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((n) => Math.min(found.length - 1, n + 1))
          else if (event.key === 'ArrowUp') setAt((n) => Math.max(0, n - 1))
          else if (event.key === 'Enter') choose(found[at])
          else return
          event.preventDefault()
        }}
      />
      <ul className="find-list">
        {found.map((one, index) => (
          <li key={one.key}>
            <button type="button" className={index === at ? 'is-at' : ''} onClick={() => choose(one)} onMouseEnter={() => setAt(index)}>
              <b>{one.title}</b>
              <span>{one.note}</span>
            </button>
          </li>
        ))}
        {found.length === 0 && (
          <li className="muted pad">{say('没有找到。试试社区名,或“2号易涝点”。', 'Nothing found. Try the name of a community.')}</li>
        )}
      </ul>
    </Modal>
  )
}

function useFindable(open: boolean): Found[] {
  const say = useSay()
  const grids = useGrids(open)
  const points = usePoints(open)
  const shelters = useShelters(open)
  return useMemo(() => {
    const pages: Found[] = [
      ['/', say('值守台', 'Desk')],
      ['/alerts', say('处置', 'Alerts')],
      ['/delivery', say('通知到了吗', 'Who was reached')],
      ['/groups', say('居民群', 'Groups')],
      ['/channels', say('通道与号码次数', 'Channels and times per number')],
      ['/evacuation', say('转移', 'Moving people')],
      ['/map', say('地图', 'Map')],
      ['/feeds', say('预警来源', 'Feeds')],
      ['/notice', say('发通知', 'Write a notice')],
      ['/report', say('报送稿', 'Report')],
      ['/handover', say('交接班', 'Hand-over')],
      ['/policy/texts', say('措辞与报备', 'Texts and filing')],
    ].map(([to = '/', title = '']) => ({ key: to, to, title, note: say('页面', 'page') }))
    const gridsFound = (grids.data?.features ?? []).map((grid: GridFeature) => ({
      key: grid.properties.place,
      title: grid.properties.name,
      note: say(`${grid.properties.households} 户 ${grid.properties.people} 人`, `${grid.properties.households} households`),
      to: `/map?grid=${grid.properties.place}`,
    }))
    const pointsFound = (points.data?.items ?? []).map((point) => ({
      key: point.id,
      title: point.name,
      note: say('重点部位', 'watched point'),
      to: `/map?point=${encodeURIComponent(point.id)}`,
    }))
    const sheltersFound = (shelters.data?.items ?? []).map((shelter) => ({
      key: shelter.id,
      title: shelter.name,
      note: say('安置点', 'shelter'),
      to: `/map?shelter=${encodeURIComponent(shelter.id)}`,
    }))
    return [...pages, ...pointsFound, ...sheltersFound, ...gridsFound]
  }, [grids.data, points.data, shelters.data, say])
}
