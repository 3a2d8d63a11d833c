/** The sign sheet's state: what is written, what it will do, and the act of signing. */

import { computed, reactive, ref, watch, type Ref } from 'vue'
import { Refused, sentence } from '../core/api'
import { keyOf } from '../core/keys'
import * as notes from '../core/notes'
import { discard, enqueue, type OutboxRow } from '../core/outbox'
import { signStatement } from '../core/statement'
import { encode, type Drawing } from '../core/strokes'
import type { DispatchLine, Handling } from '../core/types'
import { app } from './app'
import { derive, type Derived } from './derive'
import { draftId, isSigning } from './signed'
import { ROLES, told } from './will'

/** What is written; to whom it goes where the person changed that for these words; the words that old handwriting belongs to. */
export interface Draft { text: string; drawing: Drawing; sent: Sent | null; inkFor: string }
interface Sent { text: string; lines: DispatchLine[]; due: string }
const nothing = (): Drawing => ({ w: 0, h: 0, strokes: [] })

/** The dispatch in words, one line for each role that is given. */
function inWords(lines: DispatchLine[]): [string, string][] {
  return ROLES.map(({ id, name }): [string, string] => [name, lines.filter((line) => line.role === id).map((line) => line.name).join('、')])
    .filter(([, names]) => names)
}

export function useSigning(handling: Ref<Handling | null>) {
  const draft = reactive<Draft>({ text: '', drawing: nothing(), sent: null, inkFor: '' })
  const words = (): string => draft.text.trim()
  const derived = ref<Derived | null>(null)
  const lines = ref<DispatchLine[]>([])
  const edited = ref(false)
  /** The time the words ask for; whoever signs may take it away, not change it: the words say it. */
  const due = ref('')
  const deriving = ref(false)
  const problem = ref('')
  const step = computed(() => handling.value?.step ?? null)
  /** Whoever adds somebody to a mere comment, or to 已阅, hands it out. */
  const kind = computed(() => {
    const said = derived.value?.action.kind ?? ''
    return ['comment', 'read'].includes(said) && lines.value.length ? 'instruct' : said
  })
  /** What will happen, in the server's words; in the same manner once the person has changed to whom it goes. */
  const will = computed(() => {
    if (!derived.value) return ''
    const label = kind.value === derived.value.action.kind ? derived.value.action.label : '交办'
    return edited.value ? told(label, lines.value, derived.value.next) : derived.value.explanation.replace(/^将会[:：]\s*/, '')
  })
  let turn = 0
  let typing: ReturnType<typeof setTimeout>

  async function ask(): Promise<void> {
    const text = draft.text.trim().normalize('NFC')
    const mine = ++turn
    problem.value = ''
    if (!text || !handling.value || !step.value) return settle(null)
    deriving.value = true
    try {
      const answer = await derive(handling.value, step.value, text)
      if (mine === turn) settle(answer)
    } catch (error) {
      if (mine !== turn) return
      settle(null)
      problem.value = sentence(error)
      if (!(error instanceof Refused)) throw error
    } finally {
      if (mine === turn) deriving.value = false
    }
  }
  function settle(answer: Derived | null): void {
    derived.value = answer
    // Nobody sends a document to themselves.
    const others = answer?.action.dispatch.filter((line) => line.to !== `person:${app.me?.person.id}`) ?? []
    lines.value = others.map((line) => ({ ...line }))
    edited.value = others.length !== (answer?.action.dispatch.length ?? 0)
    due.value = answer?.action.due ?? ''
    if (!answer) deriving.value = false
    else if (draft.sent?.text === words()) take(draft.sent)
    else draft.sent = null
  }
  /** Whom the person took off or added stays so for these words: after undo, a failed send, a reload. */
  function take(sent: Sent): void {
    lines.value = sent.lines.map((line) => ({ ...line }))
    due.value = sent.due
    edited.value = true
  }
  function change(to: DispatchLine[], by: string): void {
    draft.sent = { text: words(), lines: to.map((line) => ({ ...line })), due: by }
    take(draft.sent)
  }
  const edit = (to: DispatchLine[]): void => change(to, due.value)
  const noDue = (): void => change(lines.value, '')

  /** Handwriting that came back with other words than these goes along only if the person says so. */
  const oldInk = computed(() => draft.drawing.strokes.length > 0 && draft.inkFor !== '' && draft.inkFor !== words())
  function draw(drawing: Drawing): void {
    draft.drawing = drawing
    draft.inkFor = ''
  }

  watch(() => draft.text, () => {
    clearTimeout(typing)
    // The old answer belongs to the old words: nothing can be sent until the new one is here.
    derived.value = null
    deriving.value = draft.text.trim() !== ''
    typing = setTimeout(() => void ask(), 450)
  })
  // What the phone could only guess, or could not ask, is asked when the line is back; what the person has chosen stays.
  watch(() => app.line, (line) => { if (line === 'live' && !edited.value && (derived.value?.offline || problem.value)) void ask() })
  watch(draft, () => {
    if (step.value) void notes.put(draftId(step.value.obligation), { ...draft })
  })
  watch(step, async (now, before) => {
    if (!now || now.obligation === before?.obligation) return
    const kept = await notes.get<Draft>(draftId(now.obligation))
    if (kept && !draft.text && !draft.drawing.strokes.length) Object.assign(draft, kept)
  }, { immediate: true })

  /** Sign with this phone's key and put the act in the outbox; it is safe once this resolves. */
  async function sign(): Promise<OutboxRow> {
    const seen = handling.value!
    const at = step.value!
    const person = app.me!.person.id
    const device = await keyOf(person)
    const body = await signStatement({
      ticket: at.ticket,
      rendition: at.rendition,
      kind: kind.value,
      dispatch: lines.value.map(({ to, role }) => ({ to, role })),
      due: due.value,
      text: words(),
      strokes: encode(oldInk.value ? nothing() : draft.drawing),
      deviceTime: new Date(),
      key: device?.id ?? null,
    }, device?.key ?? null)
    const row = await enqueue({
      person, what: at.act === 'read' ? '阅' : '签', title: seen.document.title, handling: seen.id,
      path: `/handlings/${seen.id}/signatures`, body, to: inWords(lines.value), draft: { ...draft, obligation: at.obligation, step: at },
    })
    for (const old of app.outbox) if (old.state === 'failed' && old.handling === seen.id && isSigning(old)) await discard(old.id)
    await notes.remove(draftId(at.obligation))
    return row
  }

  return { draft, derived, lines, due, will, deriving, problem, step, oldInk, edit, noDue, draw, ask, sign, nothing }
}
