/** What became of the signatures this phone has made: their own state, the time left to undo, and undoing. */

import { ref } from 'vue'
import { del, get, serverNow } from '../core/api'
import * as notes from '../core/notes'
import * as outbox from '../core/outbox'
import type { OutboxRow } from '../core/outbox'
import type { SignatureAnswer, Step } from '../core/types'
import { app } from './app'
import { giveBack } from './handling'
import type { Draft } from './signing'

type Signature = SignatureAnswer['signature']

export const signatureOf = (row: OutboxRow): Signature | null => (row.answer as SignatureAnswer | null | undefined)?.signature ?? null
export const isSigning = (row: OutboxRow): boolean => row.path.endsWith('/signatures')

/** The server's time; it moves while something can still be undone. */
export const now = ref(serverNow())
setInterval(() => {
  if (app.outbox.some((row) => signatureOf(row)?.state === 'held')) now.value = serverNow()
}, 500)

/** Seconds in which the act of this row can still be undone. */
export function secondsLeft(row: OutboxRow): number {
  const signature = signatureOf(row)
  return signature?.state === 'held' ? Math.max(0, (Date.parse(signature.held_until) - now.value) / 1000) : 0
}

/** The signature on a handling that can still be undone. */
export const heldOn = (handling: string): OutboxRow | undefined =>
  app.outbox.find((row) => row.handling === handling && secondsLeft(row) > 0)

/** Note a newer state; what it does was told when it was taken. */
export async function note(row: OutboxRow, signature: Signature): Promise<void> {
  const effects = signature.effects.length ? signature.effects : (signatureOf(row)?.effects ?? [])
  await outbox.note(row.id, { signature: { ...signature, effects } })
}

/** Ask the server how it went. */
export async function askAgain(row: OutboxRow): Promise<void> {
  const { data } = await get<SignatureAnswer>(`/signatures/${signatureOf(row)!.id}`)
  await note(row, data.signature)
}

export const draftId = (obligation: string): string => `draft:${obligation}`

/** What was not sent is not lost: words, handwriting and to whom it goes are the draft again, of the step as it is `now`. */
export async function restoreDraft(draft: unknown, now?: string): Promise<void> {
  const { obligation, step: _, ...kept } = (draft ?? {}) as Partial<Draft> & { obligation?: string; step?: Step }
  if (obligation) await notes.put(draftId(now ?? obligation), { ...kept, inkFor: kept.inkFor || (kept.text?.trim() ?? '') })
}

/** 撤回: the words are the draft again, and the step can be signed anew. Throws what the server or the line says. */
export async function withdraw(row: OutboxRow): Promise<void> {
  const signature = signatureOf(row)!
  const { data } = await del<{ ticket: string }>(`/signatures/${signature.id}`)
  await restoreDraft(row.draft)
  const step = (row.draft as { step?: Step } | undefined)?.step
  if (step) await giveBack(row.handling, step, data.ticket)
  await note(row, { ...signature, state: 'withdrawn' })
}

/** Whether a ticket has done its service: the server refuses it a second time. */
export const spent = (ticket: string): boolean => app.outbox.some((row) =>
  isSigning(row) && (row.state !== 'failed' || row.problem?.code === 'signing.ticket_spent')
  && (row.body as { statement: string }).statement.includes(ticket))
