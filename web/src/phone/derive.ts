/** What an opinion will do: told by the server, remembered for the road, and in need guessed from the field's wording. */

import { NoLine, post } from '../core/api'
import * as notes from '../core/notes'
import { businessDay } from '../core/when'
import type { Action, Derivation, Handling, Step } from '../core/types'

export interface Derived extends Derivation { offline: boolean }

const noteId = (step: Step, text: string): string => `derived:${step.obligation}:${step.rendition}:${text}`

/** What the flow does after this step, as it was told with any opinion on it. */
const nextId = (step: Step): string => `next:${step.obligation}`

/** The act the text implies. Refusals pass through; only a dead line falls back to what the phone knows. */
export async function derive(handling: Handling, step: Step, text: string): Promise<Derived> {
  try {
    const { data } = await post<Derivation>(`/handlings/${handling.id}/derivations`, { text })
    await notes.put(noteId(step, text), { at: Date.now(), ...data })
    await notes.put(nextId(step), { next: data.next ?? '' })
    return { ...data, offline: false }
  } catch (error) {
    if (!(error instanceof NoLine)) throw error
    const note = await notes.get<Derivation & { at: number }>(noteId(step, text))
    // A time that was counted another day (明天下班前) is another time today.
    if (note && !(note.action.due && businessDay(note.at) !== businessDay(Date.now()))) return { ...note, offline: false }
    const { next } = (await notes.get<{ next: string }>(nextId(step))) ?? { next: '' }
    return guess(step, text, next)
  }
}

/** Ask ahead for the first phrases, so that the usual answers can be signed where there is no signal. */
export async function prefetch(handling: Handling, step: Step): Promise<void> {
  for (const text of step.phrases.slice(0, 2)) {
    if (await notes.get(noteId(step, text))) continue
    await derive(handling, step, text).catch(() => undefined)
  }
}

/** The server's decisions (documents/incoming/opinions/derive.py) in its order; both are tested on tests/documents/opinions.json. */
const WORDINGS: [RegExp, string, string][] = [
  [/缓办|暂缓|缓议/, 'hold', '暂缓办理'],
  [/^(存|存查|存档|归档)[。.]?$/, 'file', '存查，不再办理'],
  [/拟同意|拟请/, 'recommend', '作为拟办意见上报'],
  [/不同意|未同意/, 'comment', '记下您的意见，由文书按原文办理'],
  [/原则上?同意/, 'approve_in_principle', '按“原则同意”办理'],
  [/同意|^(批准|可行)/, 'approve', '按“同意”办理'],
  [/^(已阅|圈阅|阅|阅知|知悉|已知悉)[。.]?$/, 'read', '登记为已阅'],
]

/** The field's common wording (known phrases only); anything else is a comment that the clerk hands out by its words. */
export function guess(step: Step, text: string, next = ''): Derived {
  const found = WORDINGS.find(([pattern]) => pattern.test(text.trim()))
  const [kind, label] = found ? [found[1], found[2]] : step.act === 'read' ? ['read', '登记为已阅'] : ['comment', '记下您的意见，由文书按原文办理']
  const action: Action = { kind, label, dispatch: [] }
  return { action, explanation: `将会：${label}${next && kind !== 'hold' ? `；${next}` : ''}。当前没有网络，交办对象和时限由文书按原文确定`, next, offline: true }
}
