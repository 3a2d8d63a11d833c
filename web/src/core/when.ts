/** Dates as people say them. Business time is Asia/Shanghai, whatever the phone is set to. */

const SHANGHAI_OFFSET = 8 * 3600_000
const DAY = 86_400_000

interface Wall { day: number; y: number; m: number; d: number; hm: string; weekday: number }

function wall(at: number): Wall {
  const date = new Date(at + SHANGHAI_OFFSET)
  const two = (n: number): string => String(n).padStart(2, '0')
  return {
    day: Math.floor((at + SHANGHAI_OFFSET) / DAY),
    y: date.getUTCFullYear(),
    m: date.getUTCMonth() + 1,
    d: date.getUTCDate(),
    hm: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
    weekday: date.getUTCDay(),
  }
}

function dayName(at: number, now: number): string {
  const that = wall(at)
  const today = wall(now)
  const near: Record<number, string> = { [-1]: '昨天', 0: '今天', 1: '明天', 2: '后天' }
  const name = near[that.day - today.day]
  if (name) return name
  return that.y === today.y ? `${that.m}月${that.d}日` : `${that.y}年${that.m}月${that.d}日`
}

/** The number of the business day: the same for two moments of one day. */
export const businessDay = (at: number): number => wall(at).day

/** "今天 09:12", "11月20日 16:30". */
export function moment(iso: string, now = Date.now()): string {
  const at = Date.parse(iso)
  return `${dayName(at, now)} ${wall(at).hm}`
}

/** To the second, as a log tells it: "2026-11-20 16:30:05". */
export const exactly = (iso: string): string => new Date(Date.parse(iso) + SHANGHAI_OFFSET).toISOString().slice(0, 19).replace('T', ' ')

/** A date without a time: "2026年11月20日". */
export function fullDate(iso: string): string {
  const [y, m, d] = iso.slice(0, 10).split('-').map(Number)
  return `${y}年${m}月${d}日`
}

export interface Deadline { text: string; late: boolean; soon: boolean }

/** A deadline: "今天 18:00 前", "已超 2 天". `soon` means less than a day is left. */
export function deadline(iso: string, now = Date.now()): Deadline {
  const at = Date.parse(iso)
  if (at >= now) return { text: `${moment(iso, now)} 前`, late: false, soon: at - now < DAY }
  const hours = Math.floor((now - at) / 3600_000)
  const over = hours < 1 ? '刚刚超时' : hours < 24 ? `已超 ${hours} 小时` : `已超 ${Math.floor(hours / 24)} 天`
  return { text: over, late: true, soon: false }
}

/** A waiting time: "14 分 05 秒", "1 小时 02 分". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds))
  const two = (n: number): string => String(n).padStart(2, '0')
  if (s < 60) return `${s} 秒`
  if (s < 3600) return `${Math.floor(s / 60)} 分 ${two(s % 60)} 秒`
  return `${Math.floor(s / 3600)} 小时 ${two(Math.floor((s % 3600) / 60))} 分`
}

export function fileSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
