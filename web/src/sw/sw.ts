/**
 * The phone client's service worker: the shell from a precache, page images cache-first (they are immutable), API JSON
 * network-first with the last answer behind it. It never sends anything by itself: the pages own the outbox.
 */

const worker = self as unknown as ServiceWorkerGlobalScope
// Replaced after the build by the list of built files and their digest.
const SHELL = JSON.parse('__SHELL__') as { version: string; files: string[] }

const SHELL_CACHE = `zhiban-shell-${SHELL.version}`
const DATA_CACHE = 'zhiban-data'
const PAGE_CACHE = 'zhiban-pages'
const API = '/api/v1'
const PATIENCE = 12_000
const MOST_PAGES = 300
const MOST_DATA = 300

const IMMUTABLE = /^\/(files\/[\w-]+\/pages\/\d+|signatures\/[\w-]+\/strokes\.svg)$/
const HANDLING = /\/handlings\/[\w-]+$/
const READABLE = /^\/(bootstrap|me|inbox|phrases|handlings\/[\w-]+|files\/[\w-]+\/(text|details))$/

/** Raised at log-out: an answer that was on its way then must not fill the caches again. */
let generation = 0

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL.files)))
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOldShells().then(() => worker.clients.claim()))
})

async function removeOldShells(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith('zhiban-shell-') && name !== SHELL_CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
}

worker.addEventListener('message', (event) => {
  if (event.data === 'activate') void worker.skipWaiting()
  if (event.data === 'clear') event.waitUntil(forget().then(() => event.ports[0]?.postMessage('cleared')))
})

async function forget(): Promise<void> {
  generation += 1
  await Promise.all([caches.delete(DATA_CACHE), caches.delete(PAGE_CACHE)])
}

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (url.pathname.startsWith(API)) {
    const path = url.pathname.slice(API.length)
    if (IMMUTABLE.test(path)) event.respondWith(cacheFirst(event.request, PAGE_CACHE))
    else if (READABLE.test(path) && !url.searchParams.get('q')) event.respondWith(networkFirst(event))
  } else if (isShell(url)) {
    event.respondWith(shell(event.request, url))
  }
})

function isShell(url: URL): boolean {
  const base = new URL(worker.registration.scope).pathname
  if (!url.pathname.startsWith(base)) return false
  return SHELL.files.includes(fileOf(url, base))
}

/** The built file behind an address; the page itself is served as `m`. */
function fileOf(url: URL, base: string): string {
  const path = url.pathname.slice(base.length)
  return `./${path === 'm' ? 'm.html' : path}`
}

async function shell(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(SHELL_CACHE)
  const base = new URL(worker.registration.scope).pathname
  return (await cache.match(new URL(fileOf(url, base), worker.registration.scope).href)) ?? fetch(request)
}

async function cacheFirst(request: Request, name: string): Promise<Response> {
  const born = generation
  const kept = await caches.match(request.url, { cacheName: name })
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok && born === generation) await keep(name, request.url, response.clone(), MOST_PAGES)
  return response
}

async function networkFirst(event: FetchEvent): Promise<Response> {
  const url = event.request.url
  const network = fromNetwork(event.request)
  event.waitUntil(network.catch(() => undefined))
  const kept = await caches.match(url, { cacheName: DATA_CACHE })
  if (!kept) return network
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE))
  return Promise.race([network.catch(() => kept.clone()), late])
}

async function fromNetwork(request: Request): Promise<Response> {
  const born = generation
  const response = await fetch(request)
  if (born !== generation) return response
  if (HANDLING.test(request.url)) await dropPictures(request.url, response)
  if (response.ok) await keep(DATA_CACHE, request.url, response.clone(), MOST_DATA)
  else if ([403, 404, 410].includes(response.status)) await (await caches.open(DATA_CACHE)).delete(request.url)
  return response
}

interface Named { files?: { id: string }[]; opinions?: { signature: string }[] }
const named = ({ files = [], opinions = [] }: Named): string[] => [...files.map((one) => one.id), ...opinions.map((one) => one.signature)]

/** What a document named before and names no more (taken back, sent back as classified, closed to this person) goes. */
async function dropPictures(url: string, response: Response): Promise<void> {
  const before = await caches.match(url, { cacheName: DATA_CACHE })
  if (!before || (!response.ok && ![403, 404, 410].includes(response.status))) return
  const left = response.ok ? named((await response.clone().json()) as Named) : []
  const gone = named((await before.json()) as Named).filter((id) => id && !left.includes(id))
  if (!gone.length) return
  for (const name of [PAGE_CACHE, DATA_CACHE]) {
    const cache = await caches.open(name)
    for (const key of await cache.keys()) if (gone.some((id) => key.url.includes(`/${id}/`))) await cache.delete(key)
  }
}

async function keep(name: string, url: string, response: Response, most: number): Promise<void> {
  const headers = new Headers(response.headers)
  if (name === DATA_CACHE) headers.set('x-cached-at', new Date().toISOString())
  const cache = await caches.open(name)
  try {
    await cache.put(url, new Response(await response.blob(), { status: 200, headers }))
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)))
  } catch {
    // Storage is full or the answer broke off: reading on line goes on without the copy.
  }
}
