/** The frames of the tour share one tab's storage: each page keeps its own session there. */
function storageKey(): string {
  const { pathname } = window.location
  const page = /^\/tour\/resident/.test(pathname) ? 'resident' : (pathname.split('/')[1] ?? '')
  return `yinshi.token.${page}`
}

/** A frame of the tour gets its own bearer token in the hash; it moves to this tab's storage and leaves the address bar. */
export function takeTokenFromAddress(): void {
  const found = /[#&]token=([^&]+)/.exec(window.location.hash)
  if (!found?.[1]) return
  rememberToken(decodeURIComponent(found[1]))
  const rest = window.location.hash.replace(found[0], '').replace(/^#?&?/, '#')
  window.history.replaceState(null, '', window.location.pathname + window.location.search + (rest === '#' ? '' : rest))
}

let inMemory: string | null = null
export function rememberToken(token: string): void {
  inMemory = token
  try {
    window.sessionStorage.setItem(storageKey(), token)
  } catch {
    // Storage may be forbidden inside a frame: the token then lives as long as the page.
  }
}

export function sessionToken(): string | null {
  if (inMemory) return inMemory
  try {
    return window.sessionStorage.getItem(storageKey())
  } catch {
    return null
  }
}

export function forgetToken(): void {
  inMemory = null
  try {
    window.sessionStorage.removeItem(storageKey())
  } catch {
    // Nothing was stored.
  }
}
