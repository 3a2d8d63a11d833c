import { describe, expect, it } from 'vitest'
import { passing } from '../src/core/outbox'
import type { Step } from '../src/core/types'
import { guess } from '../src/phone/derive'

const step = { act: 'instruct', phrases: [] } as unknown as Step

describe('without a line, the common wording only', () => {
  it.each([
    ['已阅。', 'read'], ['阅', 'read'], ['圈阅', 'read'], ['同意。请办公室落实。', 'approve'], ['原则同意，请再核。', 'approve_in_principle'],
    ['拟同意。请县长审定。', 'recommend'], ['暂缓。', 'hold'], ['存查。', 'file'], ['请水利站牵头办理。', 'comment'], ['阅后请水利站办理。', 'comment'], ['不同意。', 'comment'],
  ])('%s is %s', (text, kind) => expect(guess(step, text).action).toMatchObject({ kind, dispatch: [] }))

  it('never turns a reading step into more than reading', () => {
    expect(guess({ ...step, act: 'read' }, '很好').action.kind).toBe('read')
    expect(guess(step, '已阅。').offline).toBe(true)
  })
})

describe('the outbox keeps what may pass and shows what will not', () => {
  it.each([401, 408, 425, 429, 500, 502, 503])('%d keeps waiting', (status) => expect(passing(status)).toBe(true))
  it.each([400, 403, 404, 409, 410, 413, 422])('%d is shown as failed', (status) => expect(passing(status)).toBe(false))
})
