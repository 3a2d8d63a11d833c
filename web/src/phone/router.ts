/** Hash routes: `#/handlings/<id>/sign`. Hash routing keeps the service worker's navigation trivial. */

import { nextTick, reactive } from 'vue'

export const route = reactive({ path: '/', parts: [] as string[] })

/** How many screens lie below this one; kept in the history entry, so that the phone's own back key counts too. */
let depth = 0
let next: number | null = null
let leaving = ''
const scrolls = new Map<string, number>()
/** Sheets and enlargements above the screen. One history entry guards them: the phone's back key closes the uppermost. */
const overs: (() => void)[] = []
let guarded = false
/** Ways back of our own that are still under way. */
let passing = 0

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
  addEventListener('popstate', popped)
  read()
}

function popped(): void {
  if (pathOf(location.hash) !== route.path) return bare()
  if (passing) return void (passing -= 1)
  guarded = false
  overs.pop()?.()
  if (overs.length) guard()
}
function bare(): void {
  overs.length = 0
  guarded = false
}
function guard(): void {
  if (!guarded) history.pushState({ depth }, '')
  guarded = true
}

/** Put something above the screen that the back key closes by `close`; what it returns is called when it is gone. */
export function cover(close: () => void): () => void {
  overs.push(close)
  guard()
  return () => {
    if (overs.includes(close)) overs.splice(overs.indexOf(close), 1)
    void nextTick(unguard)
  }
}
/** One sheet may have taken another's place meanwhile. */
function unguard(): void {
  if (!guarded || overs.length) return
  guarded = false
  passing += 1
  history.back()
}

/** Open a screen; from a sheet, in the place of the sheet's own entry. */
export function go(path: string): void {
  if (path === route.path) return
  next = depth + 1
  if (guarded) location.replace(`#${path}`)
  else location.hash = path
  bare()
}

/** Put another screen in this one's place. */
export function replace(path: string): void {
  if (path === route.path) return
  next = depth
  bare()
  location.replace(`#${path}`)
}

/** One screen back, or to `fallback` when this one was opened directly. */
export function back(fallback = '/'): void {
  if (depth === 0) replace(fallback)
  else history.back()
}
