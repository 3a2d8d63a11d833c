/** Hash routes: `#/handlings/<id>/sign`. Hash routing keeps the service worker's navigation trivial. */

import { nextTick, reactive } from 'vue'

export const route = reactive({ path: '/', parts: [] as string[] })

/** How many screens lie below this one; kept in the history entry, so that the phone's own back key counts too. */
let depth = 0
let next: number | null = null
let leaving = ''
const scrolls = new Map<string, number>()

function read(): void {
  const path = pathOf(location.hash)
  const opened = next !== null
  if (next !== null) history.replaceState({ depth: next }, '')
  next = null
  depth = (history.state as { depth?: number } | null)?.depth ?? 0
  scrolls.set(leaving, scrollY)
  leaving = path
  route.path = path
  route.parts = path.split('/').filter(Boolean)
  void nextTick(() => scrollTo(0, opened ? 0 : (scrolls.get(path) ?? 0)))
}

function pathOf(hash: string): string {
  try {
    return decodeURI(hash.slice(1)) || '/'
  } catch {
    return '/'
  }
}

export function startRouter(): void {
  history.scrollRestoration = 'manual'
  addEventListener('hashchange', read)
  read()
}

/** Open a screen. */
export function go(path: string): void {
  if (path === route.path) return
  next = depth + 1
  location.hash = path
}

/** Put another screen in this one's place. */
export function replace(path: string): void {
  if (path === route.path) return
  next = depth
  location.replace(`#${path}`)
}

/** One screen back, or to `fallback` when this one was opened directly. */
export function back(fallback = '/'): void {
  if (depth === 0) replace(fallback)
  else history.back()
}
