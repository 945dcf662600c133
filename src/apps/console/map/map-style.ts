import type { Feature, FeatureCollection, Point, Polygon, Position } from 'geojson'
import type { ExpressionSpecification, LngLatBoundsLike, StyleSpecification } from 'maplibre-gl'
import type { WarningArea } from '../../../warnings/warning.js'
import type { Level } from '../../shared/api-types.js'
import type { Grids } from './map-data.js'

const tones = {
  dark: {
    ground: '#0B1017',
    grid: '#18212D',
    line: '#2B3B4F',
    community: '#50657E',
    ink: '#C6D2DE',
    halo: '#0B1017',
    water: '#123049',
    people: '#38BDF8',
  },
  light: {
    ground: '#EEF2F6',
    grid: '#FFFFFF',
    line: '#C4CEDA',
    community: '#8494A7',
    ink: '#22364A',
    halo: '#FFFFFF',
    water: '#BBD8EE',
    people: '#0369A1',
  },
}
const levelColour: Record<Level, string> = { red: '#E11D2E', orange: '#F97316', yellow: '#F5C518', blue: '#3B82F6', unknown: '#8B9BAD' }
const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }

export function mapStyle(appearance: 'dark' | 'light', grids: Grids): StyleSpecification {
  const t = tones[appearance]
  const label = { 'text-color': t.ink, 'text-halo-color': t.halo, 'text-halo-width': 1.6 }
  return {
    version: 8,
    sources: {
      grids: { type: 'geojson', data: grids },
      communities: { type: 'geojson', data: empty },
      backdrop: { type: 'geojson', data: empty },
      areas: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': t.ground } },
      { id: 'grid-fill', type: 'fill', source: 'grids', paint: { 'fill-color': t.grid, 'fill-opacity': 1 } },
      {
        id: 'grid-line',
        type: 'line',
        source: 'grids',
        paint: { 'line-color': t.line, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.6, 16, 1.6] },
      },
      { id: 'water', type: 'fill', source: 'backdrop', paint: { 'fill-color': t.water, 'fill-opacity': 0.85 } },
      {
        id: 'grid-chosen',
        type: 'line',
        source: 'grids',
        filter: ['==', ['get', 'place'], ''],
        paint: { 'line-color': t.people, 'line-width': 3 },
      },
      {
        id: 'area-line',
        type: 'line',
        source: 'areas',
        paint: { 'line-color': t.ink, 'line-width': 1.4, 'line-dasharray': [3, 2], 'line-opacity': 0.7 },
      },
      {
        id: 'community-name',
        type: 'symbol',
        source: 'communities',
        maxzoom: 14.6,
        layout: { 'text-field': ['get', 'name'], 'text-size': 13, 'text-font': ['sans-serif'], 'text-padding': 4 },
        paint: label,
      },
      {
        id: 'grid-name',
        type: 'symbol',
        source: 'grids',
        minzoom: 14.4,
        layout: { 'text-field': ['get', 'name'], 'text-size': 12, 'text-font': ['sans-serif'], 'text-max-width': 7 },
        paint: label,
      },
    ],
  }
}

export function paintOf(
  appearance: 'dark' | 'light',
  level: Level | null,
  look: 'match' | 'people' | 'move' | 'reach',
  inside: string[],
  unsure: string[],
  picked: string[],
  moving: { all: string[]; some: string[]; none: string[] },
): { colour: ExpressionSpecification; opacity: ExpressionSpecification | number } {
  const t = tones[appearance]
  if (picked.length > 0) return { colour: ['case', ['in', ['get', 'place'], ['literal', picked]], t.people, t.grid], opacity: 0.75 }
  if (look === 'people') return { colour: ['interpolate', ['linear'], ['get', 'people'], 0, t.grid, 400, t.people], opacity: 0.85 }
  if (look === 'move' || look === 'reach') {
    const at = (places: string[]): ExpressionSpecification => ['in', ['get', 'place'], ['literal', places]]
    return { colour: ['case', at(moving.all), '#059669', at(moving.some), '#F5C518', at(moving.none), '#E11D2E', t.grid], opacity: 0.75 }
  }
  const colour = levelColour[level ?? 'unknown']
  return {
    colour: ['case', ['in', ['get', 'place'], ['literal', inside]], colour, t.grid],
    opacity: ['case', ['in', ['get', 'place'], ['literal', unsure]], 0.3, ['in', ['get', 'place'], ['literal', inside]], 0.5, 0.9],
  }
}

const ringsOf = (grids: Grids): Position[] =>
  grids.features.flatMap((grid) =>
    grid.geometry.type === 'Polygon' ? (grid.geometry.coordinates[0] ?? []) : grid.geometry.coordinates.flatMap((part) => part[0] ?? []),
  )

export function coverOf(grids: Grids): LngLatBoundsLike {
  const all = ringsOf(grids)
  if (all.length === 0) return [108.37, 31.14, 108.41, 31.18]
  const lons = all.map((at) => at[0] ?? 0)
  const lats = all.map((at) => at[1] ?? 0)
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

/** A community's name stands in the middle of its grids. */
export function communityLabels(grids: Grids): FeatureCollection<Point> {
  const found = new Map<string, { name: string; lon: number; lat: number; n: number }>()
  for (const grid of grids.features) {
    const place = grid.properties.place.slice(0, 12)
    const entry = found.get(place) ?? { name: /^(.+?(社区|村))/.exec(grid.properties.name)?.[1] ?? '', lon: 0, lat: 0, n: 0 }
    for (const at of ringsOf({ type: 'FeatureCollection', features: [grid] })) {
      entry.lon += at[0] ?? 0
      entry.lat += at[1] ?? 0
      entry.n += 1
    }
    found.set(place, entry)
  }
  const features = [...found.values()].map(
    ({ name, lon, lat, n }): Feature<Point> => ({
      type: 'Feature',
      properties: { name },
      geometry: { type: 'Point', coordinates: [lon / n, lat / n] },
    }),
  )
  return { type: 'FeatureCollection', features }
}

/** The authority's own area: polygons as they are, circles as 64 corners. */
export function areaFeatures(areas: WarningArea[]): FeatureCollection<Polygon> {
  const polygon = (ring: Position[], holes: Position[][] = []): Feature<Polygon> => ({
    type: 'Feature',
    properties: {},
    geometry: { type: 'Polygon', coordinates: [ring, ...holes] },
  })
  const features = areas.flatMap((area) => [
    ...area.polygons.map((ring) => polygon(ring, area.holes)),
    ...area.circles.map((circle) => polygon(circleRing(circle))),
  ])
  return { type: 'FeatureCollection', features }
}
function circleRing({ lon, lat, radiusKm }: { lon: number; lat: number; radiusKm: number }): Position[] {
  const ring: Position[] = []
  for (let step = 0; step <= 64; step++) {
    const angle = (step / 64) * 2 * Math.PI
    ring.push([
      lon + (Math.cos(angle) * radiusKm) / (111.32 * Math.cos((lat * Math.PI) / 180)),
      lat + (Math.sin(angle) * radiusKm) / 110.574,
    ])
  }
  return ring
}
