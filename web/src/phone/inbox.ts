/** The four boxes of the inbox as the phone holds them. Live events carry absolute values; nothing is counted here. */

import { reactive } from 'vue'
import { get, peek, sentence } from '../core/api'
import { place } from '../core/todos'
import type { Box, InboxPage, Todo } from '../core/types'
import { app, listen } from './app'

interface BoxState { items: Todo[]; next: string | null; loaded: boolean; loading: boolean; problem: string; cachedAt: string | null }

const fresh = (): BoxState => ({ items: [], next: null, loaded: false, loading: false, problem: '', cachedAt: null })

export const BOXES: { id: Box; name: string }[] = [
  { id: 'handle', name: '待办' }, { id: 'read', name: '待阅' }, { id: 'done', name: '已办' }, { id: 'follow', name: '关注' },
]
export const boxes = reactive<Record<Box, BoxState>>({ handle: fresh(), read: fresh(), done: fresh(), follow: fresh() })

const path = (box: Box, cursor = ''): string => {
  const query = new URLSearchParams({ box })
  if (cursor) query.set('cursor', cursor)
  return `/inbox?${query}`
}

/** Load the first page of a box: what the phone kept at once, then the server's answer. */
export async function load(box: Box): Promise<void> {
  const state = boxes[box]
  state.loading = true
  state.problem = ''
  if (!state.loaded) await peek<InboxPage>(path(box)).then((page) => { if (page) fill(state, page, 'kept') })
  try {
    const { data, cachedAt } = await get<InboxPage>(path(box))
    fill(state, data, cachedAt)
    if (!cachedAt) app.counts = { ...app.counts, ...data.counts }
  } catch (error) {
    state.problem = sentence(error)
  } finally {
    state.loading = false
  }
}

function fill(state: BoxState, page: InboxPage, cachedAt: string | null): void {
  state.items = page.items
  state.next = page.next
  state.loaded = true
  state.cachedAt = cachedAt
}

/** The next page of a box. */
export async function more(box: Box): Promise<void> {
  const state = boxes[box]
  if (!state.next || state.loading) return
  state.loading = true
  try {
    const { data } = await get<InboxPage>(path(box, state.next))
    const known = new Set(state.items.map((todo) => todo.id))
    state.items.push(...data.items.filter((todo) => !known.has(todo.id)))
    state.next = data.next
  } catch (error) {
    state.problem = sentence(error)
  } finally {
    state.loading = false
  }
}

function forgetBoxes(): void {
  for (const { id } of BOXES) boxes[id] = fresh()
}

listen((bump) => {
  if (bump.forget) forgetBoxes()
  if (!bump.inbox) return
  const told = bump.inbox.todos ?? (bump.inbox.todo ? [bump.inbox.todo] : [])
  told.forEach((todo) => place(boxes, todo))
  // Nothing named: too many at once, or the lists changed with a post. Only a fetch tells.
  if (!told.length) for (const { id } of BOXES) if (boxes[id].loaded) void load(id)
})
