import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import { useMemo } from 'react'
import type { Listing } from '../../shared/api-types.js'
import { useResource } from '../data/resources.js'

export interface GridProperties {
  place: string
  name: string
  community?: string
  households: number
  people: number
}
export type GridFeature = Feature<Polygon | MultiPolygon, GridProperties>
export type Grids = FeatureCollection<Polygon | MultiPolygon, GridProperties>
export interface PlacedPoint {
  id: string
  place: string
  kind: string
  number?: number
  name: string
  lon: number
  lat: number
  grade?: string | null
}
export interface PlacedShelter {
  id: string
  place: string
  name: string
  address?: string
  lon: number
  lat: number
  capacityDay?: number
  capacityNight?: number
}
const slow = { everyMs: 0 }
export const useGrids = (wanted = true) => useResource<Grids>(wanted ? '/api/grids.geojson' : null, slow)
export const usePoints = (wanted = true) => useResource<Listing<PlacedPoint>>(wanted ? '/api/points' : null, slow)
export const useShelters = (wanted = true) => useResource<Listing<PlacedShelter>>(wanted ? '/api/shelters' : null, slow)

/** Names of communities and grids by their codes. */
export function usePlaceNames(): Map<string, string> {
  const { data } = useGrids()
  return useMemo(() => {
    const names = new Map<string, string>()
    for (const { properties: grid } of data?.features ?? []) {
      const community = /^(.+?(社区|村))/.exec(grid.name)?.[1]
      if (community) names.set(grid.place.slice(0, 12), community)
      names.set(grid.place, grid.name)
    }
    return names
  }, [data])
}
