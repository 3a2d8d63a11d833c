/** One handling as screens load it: kept copy at once, server's answer next, live changes after. */

import { onBeforeUnmount, ref, type Ref } from 'vue'
import { Refused, get, keep, peek, sentence } from '../core/api'
import type { Handling, Step } from '../core/types'
import { handlings, listen } from './app'

export interface Loaded {
  handling: Ref<Handling | null>
  problem: Ref<string>
  cachedAt: Ref<string | null>
  reload: () => Promise<void>
}

/** After a withdrawal the step is the person's again, with its ticket unspent, also where there is no line by then. */
export async function giveBack(id: string, step: Step, ticket: string): Promise<void> {
  const path = `/handlings/${id}`
  const kept = handlings.get(id) ?? (await peek<Handling>(path))
  if (!kept) return
  const whole = { ...kept, step: { ...step, ticket } }
  handlings.set(id, whole)
  await keep(path, whole).catch(() => undefined)
}

/** Whose words the step asks with: an opinion's that stands on the sheet, or those that came with the document from above. */
export const askedBy = (handling: Handling): string =>
  handling.opinions.find((opinion) => opinion.text === handling.step?.proposal)?.act ?? '上级批示'

/** What the step asks. What came back to be settled says who returned it and why. */
export function asksOf({ step, opinions, sender }: Handling): string {
  if (step?.act !== 'settle' || step.asks !== sender) return step?.asks ?? ''
  const last = opinions.filter((one) => one.action.kind === 'return').sort((a, b) => a.at.localeCompare(b.at)).pop()
  return last ? `${last.person.name}退回：${last.text}` : step.asks
}

export function useHandling(id: string, onLoad: (handling: Handling) => void = () => undefined): Loaded {
  const handling = ref<Handling | null>(handlings.get(id) ?? null)
  const problem = ref('')
  const cachedAt = ref<string | null>(null)

  async function reload(): Promise<void> {
    if (!handling.value) handling.value = await peek<Handling>(`/handlings/${id}`)
    try {
      const answer = await get<Handling>(`/handlings/${id}`)
      handling.value = answer.data
      cachedAt.value = answer.cachedAt
      handlings.set(id, answer.data)
      problem.value = ''
      onLoad(answer.data)
    } catch (error) {
      const gone = error instanceof Refused && [403, 404, 410].includes(error.problem.status)
      if (gone) {
        handling.value = null
        handlings.delete(id)
      }
      problem.value = gone || !handling.value ? sentence(error) : ''
    }
  }

  const deaf = listen((bump) => {
    if (bump.handling === id || bump.lost?.endsWith(id)) void reload()
  })
  onBeforeUnmount(deaf)
  void reload()
  return { handling, problem, cachedAt, reload }
}
