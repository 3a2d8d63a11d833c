/** Forms on the phone: which step has one, keeping what is typed, and sending it in. Checked while it is written, so not an outbox act. */

import { nextTick, onMounted, ref, watch } from 'vue'
import { Refused, call, sentence } from '../core/api'
import { uuid } from '../core/bytes'
import * as notes from '../core/notes'
import { passing } from '../core/outbox'
import type { Handling } from '../core/types'
import { toast } from './app'
import { replace } from './router'

/** A step with a form, and the act that must be open to the person; the form's address is the act's. */
const FORMS: Record<string, string> = {
  register: 'registrations', propose: 'proposals', reply: 'replies', conclude: 'conclusions',
  settle: 'settlements', confirm: 'settlements', revise: 'settlements', arbitrate: 'settlements',
}

/** The form of the person's own step; empty where it is an opinion. What is put aside is taken up again. */
export function formOf(handling: Handling): string {
  const act = handling.step ? FORMS[handling.step.act] : 'resumptions'
  return act && handling.may.includes(act) ? act : ''
}

export interface Sending { path: string; method?: string; body: unknown }
interface Kept { values?: object; tried?: { said: string; key: string } | null }

/**
 * One form: `values` are kept on this phone until they are taken, so a dead line, a refusal or a closed tab costs nothing typed.
 * The same words sent again after no answer came carry the same key: what had arrived is not done twice.
 */
export function useForm(id: string, act: string, values: object, then: (told: unknown) => string = () => `/handlings/${id}`) {
  const busy = ref(false)
  const problem = ref('')
  const note = `form:${id}:${act}`
  let tried: Kept['tried'] = null
  let done = false
  const keep = (): Promise<unknown> => (done ? Promise.resolve() : notes.put(note, { values, tried }))
  onMounted(async () => {
    const kept = await notes.get<Kept>(note)
    Object.assign(values, kept?.values)
    tried = kept?.tried ?? null
    watch(values, keep, { deep: true })
  })

  async function send<T>({ path, method = 'POST', body }: Sending, told: (answer: T) => string): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = ''
    const said = JSON.stringify([path, body])
    if (tried?.said !== said) tried = { said, key: uuid() }
    await keep()
    try {
      const { data } = await call<T>(path, { method, body, key: tried.key })
      done = true
      await notes.remove(note)
      toast(told(data))
      replace(then(data))
    } catch (error) {
      if (error instanceof Refused && !passing(error.problem.status)) tried = null
      problem.value = sentence(error)
      // The button stays in sight while the form is long: so must what it answers.
      void nextTick(() => document.querySelector('.error')?.scrollIntoView({ block: 'center' }))
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, send }
}
