import { describe, expect, it } from 'vitest'
import { passing } from '../src/core/outbox'
import type { Step } from '../src/core/types'
import { guess } from '../src/phone/derive'
import table from '../../tests/documents/opinions.json'

const step = { act: 'instruct', phrases: [] } as unknown as Step

interface Vector { text: string; kind: string; phone?: string }

describe('without a line the phone says what the server would, or that it does not know', () => {
  const { vectors } = table as { vectors: Vector[] }
  it.each(vectors.map(({ text, kind, phone }) => [text, phone ?? kind, kind] as const))('%s is %s', (text, told, kind) => {
    expect(guess(step, text).action).toMatchObject({ kind: told, dispatch: [] })
    expect([kind, 'comment']).toContain(told)
  })

  it('tells the next step as far as the phone has heard it', () => {
    expect(guess(step, '原则同意。', '送苏映川批示').explanation).toContain('；送苏映川批示。当前没有网络')
    expect(guess(step, '原则同意。').explanation).not.toContain('；')
  })

  it('never turns a reading step into more than reading', () => {
    expect(guess({ ...step, act: 'read' }, '很好').action.kind).toBe('read')
    expect(guess(step, '已阅。').offline).toBe(true)
  })
})

describe('the outbox keeps what may pass and shows what will not', () => {
  it.each([401, 408, 425, 429, 500, 502, 503])('%d keeps waiting', (status) => expect(passing(status)).toBe(true))
  it.each([400, 403, 404, 409, 410, 413, 422])('%d is shown as failed', (status) => expect(passing(status)).toBe(false))
})
