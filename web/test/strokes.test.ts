import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, pack, STROKES_LIMIT, thin, unpack, type Stroke } from '../src/core/strokes'

const point = fc.record({ x: fc.integer({ min: -500, max: 40000 }), y: fc.integer({ min: -500, max: 40000 }), t: fc.nat(600000) })
const stroke = fc.array(point, { minLength: 1, maxLength: 40 })

describe('strokes', () => {
  it('packs to delta integers and back without loss', () => {
    fc.assert(fc.property(stroke, (one) => { expect(unpack(pack(one))).toEqual(one) }))
  })

  it('has the wire form of the contract', () => {
    const strokes: Stroke[] = [[{ x: 100, y: 200, t: 0 }, { x: 190, y: 180, t: 16 }]]
    expect(new TextDecoder().decode(encode({ w: 330.4, h: 176, strokes })!)).toBe('{"v":1,"w":330,"h":176,"u":0.1,"s":[[100,200,0,90,-20,16]]}')
  })

  it('gives null for an empty drawing', () => {
    expect(encode({ w: 1, h: 1, strokes: [] })).toBeNull()
    expect(encode({ w: 1, h: 1, strokes: [[]] })).toBeNull()
  })

  it('keeps both ends of every stroke when thinning', () => {
    fc.assert(fc.property(stroke, fc.integer({ min: 1, max: 500 }), (one, distance) => {
      const kept = thin(one, distance)
      expect(kept[0]).toEqual(one[0])
      expect(kept[kept.length - 1]).toEqual(one[one.length - 1])
    }))
  })

  it('always fits in 64 KiB and still holds every stroke', () => {
    const strokes: Stroke[] = Array.from({ length: 60 }, (_, k) =>
      Array.from({ length: 900 }, (_, i) => ({ x: 1000 + i * 9 + k, y: 1500 + ((i * 37) % 400), t: k * 9000 + i * 9 })))
    const bytes = encode({ w: 330, h: 176, strokes })!
    expect(bytes.length).toBeLessThanOrEqual(STROKES_LIMIT)
    expect(decode(bytes).strokes).toHaveLength(60)
  })

  it('refuses what is no triple and unknown versions', () => {
    expect(() => unpack([1, 2])).toThrow(RangeError)
    expect(() => decode(new TextEncoder().encode('{"v":2,"w":1,"h":1,"s":[]}'))).toThrow(RangeError)
  })
})
