import { Button, Input, Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import type { ReachAnswer } from '../../../delivery/progress-routes.js'
import type { AlertAudience, Warning } from '../../shared/api-types.js'
import type { FieldBoard } from '../../shared/field-types.js'
import { useSay } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { count } from '../../shared/times.js'
import { currentSeries, useAlerts, useDesk, useFieldBoard } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { pointKindWord, reasonWord } from '../data/words.js'
import { alertTitle } from '../desk/warning-words.js'
import { Age, Empty, ErrorBox } from '../layout/parts.js'
import { go, useAddress } from '../router.js'
import { useAppearance } from '../theme.js'
import { GridMap, type Look } from './grid-map.js'
import { useGrids, usePoints, useShelters } from './map-data.js'

/** Grids coloured by whether they are inside, the points that are watched, the shelters. No outside tiles. */
export function MapPage() {
  const say = useSay()
  const { query } = useAddress()
  const { appearance } = useAppearance()
  const grids = useGrids()
  const points = usePoints()
  const shelters = useShelters()
  const board = useFieldBoard()
  const desk = useDesk()
  const alerts = useAlerts()
  const series = currentSeries(alerts.data?.items ?? [], desk.data)
  const alertId = query.get('alert') ?? series.residents?.id ?? null
  const alert = alerts.data?.items.find((one) => one.id === alertId)
  const audience = useResource<AlertAudience>(alertId ? `/api/alerts/${alertId}/audience` : null, { watch: /^alert/ })
  const warning = useResource<Warning>(alert?.warningId ? `/api/warnings/${alert.warningId}` : null, { everyMs: 0 })
  const picking = query.has('pick')
  const [picked, setPicked] = useState<string[]>(() => (query.get('pick') ?? '').split(',').filter((place) => place.length === 15))
  const [chosen, setChosen] = useState<string | null>(query.get('grid'))
  const [look, setLook] = useState<Look>(query.get('look') === 'reach' ? 'reach' : 'match')
  const reach = useResource<ReachAnswer>(alertId && look === 'reach' ? `/api/alerts/${alertId}/reach` : null, { watch: /^(alert|deliver)/ })
  const inside = useMemo(() => new Map((audience.data?.grids ?? []).map((grid) => [grid.place, grid])), [audience.data])
  const moving = useMemo(() => (look === 'reach' ? reachedOf(reach.data) : movingOf(board.data)), [look, reach.data, board.data])
  const watched = board.data?.points ?? desk.data?.points ?? []
  const toggle = (place: string) => {
    setChosen(place)
    if (picking) setPicked((now) => (now.includes(place) ? now.filter((one) => one !== place) : [...now, place]))
  }
  const focusPoint = query.get('point')
  const focusShelter = query.get('shelter')
  const focus =
    points.data?.items.find((one) => one.id === focusPoint) ?? shelters.data?.items.find((one) => one.id === focusShelter) ?? null
  return (
    <div className="map-page">
      <div className="map-box">
        {grids.data ? (
          <GridMap
            key={appearance}
            grids={grids.data}
            inside={inside}
            level={alert?.level ?? null}
            look={look}
            picked={picking ? picked : none}
            moving={moving}
            chosen={chosen}
            choose={toggle}
            areas={warning.data?.areas ?? []}
            points={(points.data?.items ?? []).map((point) => ({ ...point, ...watched.find((one) => one.id === point.id) }))}
            shelters={shelters.data?.items ?? []}
            focus={focus}
          />
        ) : grids.error ? (
          <ErrorBox error={grids.error} again={grids.again} />
        ) : (
          <p className="muted pad">{say('正在读网格…', 'reading the grids…')}</p>
        )}
        <div className="map-look">
          <Segmented<Look>
            value={look}
            onChange={setLook}
            options={[
              { value: 'match', label: say('预警范围', 'Area') },
              { value: 'reach', label: say('通知', 'Told') },
              { value: 'move', label: say('转移', 'Moving') },
              { value: 'people', label: say('人口', 'People') },
            ]}
          />
          {(alerts.data?.items.length ?? 0) > 0 && (
            <Select
              className="w-200"
              value={alertId}
              placeholder={say('哪条预警', 'which alert')}
              onChange={(id) => go(`/map?alert=${id}`)}
              options={alerts.data?.items
                .filter((one) => one.audience === 'residents')
                .map((one) => ({ value: one.id, label: alertTitle(one, say) }))}
            />
          )}
        </div>
        <Legend look={look} />
      </div>
      <aside className="map-side">
        {picking ? (
          <section className="panel">
            <header className="panel-head">
              <h2>{say('选网格', 'Pick grids')}</h2>
            </header>
            <p className="pad-x muted">{say('在图上点网格,再点一下取消。', 'Press grids on the map; press again to drop one.')}</p>
            <p className="pad-x">
              <b className="ys-tabular">{picked.length}</b> {say('个网格', 'grids')}
            </p>
            <Button type="primary" className="m-x" onClick={() => go(`/notice?grids=${picked.join(',')}`)}>
              {say('用这些网格写通知', 'Write the notice')}
            </Button>
          </section>
        ) : (
          alert && (
            <section className="panel map-alert">
              <LevelBadge level={alert.level} /> <b>{alertTitle(alert, say)}</b>
              <p className="ys-tabular">
                {say(
                  `${inside.size} 个网格在内 · ${count(audience.data?.people)} 人`,
                  `${inside.size} grids inside · ${count(audience.data?.people)} people`,
                )}
              </p>
            </section>
          )
        )}
        <GridSide chosen={chosen} choose={setChosen} inside={inside} />
        <section className="panel">
          <header className="panel-head">
            <h2>{say('重点部位', 'Watched points')}</h2>
          </header>
          <ul className="plain-list map-points">
            {(points.data?.items ?? []).map((point) => {
              const look = watched.find((one) => one.id === point.id)
              return (
                <li key={point.id}>
                  <button type="button" className="plain-button" onClick={() => go(`/map?point=${encodeURIComponent(point.id)}`)}>
                    {point.name}
                  </button>
                  <span className={look?.overdue ? 'tone-bad' : 'muted'}>
                    {look ? <Age at={look.lastLookedAt} /> : pointKindWord(point.kind, say)}
                  </span>
                </li>
              )
            })}
          </ul>
        </section>
      </aside>
    </div>
  )
}

const none: string[] = []
function movingOf(board: FieldBoard | undefined): { all: string[]; some: string[]; none: string[] } {
  const found = { all: [] as string[], some: [] as string[], none: [] as string[] }
  for (const { place, people } of board?.grids ?? []) {
    const list = people.left >= people.total ? found.all : people.left > 0 ? found.some : found.none
    list.push(place)
  }
  return found
}

/** A tenth missing is much: those grids are looked at first. */
function reachedOf(reach: ReachAnswer | undefined): ReturnType<typeof movingOf> {
  const found = { all: [] as string[], some: [] as string[], none: [] as string[] }
  for (const { place, planned, accepted } of reach?.items ?? []) {
    const list = accepted >= planned ? found.all : accepted >= planned * 0.9 ? found.some : found.none
    list.push(place)
  }
  return found
}

function GridSide({
  chosen,
  choose,
  inside,
}: {
  chosen: string | null
  choose: (place: string) => void
  inside: Map<string, AlertAudience['grids'][number]>
}) {
  const say = useSay()
  const grids = useGrids()
  const [find, setFind] = useState('')
  const all = grids.data?.features ?? []
  const grid = all.find((one) => one.properties.place === chosen)?.properties
  const why = chosen ? inside.get(chosen) : undefined
  const shown = find.trim() ? all.filter((one) => one.properties.name.includes(find.trim())).slice(0, 30) : []
  return (
    <section className="panel map-grid-side">
      <Input
        allowClear
        value={find}
        onChange={(event) => setFind(event.target.value)}
        placeholder={say(`找网格(共 ${all.length} 个)`, `find a grid (${all.length})`)}
      />
      {shown.length > 0 && (
        <ul className="plain-list">
          {shown.map((one) => (
            <li key={one.properties.place}>
              <button type="button" className="plain-button" onClick={() => choose(one.properties.place)}>
                {one.properties.name}
              </button>
            </li>
          ))}
        </ul>
      )}
      {find.trim() && shown.length === 0 && <Empty title={say('没有这个网格', 'No such grid')} />}
      {grid && (
        <div className="map-chosen">
          <b>{grid.name}</b>
          <span className="ys-tabular">
            {say(
              `${count(grid.households)} 户 ${count(grid.people)} 人`,
              `${count(grid.households)} households, ${count(grid.people)} people`,
            )}
          </span>
          <span className={why ? 'tone-warn' : 'muted'}>{why ? reasonWord(why.reason, say) : say('不在范围内', 'not inside')}</span>
        </div>
      )}
    </section>
  )
}

function Legend({ look }: { look: Look }) {
  const say = useSay()
  return (
    <ul className="map-legend">
      {look === 'match' && (
        <>
          <li>
            <i className="legend-inside" /> {say('在范围内', 'inside')}
          </li>
          <li>
            <i className="legend-boundary" /> {say('压边界', 'on the boundary')}
          </li>
          <li>
            <i className="legend-outside" /> {say('不在内', 'outside')}
          </li>
        </>
      )}
      {(look === 'move' || look === 'reach') && (
        <>
          <li>
            <i className="legend-all" /> {look === 'move' ? say('全部离家', 'everybody left') : say('全部送出', 'all sent')}
          </li>
          <li>
            <i className="legend-some" /> {look === 'move' ? say('部分离家', 'some left') : say('差一成以内', 'up to a tenth missing')}
          </li>
          <li>
            <i className="legend-none" /> {look === 'move' ? say('还没有人离家', 'nobody left yet') : say('差一成以上', 'more is missing')}
          </li>
        </>
      )}
      {look === 'people' && (
        <li>
          <i className="legend-people" /> {say('颜色越深人越多', 'darker: more people')}
        </li>
      )}
      <li>
        <i className="legend-point">▲</i> {say('易涝点 · 危旧房', 'watched points')}
      </li>
      <li>
        <i className="legend-shelter">⌂</i> {say('安置点', 'shelters')}
      </li>
    </ul>
  )
}
