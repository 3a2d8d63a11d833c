import { describe, expect, it } from 'vitest'
import { deadline, duration, fileSize, fullDate, moment } from '../src/core/when'

const now = Date.parse('2026-11-23T10:00:00Z') // 18:00 in Shanghai

describe('dates as people say them', () => {
  it.each([
    ['2026-11-23T01:05:00Z', '今天 09:05'], ['2026-11-22T15:59:00Z', '昨天 23:59'], ['2026-11-23T16:00:00Z', '明天 00:00'],
    ['2026-11-25T00:00:00Z', '后天 08:00'], ['2026-01-02T00:00:00Z', '1月2日 08:00'], ['2025-12-31T15:00:00Z', '2025年12月31日 23:00'],
  ])('%s is %s', (iso, text) => expect(moment(iso, now)).toBe(text))

  it('tells a deadline, near, far and past', () => {
    expect(deadline('2026-11-23T10:30:00Z', now)).toEqual({ text: '今天 18:30 前', late: false, soon: true })
    expect(deadline('2026-11-26T10:00:00Z', now)).toMatchObject({ late: false, soon: false })
    expect(deadline('2026-11-23T09:30:00Z', now).text).toBe('刚刚超时')
    expect(deadline('2026-11-23T07:00:00Z', now).text).toBe('已超 3 小时')
    expect(deadline('2026-11-21T09:00:00Z', now)).toEqual({ text: '已超 2 天', late: true, soon: false })
  })

  it('tells waiting times, dates and sizes', () => {
    expect([duration(59), duration(872), duration(3720)]).toEqual(['59 秒', '14 分 32 秒', '1 小时 02 分'])
    expect(fullDate('2026-11-03')).toBe('2026年11月3日')
    expect([fileSize(300), fileSize(233000), fileSize(3_500_000)]).toEqual(['1 KB', '228 KB', '3.3 MB'])
  })
})
