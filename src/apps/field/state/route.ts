import { useSyncExternalStore } from 'react'

/** #/doors/01J… : two words and an id, so that the phone's back key and a reload both work. Nothing personal stands in it. */
export interface Route {
  page: string
  id: string | null
}
const parse = (hash: string): Route => {
  // The tour's token stands here until it is taken away: it is no page.
  if (!hash.startsWith('#/')) return { page: '', id: null }
  const [page = '', id = null] = hash.replace(/^#\/?/, '').split('/')
  return { page, id: id === null || id === '' ? null : decodeURIComponent(id) }
}
let current = parse(window.location.hash)
window.addEventListener('hashchange', () => {
  current = parse(window.location.hash)
})
function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
export const useRoute = (): Route => useSyncExternalStore(subscribe, () => current)

let depth = 0
export function go(page: string, id?: string): void {
  depth += 1
  window.location.hash = id === undefined ? `/${page}` : `/${page}/${encodeURIComponent(id)}`
}
export function back(to: string): void {
  if (depth > 0) {
    depth -= 1
    window.history.back()
  } else window.location.hash = `/${to}`
}
