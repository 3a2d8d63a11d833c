/** One handling as screens load it: kept copy at once, server's answer next, live changes after. */

import { onBeforeUnmount, ref, type Ref } from 'vue'
import { Refused, get, peek, sentence } from '../core/api'
import type { Handling } from '../core/types'
import { handlings, listen } from './app'

export interface Loaded {
  handling: Ref<Handling | null>
  problem: Ref<string>
  cachedAt: Ref<string | null>
  reload: () => Promise<void>
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
