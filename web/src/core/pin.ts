const RUNS = '01234567890123456789 98765432109876543210'

/** Whether a PIN is among the first a finder of the phone would try: a block repeated, or a run. The server keeps the same rule. */
export const weakPin = (pin: string): boolean => /^(\d+)\1+$/.test(pin) || RUNS.includes(pin)
