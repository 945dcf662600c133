import type { FeatureCollection } from 'geojson'
import * as maplibregl from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef } from 'react'
import type { WarningArea } from '../../../warnings/warning.js'
import type { AlertAudience, Level } from '../../shared/api-types.js'
import { useResource } from '../data/resources.js'
import { useAppearance } from '../theme.js'
import type { Grids, PlacedPoint, PlacedShelter } from './map-data.js'
import { areaFeatures, communityLabels, coverOf, mapStyle, paintOf } from './map-style.js'

maplibregl.setWorkerUrl(workerUrl)

export type Look = 'match' | 'people' | 'move' | 'reach'
interface GridMapProps {
  grids: Grids
  inside: Map<string, AlertAudience['grids'][number]>
  level: Level | null
  look: Look
  picked: string[]
  /** Where all is done, some of it, or little: of those to move, or of those to be told. */
  moving: { all: string[]; some: string[]; none: string[] }
  chosen: string | null
  choose: (place: string) => void
  areas: WarningArea[]
  points: (PlacedPoint & { overdue?: boolean })[]
  shelters: PlacedShelter[]
  focus: { lon: number; lat: number } | null
}

export function GridMap(props: GridMapProps) {
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<maplibregl.Map | null>(null)
  const { appearance } = useAppearance()
  const backdrop = useResource<FeatureCollection>('/api/backdrop.geojson', { everyMs: 0 })
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (!box.current) return
    const made = new maplibregl.Map({
      container: box.current,
      style: mapStyle(appearance, latest.current.grids),
      bounds: coverOf(latest.current.grids),
      fitBoundsOptions: { padding: 36 },
      attributionControl: false,
      localIdeographFontFamily: '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif',
    })
    made.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'bottom-right')
    made.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), 'bottom-left')
    made.on('click', 'grid-fill', (event) => {
      const place = event.features?.[0]?.properties.place
      if (typeof place === 'string') latest.current.choose(place)
    })
    made.on('mouseenter', 'grid-fill', () => {
      made.getCanvas().style.cursor = 'pointer'
    })
    made.on('mouseleave', 'grid-fill', () => {
      made.getCanvas().style.cursor = ''
    })
    made.on('load', () => {
      map.current = made
      ;(made.getSource('communities') as maplibregl.GeoJSONSource).setData(communityLabels(latest.current.grids))
      refresh(made, latest.current, appearance)
      box.current?.setAttribute('data-ready', 'true')
    })
    return () => {
      map.current = null
      made.remove()
    }
  }, [appearance])
  const { inside, look, picked, chosen, areas, level, moving } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is painted comes from the latest props
  useEffect(() => {
    if (map.current) refresh(map.current, latest.current, appearance)
  }, [inside, look, picked, chosen, areas, level, moving, appearance])
  useEffect(() => {
    const water = backdrop.data
    if (!water) return
    const put = () => (map.current?.getSource('backdrop') as maplibregl.GeoJSONSource | undefined)?.setData(water)
    if (map.current) put()
    else {
      const timer = window.setInterval(() => {
        if (!map.current) return
        put()
        window.clearInterval(timer)
      }, 200)
      return () => window.clearInterval(timer)
    }
  }, [backdrop.data])
  useMarkers(map, props)
  const { focus } = props
  useEffect(() => {
    if (focus && map.current) map.current.easeTo({ center: [focus.lon, focus.lat], zoom: 16 })
  }, [focus])
  return <div ref={box} className="map-canvas" />
}

function refresh(map: maplibregl.Map, props: GridMapProps, appearance: 'dark' | 'light'): void {
  const places = (reasons: string[] | null) =>
    [...props.inside.values()].filter((grid) => reasons === null || reasons.includes(grid.reason)).map((grid) => grid.place)
  const paint = paintOf(
    appearance,
    props.level,
    props.look,
    places(null),
    places(['boundary', 'unknown-place']),
    props.picked,
    props.moving,
  )
  map.setPaintProperty('grid-fill', 'fill-color', paint.colour)
  map.setPaintProperty('grid-fill', 'fill-opacity', paint.opacity)
  map.setFilter('grid-chosen', ['==', ['get', 'place'], props.chosen ?? ''])
  ;(map.getSource('areas') as maplibregl.GeoJSONSource | undefined)?.setData(areaFeatures(props.areas))
}

/** Points and shelters are few: real elements, so that they are sharp, readable and reachable. */
function useMarkers(map: React.RefObject<maplibregl.Map | null>, { points, shelters }: GridMapProps): void {
  const signature = JSON.stringify([points.map((p) => [p.id, p.overdue]), shelters.map((s) => s.id)])
  const latest = useRef({ points, shelters })
  latest.current = { points, shelters }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature says when the markers change
  useEffect(() => {
    const made: maplibregl.Marker[] = []
    const place = (target: maplibregl.Map) => {
      for (const point of latest.current.points)
        made.push(
          marker(
            target,
            point,
            `map-point map-point-${point.kind}${point.overdue ? ' is-overdue' : ''}`,
            point.kind === 'waterlogging' ? '▲' : '◆',
          ),
        )
      for (const shelter of latest.current.shelters) made.push(marker(target, shelter, 'map-shelter', '⌂'))
    }
    const timer = window.setInterval(() => {
      if (!map.current) return
      window.clearInterval(timer)
      place(map.current)
    }, 100)
    return () => {
      window.clearInterval(timer)
      for (const one of made) one.remove()
    }
  }, [signature])
}
function marker(map: maplibregl.Map, at: { name: string; lon: number; lat: number }, className: string, sign: string): maplibregl.Marker {
  const element = document.createElement('div')
  element.className = className
  element.title = at.name
  const mark = document.createElement('i')
  mark.textContent = sign
  const label = document.createElement('span')
  label.textContent = at.name
  element.append(mark, label)
  return new maplibregl.Marker({ element, anchor: 'center' }).setLngLat([at.lon, at.lat]).addTo(map)
}
