import { describe, expect, it } from 'vitest'
import { passes, type Field } from '../src/phone/acts'
import { missing } from '../src/phone/missing'

const TO: Field = { name: 'to', label: '交给谁', kind: 'to' }
const WHY: Field = { name: 'reason', label: '答复内容（来文单位看得到）', kind: 'words' }
const FILES: Field = { name: 'files', label: '文件（第一份是正文）', kind: 'files' }
const CHECKED: Field = { name: 'checks', label: '初审五项', kind: 'checks' }

describe('what a form still needs', () => {
  it('is said field by field, as what to do', () => {
    expect(missing([TO, WHY, FILES], { to: null, reason: '  ', files: [] })).toEqual(['选“交给谁”', '填“答复内容”', '传“文件”'])
    expect(missing([TO, WHY], { to: { ref: 'person:1' }, reason: '好' })).toEqual([])
  })
  it('is not what may stay empty, nor a number that is nought', () => {
    expect(missing([{ ...TO, free: true }, { name: 'copies', label: '份数', kind: 'count' }], { copies: 0 })).toEqual([])
  })
  it('is a reason for each item of the first check that is not in order', () => {
    const checks = passes()
    expect(missing([CHECKED], { checks })).toEqual([])
    checks.rules = { ok: false, note: '' }
    expect(missing([CHECKED], { checks })).toEqual(['写明“是否符合行文规则”的问题'])
    checks.rules.note = '越级行文'
    expect(missing([CHECKED], { checks })).toEqual([])
  })
})
