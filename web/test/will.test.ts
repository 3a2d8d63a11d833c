import { describe, expect, it } from 'vitest'
import type { DispatchLine } from '../src/core/types'
import { told } from '../src/phone/will'

const line = (name: string, role: DispatchLine['role']): DispatchLine => ({ to: `unit:${name}`, name, role })

describe('what will happen after the person has changed to whom it goes', () => {
  it('names everybody by their part, and the next step after them', () => {
    expect(told('同意', [line('水利站', 'lead'), line('甲村', 'assist'), line('乙村', 'assist'), line('办公室', 'read')], '交文书办理后续'))
      .toBe('意见记为“同意”；送水利站主办；送甲村、乙村协办；送办公室阅知；之后交文书办理后续。')
  })
  it('with nobody left says only the next step', () => {
    expect(told('同意', [], '送苏映川批示')).toBe('意见记为“同意”；送苏映川批示。')
    expect(told('同意', [])).toBe('意见记为“同意”。')
  })
})
