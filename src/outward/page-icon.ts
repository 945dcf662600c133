import { raw } from './html.js'

/** The mark in the browser's tab, within the page itself: a page of ours asks for nothing else. */
const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#0b1017"/><path d="M53 32A21 21 0 0 1 42.5 50.2" fill="none" stroke="#38bdf8" stroke-width="5" stroke-linecap="round"/><path d="M32 32 48.5 41.5" stroke="#e6edf3" stroke-width="4.5" stroke-linecap="round"/><circle cx="32" cy="32" r="4" fill="#e11d2e"/></svg>'
export const pageIcon = raw(`<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark)}">`)
