import type { FeatureCollection } from 'geojson'
import * as maplibregl from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef, useState } from 'react'
import { useResource } from '../data/resources.js'
import type { Grids } from '../map/map-data.js'
import { communityLabels, coverOf, mapStyle } from '../map/map-style.js'
import { useAppearance } from '../theme.js'

maplibregl.setWorkerUrl(workerUrl)

export interface PlacedDoor {
  id: string
  lon: number | null
  lat: number | null
  reachable: boolean
}
interface Position {
  lon: number
  lat: number
}
interface DoorMapProps {
  grids: Grids
  doors?: PlacedDoor[]
  chosen?: string | null
  choose?: (id: string) => void
  /** One place of its own: dragged where `move` is given; a press on the map puts it there. */
  pin?: Position | null
  move?: (to: Position) => void
  /** Where to look when there is no pin. */
  place?: string | undefined
}
const none: PlacedDoor[] = []

/** Doors as dots on the grids: red where nobody who lives there can be told. */
export function DoorMap(props: DoorMapProps) {
  const { appearance } = useAppearance()
  return <Drawn key={appearance} {...props} appearance={appearance} />
}

function Drawn({ appearance, ...props }: DoorMapProps & { appearance: 'dark' | 'light' }) {
  const box = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [map, setMap] = useState<maplibregl.Map | null>(null)
  const backdrop = useResource<FeatureCollection>('/api/backdrop.geojson', { everyMs: 0 })
  useEffect(() => {
    if (!box.current) return
    const made = new maplibregl.Map({
      container: box.current,
      style: mapStyle(appearance, latest.current.grids),
      ...viewOf(latest.current),
      attributionControl: false,
      localIdeographFontFamily: '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif',
    })
    made.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'bottom-right')
    made.on('load', () => {
      ;(made.getSource('communities') as maplibregl.GeoJSONSource).setData(communityLabels(latest.current.grids))
      addDoors(made, appearance)
      setMap(made)
      box.current?.setAttribute('data-ready', 'true')
    })
    made.on('click', (event) => {
      const { choose, move } = latest.current
      const near: [maplibregl.PointLike, maplibregl.PointLike] = [
        [event.point.x - 5, event.point.y - 5],
        [event.point.x + 5, event.point.y + 5],
      ]
      const id = made.getLayer('doors') && made.queryRenderedFeatures(near, { layers: ['doors'] })[0]?.properties.id
      if (choose && typeof id === 'string') choose(id)
      move?.({ lon: round(event.lngLat.lng), lat: round(event.lngLat.lat) })
    })
    return () => made.remove()
  }, [appearance])
  useEffect(() => {
    if (map && backdrop.data) (map.getSource('backdrop') as maplibregl.GeoJSONSource | undefined)?.setData(backdrop.data)
  }, [map, backdrop.data])
  const { doors = none, chosen = null, pin = null } = props
  useEffect(() => {
    if (map) (map.getSource('doors') as maplibregl.GeoJSONSource | undefined)?.setData(dotsOf(doors))
  }, [map, doors])
  useEffect(() => {
    if (!map) return
    map.setFilter('door-chosen', ['==', ['get', 'id'], chosen ?? ''])
    const at = doors.find((door) => door.id === chosen)
    if (at && isPlaced(at)) map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(15.5, map.getZoom()), duration: 300 })
  }, [map, chosen, doors])
  usePin(map, pin, props.move !== undefined, (to) => latest.current.move?.(to))
  return <div ref={box} className="map-canvas" />
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
const isPlaced = <T extends PlacedDoor>(door: T): door is T & Position => door.lon !== null && door.lat !== null

function viewOf({ grids, pin, place }: DoorMapProps): Partial<maplibregl.MapOptions> {
  if (pin) return { center: [pin.lon, pin.lat], zoom: 16 }
  const own = grids.features.filter((grid) => place !== undefined && grid.properties.place === place)
  return { bounds: coverOf(own.length > 0 ? { ...grids, features: own } : grids), fitBoundsOptions: { padding: 24 } }
}

const dotsOf = (doors: PlacedDoor[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: doors.filter(isPlaced).map(({ id, lon, lat, reachable }) => ({
    ...{ type: 'Feature', properties: { id, reachable }, geometry: { type: 'Point', coordinates: [lon, lat] } },
  })),
})

function addDoors(map: maplibregl.Map, appearance: 'dark' | 'light'): void {
  map.addSource('doors', { type: 'geojson', data: dotsOf([]) })
  const radius = ['interpolate', ['linear'], ['zoom'], 12, 2.5, 17, 7] as maplibregl.ExpressionSpecification
  map.addLayer({
    id: 'doors',
    type: 'circle',
    source: 'doors',
    paint: {
      'circle-radius': radius,
      'circle-color': ['case', ['get', 'reachable'], appearance === 'dark' ? '#38BDF8' : '#0369A1', '#E11D2E'],
      'circle-stroke-width': 1,
      'circle-stroke-color': appearance === 'dark' ? '#0B1017' : '#FFFFFF',
    },
  })
  map.addLayer({
    id: 'door-chosen',
    type: 'circle',
    source: 'doors',
    filter: ['==', ['get', 'id'], ''],
    paint: { 'circle-radius': 12, 'circle-color': 'transparent', 'circle-stroke-width': 3, 'circle-stroke-color': '#F5C518' },
  })
}

function usePin(map: maplibregl.Map | null, pin: Position | null, draggable: boolean, moved: (to: Position) => void): void {
  const tell = useRef(moved)
  tell.current = moved
  const [lon, lat] = [pin?.lon, pin?.lat]
  useEffect(() => {
    if (!map || lon === undefined || lat === undefined) return
    const marker = new maplibregl.Marker({ draggable, color: '#F5C518' }).setLngLat([lon, lat]).addTo(map)
    marker.on('dragend', () => {
      const at = marker.getLngLat()
      tell.current({ lon: round(at.lng), lat: round(at.lat) })
    })
    return () => void marker.remove()
  }, [map, lon, lat, draggable])
}
