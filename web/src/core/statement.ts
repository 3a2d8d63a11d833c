/** The statement a person signs: what was asked (ticket), what they saw (rendition), what they said and what it does. */

import { sha256hex, toB64url, utf8, type Bytes } from './bytes'
import { canonical, type Json } from './jcs'
import type { DispatchRole } from './types'

export const SUITE = 'zhiban-es256-1'

export interface StatementInput {
  ticket: string
  rendition: string
  kind: string
  dispatch: { to: string; role: DispatchRole }[]
  /** The time the words ask for, as the server read it; left out where they ask for none. */
  due?: string | null
  text: string
  strokes: Bytes | null
  deviceTime: Date
  key: string | null
}

export interface Signed { statement: string; signature: string | null; strokes: string | null }

const nfc = (text: string): string => text.normalize('NFC')

/** The canonical text of the statement (RFC 8785), every text in NFC. */
export async function statement(input: StatementInput): Promise<string> {
  const body: Json = {
    suite: SUITE,
    ticket: nfc(input.ticket),
    action: { kind: nfc(input.kind), dispatch: input.dispatch.map(({ to, role }) => ({ to: nfc(to), role })), ...(input.due ? { due: input.due } : {}) },
    opinion: { text: nfc(input.text), strokes: input.strokes ? await sha256hex(input.strokes) : null },
    rendition: input.rendition,
    device_time: input.deviceTime.toISOString(),
    key: input.key,
  }
  return canonical(body)
}

/** Sign with the device's key (ECDSA P-256, SHA-256, raw r||s), or leave the signature to the server's key. */
export async function signStatement(input: StatementInput, key: CryptoKey | null): Promise<Signed> {
  const text = await statement(input)
  const strokes = input.strokes ? toB64url(input.strokes) : null
  if (!key) return { statement: text, signature: null, strokes }
  return { statement: text, signature: await signBytes(key, utf8(text)), strokes }
}

export async function signBytes(key: CryptoKey, bytes: Bytes): Promise<string> {
  return toB64url(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes))
}
