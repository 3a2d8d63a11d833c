/** What is found among everything this person may read: one search, the same on every screen. */

import { reactive } from 'vue'
import { get, sentence } from '../core/api'
import type { Hit, SearchPage } from '../core/types'
import { listen } from './app'

export const found = reactive({ items: [] as Hit[], next: null as string | null, done: false, problem: '' })

let turn = 0

/** The first page, or with `on` the one after it. An answer that comes after the next question is dropped. */
export async function find(q: string, on = false): Promise<void> {
  const mine = ++turn
  const query = new URLSearchParams({ q })
  if (on) query.set('cursor', found.next!)
  else found.done = false
  found.problem = ''
  try {
    const { data } = await get<SearchPage>(`/search?${query}`)
    if (mine !== turn) return
    found.items = on ? [...found.items, ...data.items] : data.items
    found.next = data.next
    found.done = true
  } catch (error) {
    if (mine === turn) found.problem = sentence(error)
  }
}

/** Nothing is asked for any more. */
export function forget(): void {
  turn += 1
  Object.assign(found, { items: [], next: null, done: false, problem: '' })
}

listen((bump) => { if (bump.forget) forget() })
