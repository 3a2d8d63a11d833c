/** Calls to the server: JSON (or a file) in, JSON out, problem+json as errors, an Idempotency-Key on every write. */

import { uuid } from './bytes'
import type { Problem } from './types'

export const BASE = '/api/v1'

/** The server answered with a refusal. `problem.title` is Chinese and tells the person what to do. */
export class Refused extends Error {
  constructor(readonly problem: Problem) { super(problem.title) }
}

/** No answer came. The request may or may not have arrived. */
export class NoLine extends Error {
  constructor() { super('没有连上网络，请到信号好的地方再试') }
}

export interface Answer<T> { data: T; cachedAt: string | null; status: number }

interface Options { method?: string; body?: unknown; key?: string; timeout?: number }

/** Something went wrong that the person can be told in its own words. */
export class Said extends Error {}

let skew = 0
/** The server's clock, in ms, as far as its Date headers tell. */
export const serverNow = (): number => Date.now() + skew

const listeners = new Set<(problem: Problem) => void>()
/** Told of every 401 and forced password change, whoever asked. */
export const onRefused = (listener: (problem: Problem) => void): void => { listeners.add(listener) }

const hearers = new Set<() => void>()
/** Told whenever the server itself has answered, good or ill: the line carries. */
export const onAnswered = (hearer: () => void): void => { hearers.add(hearer) }

export async function call<T>(path: string, options: Options = {}): Promise<Answer<T>> {
  const response = await send(path, options)
  noteClock(response)
  const data = response.status === 204 ? undefined : await readJson(response)
  if (!response.ok) throw refusal(response, data)
  return { data: data as T, cachedAt: response.headers.get('x-cached-at'), status: response.status }
}

async function send(path: string, { method = 'GET', body, key, timeout = 45_000 }: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['idempotency-key'] = key ?? uuid()
  const file = body instanceof FormData
  if (body !== undefined && !file) headers['content-type'] = 'application/json'
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeout)
  try {
    const payload = body === undefined ? null : file ? body : JSON.stringify(body)
    return await fetch(BASE + path, { method, headers, body: payload, credentials: 'same-origin', signal: abort.signal })
  } catch {
    throw new NoLine()
  } finally {
    clearTimeout(timer)
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    // A line cut within the body is no answer; a gateway's HTML error page is still a refusal.
    if (response.ok) throw new NoLine()
    return {}
  }
}

function refusal(response: Response, data: unknown): Refused {
  const given = (data ?? {}) as Partial<Problem>
  const wait = given.retry_after ?? Number(response.headers.get('retry-after') ?? '')
  const problem: Problem = {
    ...given,
    status: response.status,
    code: given.code ?? `http.${response.status}`,
    title: given.title || fallbackTitle(response.status),
  }
  if (wait) problem.retry_after = wait
  listeners.forEach((listener) => listener(problem))
  return new Refused(problem)
}

function fallbackTitle(status: number): string {
  if (status === 401) return '登录已失效，请重新登录'
  if (status === 404) return '没有找到，可能已被撤回'
  return status >= 500 ? '服务器暂时不可用，请稍后再试' : '没有办成，请稍后再试'
}

function noteClock(response: Response): void {
  if (response.headers.get('x-cached-at')) return
  hearers.forEach((hear) => hear())
  const date = Date.parse(response.headers.get('date') ?? '')
  if (date) skew = date + 500 - Date.now()
}

export const get = <T>(path: string): Promise<Answer<T>> => call<T>(path)
export const post = <T>(path: string, body?: unknown): Promise<Answer<T>> => call<T>(path, { method: 'POST', body })
export const put = <T>(path: string, body: unknown): Promise<Answer<T>> => call<T>(path, { method: 'PUT', body })
export const del = <T = unknown>(path: string): Promise<Answer<T>> => call<T>(path, { method: 'DELETE' })

/** What the service worker kept of an earlier answer, so a slow line shows something at once. */
export async function peek<T>(path: string): Promise<T | null> {
  if (!('caches' in self)) return null
  const response = await caches.match(BASE + path).catch(() => undefined)
  return response ? ((await response.json()) as T) : null
}

/** Put a newer state of what was kept in its place, for when the line is gone before it is read again. */
export async function keep(path: string, data: unknown): Promise<void> {
  if (!('caches' in self) || !(await caches.has('zhiban-data'))) return
  const headers = { 'content-type': 'application/json', 'x-cached-at': new Date().toISOString() }
  await (await caches.open('zhiban-data')).put(BASE + path, new Response(JSON.stringify(data), { headers }))
}

/** One sentence for a person, from whatever went wrong. */
export function sentence(error: unknown): string {
  if (error instanceof Refused) {
    const fields = error.problem.errors?.map((e) => e.message).join('；')
    return fields ? `${error.problem.title}：${fields}` : error.problem.title
  }
  return error instanceof NoLine || error instanceof Said ? error.message : '没有办成，请稍后再试'
}

/** A file of the API into the device's downloads, under the name the server gives it; a refusal is thrown like any other. */
export async function download(path: string): Promise<void> {
  const response = await send(path, { timeout: 90_000 })
  if (!response.ok) throw refusal(response, await readJson(response))
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = named ? decodeURIComponent(named) : '文件'
  link.click()
  // The browser reads the address after the click; a minute is more than it takes.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
