import { expect, it } from 'vitest'
import { weakPin } from '../src/core/pin'
import pins from './pins.json'

it.each(pins.weak)('%s is weak', (pin) => expect(weakPin(pin)).not.toBe(''))
it.each(pins.good)('%s is good', (pin) => expect(weakPin(pin)).toBe(''))

it('says what is wrong with it', () => {
  expect([weakPin('121212'), weakPin('654321')]).toEqual(['是同一段数字重复', '是依次递增或递减的数字'])
})
