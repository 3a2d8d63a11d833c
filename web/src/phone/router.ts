/** Hash routes: `#/handlings/<id>/sign`. Hash routing keeps the service worker's navigation trivial. */

import { nextTick, reactive } from 'vue'

export const route = reactive({ path: '/', parts: [''] as string[] })

let depth = 0
const scrolls = new Map<string, number>()
let leaving = ''
let goingBack = true

function read(): void {
  const path = decodeURI(location.hash.slice(1)) || '/'
  scrolls.set(leaving, scrollY)
  leaving = path
  route.path = path
  route.parts = path.split('/').filter(Boolean)
  const top = goingBack ? (scrolls.get(path) ?? 0) : 0
  goingBack = true
  void nextTick(() => scrollTo(0, top))
}

export function startRouter(): void {
  history.scrollRestoration = 'manual'
  addEventListener('hashchange', read)
  read()
}

/** Open a screen. */
export function go(path: string): void {
  depth += 1
  goingBack = false
  location.hash = path
}

/** Put another screen in this one's place. */
export function replace(path: string): void {
  goingBack = false
  location.replace(`#${path}`)
}

/** One screen back, or to `fallback` when this one was opened directly. */
export function back(fallback = '/'): void {
  if (depth === 0) return replace(fallback)
  depth -= 1
  history.back()
}
