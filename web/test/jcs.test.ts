import { describe, expect, it } from 'vitest'
import { canonical, type Json } from '../src/core/jcs'

describe('canonical JSON (RFC 8785)', () => {
  it('gives the bytes of the example in section 3.2.2-3.2.4', () => {
    const example: Json = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\"\/',
      literals: [null, true, false],
    }
    const text = canonical(example)
    expect(text).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
      + '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts keys by UTF-16 code units, as in section 3.2.3', () => {
    const keys: Json = {
      '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = Object.values(JSON.parse(canonical(keys)) as Record<string, string>)
    expect(canonical(keys).indexOf('Emoji')).toBeLessThan(canonical(keys).indexOf('Hebrew'))
    expect(order).toHaveLength(7)
    expect(canonical(keys)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",'
      + '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  it.each([
    [0, '0'], [-0, '0'], [1e21, '1e+21'], [1e-7, '1e-7'], [9007199254740992, '9007199254740992'], [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'], [333333333.3333332, '333333333.3333332'],
  ])('writes %d as %s (appendix B)', (value, text) => expect(canonical(value)).toBe(text))

  it.each([[NaN], [Infinity], ['\ud800'], ['a\udc00'], [{ '\udfff': 1 }]])('refuses %j', (value) => {
    expect(() => canonical(value as Json)).toThrow(RangeError)
  })

  it('leaves no white space and sorts nested objects', () => {
    expect(canonical({ b: [{ d: 1, c: '同意' }], a: null })).toBe('{"a":null,"b":[{"c":"同意","d":1}]}')
  })
})
