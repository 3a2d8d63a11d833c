import { describe, expect, it } from 'vitest'
import { place, type List } from '../src/core/todos'
import type { Box, Todo, Urgency } from '../src/core/types'

const todo = (id: string, more: Partial<Todo> = {}): Todo => ({
  id, kind: 'k', label: '批示', box: 'handle', title: id, summary: '', sender: '', urgency: '', due_at: null, due_why: '', route: '', source: '',
  state: 'open', opened_at: '2026-11-23T00:00:00Z', first_seen_at: null, closed_at: null, closed_by_name: '', reason: '', rev: 1, ...more,
})
const lists = (...items: Todo[]): Record<Box, List> => ({
  handle: { items, loaded: true }, read: { items: [], loaded: true }, done: { items: [], loaded: true }, follow: { items: [], loaded: false },
})
const ids = (list: List): string[] => list.items.map((item) => item.id)

describe('a changed to-do finds its place', () => {
  it('by urgency, then by deadline, those without one last', () => {
    const all = lists(todo('soon', { due_at: '2026-11-24T00:00:00Z' }), todo('none'))
    place(all, todo('later', { due_at: '2026-11-25T00:00:00+08:00' }))
    place(all, todo('hot', { urgency: '特急', due_at: '2026-12-01T00:00:00Z' }))
    place(all, todo('warm', { urgency: '加急' }))
    expect(ids(all.handle)).toEqual(['hot', 'warm', 'soon', 'later', 'none'])
  })

  it('by every urgency there is, 特提 first', () => {
    const every: Urgency[] = ['特提', '特急', '加急', '平急', '']
    const all = lists()
    for (const urgency of [...every].reverse()) place(all, todo(`of ${urgency}`, { urgency }))
    expect(ids(all.handle)).toEqual(every.map((urgency) => `of ${urgency}`))
  })

  it('moves to the done box, latest first, and never stands twice', () => {
    const all = lists(todo('a'), todo('b'))
    place(all, todo('a', { state: 'done', closed_at: '2026-11-23T01:00:00Z' }))
    place(all, todo('b', { state: 'done', closed_at: '2026-11-23T02:00:00Z' }))
    place(all, todo('b', { state: 'done', closed_at: '2026-11-23T02:00:00Z' }))
    expect([ids(all.handle), ids(all.done)]).toEqual([[], ['b', 'a']])
  })

  it('that fell away is nobody’s 已办', () => {
    const all = lists(todo('a'), todo('b'))
    place(all, todo('a', { state: 'withdrawn', closed_at: '2026-11-23T01:00:00Z' }))
    place(all, todo('b', { state: 'transferred', closed_at: '2026-11-23T02:00:00Z' }))
    expect([ids(all.handle), ids(all.done)]).toEqual([[], []])
  })

  it('goes away when only its id is told, and stays out of boxes not yet loaded', () => {
    const all = lists(todo('a'), todo('b'))
    place(all, { id: 'a', state: 'done' })
    place(all, todo('f', { box: 'follow' }))
    expect([ids(all.handle), ids(all.follow)]).toEqual([['b'], []])
  })
})
