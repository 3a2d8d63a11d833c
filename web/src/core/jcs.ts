/** Canonical JSON by RFC 8785 (JCS), the form in which statements are signed. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Serialise `value` canonically: keys sorted by UTF-16 code units, no white space, ECMAScript number and string forms.
 * Throws RangeError for what I-JSON (RFC 7493) cannot carry: NaN, infinities, lone surrogates.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return string(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.keys(value).sort().map((key) => `${string(key)}:${canonical(value[key]!)}`)
  return `{${members.join(',')}}`
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('not a JSON number')
  return JSON.stringify(value)
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/

function string(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new RangeError('lone surrogate')
  return JSON.stringify(value)
}
