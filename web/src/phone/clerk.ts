/** The clerk's forms on the phone: which step has one, and sending it in. Not kept for the road: a form is checked while it is written. */

import { ref } from 'vue'
import { post, sentence } from '../core/api'
import type { Handling } from '../core/types'
import { toast } from './app'
import { replace } from './router'

/** A step with a form here, and the act that must be open to the person. */
const FORMS: Record<string, string> = { register: 'registrations', propose: 'proposals', reply: 'replies', conclude: 'conclusions' }

/** The form of the person's own step; empty where it is an opinion, or has none on the phone. */
export function formOf(handling: Handling): string {
  const act = handling.step?.act ?? ''
  return handling.may.includes(FORMS[act] ?? '-') ? act : ''
}

/** Sends a form and goes back to the document; what is wrong is said beside the button. */
export function useForm(id: string, act: string) {
  const busy = ref(false)
  const problem = ref('')
  async function send<T>(body: object, told: (answer: T) => string): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = ''
    try {
      const { data } = await post<T>(`/handlings/${id}/${FORMS[act]}`, body)
      toast(told(data))
      replace(`/handlings/${id}`)
    } catch (error) {
      problem.value = sentence(error)
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, send }
}
