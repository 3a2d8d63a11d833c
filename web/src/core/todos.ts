/** Lists of to-dos and one change to them, in the server's order. */

import type { Box, Todo, Urgency } from './types'

export interface List { items: Todo[]; loaded: boolean }
export type Change = Partial<Todo> & { id: string }

/** Put one changed to-do where it now belongs: out of every box, then into its own while it is live, or among those done. */
export function place(lists: Record<Box, List>, todo: Change): void {
  for (const id of Object.keys(lists) as Box[]) lists[id].items = lists[id].items.filter((item) => item.id !== todo.id)
  const live = !todo.state || todo.state === 'open' || todo.state === 'claimed'
  if (!todo.title || !todo.box || !live && todo.state !== 'done') return
  const box: Box = live ? todo.box : 'done'
  if (!lists[box].loaded) return
  lists[box].items = [...lists[box].items, todo as Todo].sort(box === 'done' ? byClosing : byDeadline)
}

/** The server's order: urgency first, then the nearest deadline. */
const RANKS: Record<Urgency, number> = { 特提: 0, 特急: 1, 加急: 2, 平急: 3, '': 4 }
const rank = (todo: Todo): number => RANKS[todo.urgency as Urgency] ?? RANKS['']
const due = (todo: Todo): number => (todo.due_at ? Date.parse(todo.due_at) : Infinity)
const byDeadline = (a: Todo, b: Todo): number => rank(a) - rank(b) || (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0)
const byClosing = (a: Todo, b: Todo): number => (b.closed_at ?? '').localeCompare(a.closed_at ?? '')
