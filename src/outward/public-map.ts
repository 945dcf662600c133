import type { Level } from '../warnings/warning.js'
import { html, type Markup, raw } from './html.js'
import type { PublicPage } from './public-data.js'
import { textsOf } from './public-words.js'
import type { Language } from './say-time.js'

const colours: Record<Level | 'notice', string> = {
  red: '#e11d2e',
  orange: '#f97316',
  yellow: '#f5c518',
  blue: '#3b82f6',
  unknown: '#f97316',
  notice: '#0b5cad',
}
const width = 720
/** Six decimals of a degree are more than a phone can show: the drawing stays under 30 kB. */
const round = (v: number) => Math.round(v * 10) / 10

/** The grids of the place, the affected ones filled, the shelters on top. Drawn by the server: no tiles, no script. */
export function drawMap(page: PublicPage, language: Language, tone: string | null): Markup | null {
  const t = textsOf[language]
  const rings = page.map.map((grid) => grid.geometry.coordinates[0] ?? [])
  const points = rings.flat()
  if (points.length === 0) return null
  const [west, east, south, north] = boundsOf(points)
  const k = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = (width - 40) / ((east - west) * k || 1)
  const height = Math.round((north - south) * scale) + 40
  const x = (lon: number) => round((lon - west) * k * scale + 20)
  const y = (lat: number) => round((north - lat) * scale + 20)
  const path = (ring: [number, number][]) => `M${ring.map(([lon, lat]) => `${x(lon)} ${y(lat)}`).join('L')}Z`
  const draw = (inside: boolean) =>
    page.map
      .map((grid, i) => ({ ...grid, ring: rings[i]! }))
      .filter((grid) => (grid.level !== null) === inside)
      .map((grid) => `<path d="${path(grid.ring)}" ${grid.level ? `fill="${colours[grid.level]}" fill-opacity=".78"` : ''}/>`)
      .join('')
  const affected = page.map.filter((grid) => grid.level !== null).length
  const shelters = page.shelters
    .filter((s) => s.lon >= west && s.lon <= east && s.lat >= south && s.lat <= north)
    .map(
      (s) =>
        `<g transform="translate(${x(s.lon)} ${y(s.lat)})"><circle r="11" fill="#14532d" stroke="#fff" stroke-width="3"/><path d="M-5 4v-6l5-4 5 4v6z" fill="#fff"/></g>`,
    )
  const drawing = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${t.mapAlt(affected)}"><g fill="#e8eef4" stroke="#b9c6d3" stroke-width="1" stroke-linejoin="round">${draw(false)}</g><g stroke="#fff" stroke-width="1.2" stroke-linejoin="round">${draw(true)}</g>${shelters.join('')}</svg>`
  return html`<section><h2>${affected > 0 ? t.map : t.mapCalm}</h2><div class="map ${tone}">${raw(drawing)}<div class="key">${affected > 0 && html`<span><i></i>${t.inside}</span>`}<span><i style="background:#14532d;border-radius:50%"></i>${t.shelterKey}</span></div></div></section>`
}

function boundsOf(points: [number, number][]): [number, number, number, number] {
  let [west, east, south, north] = [180, -180, 90, -90]
  for (const [lon, lat] of points) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return [west, east, south, north]
}
