const RUNS = '01234567890123456789 98765432109876543210'

/** What is wrong with a PIN that is among the first a finder of the phone would try, '' if nothing. The server keeps the same rule. */
export function weakPin(pin: string): string {
  if (/^(\d+)\1+$/.test(pin)) return '是同一段数字重复'
  return RUNS.includes(pin) ? '是依次递增或递减的数字' : ''
}
