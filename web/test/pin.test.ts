import { expect, it } from 'vitest'
import { weakPin } from '../src/core/pin'
import pins from './pins.json'

it.each(pins.weak)('%s is weak', (pin) => expect(weakPin(pin)).toBe(true))
it.each(pins.good)('%s is good', (pin) => expect(weakPin(pin)).toBe(false))
