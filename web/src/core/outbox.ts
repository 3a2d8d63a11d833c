/**
 * Acts that wait for the line. A row is written to IndexedDB before anything is sent, carries one Idempotency-Key for
 * all its tries, belongs to one person, and leaves the waiting state only by the server's answer.
 */

import { call, NoLine, Refused } from './api'
import { uuid } from './bytes'
import * as db from './db'
import type { Problem } from './types'

export type RowState = 'waiting' | 'delivered' | 'failed'

export interface OutboxRow {
  id: string
  person: string
  what: string
  title: string
  handling: string
  path: string
  body: unknown
  state: RowState
  tries: number
  createdAt: string
  answer?: unknown
  problem?: Problem
  draft?: unknown
  /** To whom it goes, in words: role, then names. */
  to?: [role: string, names: string][]
}

export type NewRow = Pick<OutboxRow, 'person' | 'what' | 'title' | 'handling' | 'path' | 'body' | 'draft' | 'to'>

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('zhiban-outbox')
const watchers = new Set<() => void>()
channel?.addEventListener('message', () => watchers.forEach((watch) => watch()))

/** Called after any change, made by this tab or another. */
export const watch = (watcher: () => void): void => { watchers.add(watcher) }

function changed(): void {
  watchers.forEach((watcher) => watcher())
  channel?.postMessage(0)
}

export async function rows(person: string): Promise<OutboxRow[]> {
  const all = await db.getAll<OutboxRow>('outbox')
  return all.filter((row) => row.person === person).sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

/** How many acts of anybody on this phone have not been answered for; their titles stay private to their owner. */
export async function waitingOfOthers(person: string): Promise<number> {
  return (await db.getAll<OutboxRow>('outbox')).filter((row) => row.person !== person && row.state !== 'delivered').length
}

export const find = (id: string): Promise<OutboxRow | undefined> => db.get<OutboxRow>('outbox', id)

/** Keep the act; the caller flushes afterwards. It is safe on this phone once this resolves. */
export async function enqueue(row: NewRow): Promise<OutboxRow> {
  const full: OutboxRow = { ...row, id: uuid(), state: 'waiting', tries: 0, createdAt: new Date().toISOString() }
  await db.put('outbox', full)
  changed()
  return full
}

/** Forget a row. A waiting row can only be taken back before its first try: afterwards the server may already have it. */
export async function discard(id: string): Promise<boolean> {
  return locked(async () => {
    const row = await find(id)
    if (row && row.state === 'waiting' && row.tries > 0) return false
    await db.remove('outbox', id)
    changed()
    return true
  })
}

/** Deliver what waits for `person`, oldest first. One tab at a time; stops at the first row the line does not carry. */
export async function flush(person: string): Promise<void> {
  await locked(async () => {
    for (const row of await rows(person)) {
      if (row.state === 'waiting' && !(await deliver(row))) return
    }
  })
}

/** True when the server has answered for this row, for good or ill. */
async function deliver(row: OutboxRow): Promise<boolean> {
  await save({ ...row, tries: row.tries + 1 })
  try {
    const { data } = await call(row.path, { method: 'POST', body: row.body, key: row.id })
    await save({ ...row, tries: row.tries + 1, state: 'delivered', answer: data ?? null })
    return true
  } catch (error) {
    if (error instanceof NoLine || (error instanceof Refused && passing(error.problem.status))) return false
    if (!(error instanceof Refused)) throw error
    await save({ ...row, tries: row.tries + 1, state: 'failed', problem: error.problem })
    return true
  }
}

/** Refusals that may pass by themselves or after logging in again: the row keeps waiting. */
export function passing(status: number): boolean {
  return status >= 500 || [401, 408, 425, 429].includes(status)
}

async function save(row: OutboxRow): Promise<void> {
  await db.put('outbox', row)
  changed()
}

/** What became of a delivered act afterwards, in the place of the first answer. */
export async function note(id: string, answer: unknown): Promise<void> {
  const row = await find(id)
  if (row?.state === 'delivered') await save({ ...row, answer })
}

/** Delivered rows are kept a day, so that the screen after sending survives a reload. */
export async function sweep(person: string, now = Date.now()): Promise<void> {
  for (const row of await rows(person)) {
    if (row.state === 'delivered' && now - Date.parse(row.createdAt) > 86_400_000) await db.remove('outbox', row.id)
  }
}

let chain: Promise<unknown> = Promise.resolve()

/** One lock for all tabs where the browser has locks, else one for this tab; the Idempotency-Key covers the rest. */
function locked<T>(work: () => Promise<T>): Promise<T> {
  if (typeof navigator !== 'undefined' && navigator.locks) return navigator.locks.request('zhiban-outbox', work) as Promise<T>
  const result = chain.then(work, work)
  chain = result.catch(() => undefined)
  return result
}
