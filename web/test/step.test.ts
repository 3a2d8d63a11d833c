import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hello, initial, step, type Effect, type Frame, type Input, type LiveEvent, type State } from '../src/core/realtime/step'

const EPOCH = 'e1'
const position = { epoch: EPOCH, seq: 5 }
const event = (seq: number): LiveEvent => ({ type: 'event', seq, name: 'inbox.changed', data: seq })

/** Runs inputs one after another; gives the last state and all effects. */
function play(from: State, ...inputs: Input[]): [State, Effect[]] {
  let state = from
  const effects: Effect[] = []
  for (const input of inputs) {
    const [next, more] = step(state, input)
    state = next
    effects.push(...more)
  }
  return [state, effects]
}
const frame = (state: State, ...frames: Frame[]): [State, Effect[]] =>
  play(state, ...frames.map((f): Input => ({ type: 'frame', socket: state.socket, frame: f })))
const started = (): State => play(initial, { type: 'start', position })[0]
const welcome = (head: number): Frame => ({ type: 'welcome', epoch: EPOCH, head, heartbeat: 25 })
const live = (): State => frame(started(), welcome(5))[0]
const delivered = (effects: Effect[]): number[] => effects.flatMap((e) => (e.do === 'deliver' ? [e.event.seq] : []))
const does = (effects: Effect[], name: Effect['do']): boolean => effects.some((e) => e.do === name)

describe('the live line', () => {
  it('opens a socket and says where it was', () => {
    const [state, effects] = play(initial, { type: 'start', position })
    expect(state.phase).toBe('connecting')
    expect(does(effects, 'open')).toBe(true)
    expect(hello(state)).toEqual({ type: 'hello', protocol: 1, resume: position })
  })

  it('is live at once when nothing is missing, and behind until the replay is here', () => {
    expect(live().phase).toBe('live')
    const [behind] = frame(started(), welcome(7))
    expect(behind.phase).toBe('behind')
    const [state, effects] = frame(behind, event(6), event(7))
    expect(state.phase).toBe('live')
    expect(delivered(effects)).toEqual([6, 7])
  })

  it('drops what it has seen, and reconnects on a gap without delivering', () => {
    expect(delivered(frame(live(), event(5), event(4))[1])).toEqual([])
    const [state, effects] = frame(live(), event(7))
    expect(delivered(effects)).toEqual([])
    expect(effects).toContainEqual({ do: 'close', code: 4002 })
    expect([state.phase, state.position]).toEqual(['waiting', position])
  })

  it('answers a beat, and asks for what a beat shows to be missing: once here, then on a new socket', () => {
    const [behind, effects] = frame(live(), { type: 'beat', head: 6 })
    expect(effects).toContainEqual({ do: 'send', frame: { type: 'pong' } })
    expect(behind.phase).toBe('behind')
    const [asked, more] = play(behind, { type: 'timer', name: 'behind' })
    expect(more).toContainEqual({ do: 'send', frame: { type: 'resume', ...position } })
    expect(does(more, 'close')).toBe(false)
    const [late, most] = play(asked, { type: 'timer', name: 'behind' })
    expect(most).toContainEqual({ do: 'close', code: 4002 })
    expect(late.phase).toBe('waiting')
    expect(frame(behind, event(6))[0].phase).toBe('live')
  })

  it('after a reset bootstraps, then resumes, applying what came meanwhile once', () => {
    const [resetting, effects] = frame(started(), { type: 'reset', reason: 'too_old' })
    expect([resetting.phase, does(effects, 'bootstrap')]).toEqual(['resetting', true])
    const [held, none] = frame(resetting, event(19), event(20), event(21))
    expect(delivered(none)).toEqual([])
    const [state, more] = play(held, { type: 'bootstrapped', position: { epoch: 'e2', seq: 20 } })
    expect(more).toContainEqual({ do: 'send', frame: { type: 'resume', epoch: 'e2', seq: 20 } })
    expect(delivered(more)).toEqual([21])
    expect(state.position).toEqual({ epoch: 'e2', seq: 21 })
  })

  it('spreads the bootstraps of a crowd, and backs off when one fails', () => {
    const [state, effects] = frame(started(), { type: 'reset', reason: 'epoch', retry_after: 5 })
    expect(effects).toContainEqual({ do: 'timer_within', name: 'bootstrap', ms: 5000 })
    expect(does(effects, 'bootstrap')).toBe(false)
    expect(does(play(state, { type: 'timer', name: 'bootstrap' })[1], 'bootstrap')).toBe(true)
    expect(play(state, { type: 'bootstrap_failed' })[0].phase).toBe('waiting')
  })

  it('without a position, or under another epoch, starts from a bootstrap', () => {
    const [fresh] = play(initial, { type: 'start', position: null })
    expect(frame(fresh, welcome(3))[0].phase).toBe('resetting')
    const [other, effects] = frame(started(), { type: 'welcome', epoch: 'e9', head: 5, heartbeat: 25 })
    expect([other.phase, does(effects, 'bootstrap')]).toEqual(['resetting', true])
  })

  it('backs off with full jitter from 1 s to 20 s, and forgets it when the line holds', () => {
    let state = started()
    const waits: number[] = []
    for (let n = 0; n < 8; n++) {
      const [waiting, effects] = play(state, { type: 'closed', socket: state.socket, code: 1006 })
      waits.push(...effects.flatMap((e) => (e.do === 'timer_within' ? [e.ms] : [])))
      state = play(waiting, { type: 'timer', name: 'retry' })[0]
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000])
    const [held] = frame(state, welcome(5))
    expect(held.attempts).toBeGreaterThan(0)
    expect(play(held, { type: 'timer', name: 'steady' })[0].attempts).toBe(0)
  })

  it('wakes at once when the browser is on line or visible again', () => {
    const state = started()
    const [waiting] = play(state, { type: 'closed', socket: state.socket, code: 4001 })
    expect(play(waiting, { type: 'wake' })[0].phase).toBe('connecting')
    expect(play(live(), { type: 'wake' })[1]).toEqual([])
  })

  it('opens anew when the network came back, whatever it was doing: the old socket may be dead', () => {
    for (const state of [live(), started(), frame(live(), welcome(9))[0]]) {
      const [next, effects] = play({ ...state, attempts: 7 }, { type: 'online' })
      expect([next.phase, next.attempts, next.socket, next.position]).toEqual(['connecting', 0, state.socket + 1, position])
      expect(effects).toContainEqual({ do: 'open', socket: next.socket })
    }
    expect(play(initial, { type: 'online' })[1]).toEqual([])
  })

  it.each([[4401, 'session'], [4403, 'cut_off'], [4003, 'protocol']])('stops on %d', (code, reason) => {
    const state = live()
    const [stopped, effects] = play(state, { type: 'closed', socket: state.socket, code: code as number })
    expect(stopped.phase).toBe('stopped')
    expect(effects).toContainEqual({ do: 'stopped', reason })
    expect(play(stopped, { type: 'wake' }, { type: 'timer', name: 'retry' })[1]).toEqual([])
  })

  it.each([4000, 4001, 4002, 4008, 4010, 4400, 1006, 1011, 1013])('tries again after %d', (code) => {
    const state = live()
    expect(play(state, { type: 'closed', socket: state.socket, code })[0].phase).toBe('waiting')
  })

  it('does not listen to a socket it has given up', () => {
    const state = live()
    const [waiting] = play(state, { type: 'timer', name: 'silence' })
    expect(waiting.phase).toBe('waiting')
    expect(delivered(play(waiting, { type: 'frame', socket: state.socket, frame: event(6) })[1])).toEqual([])
  })

  it('delivers every event once and in order, whatever the line does', () => {
    const mishap = fc.constantFrom('deliver', 'deliver', 'deliver', 'skip', 'repeat', 'cut', 'beat', 'reset')
    fc.assert(fc.property(fc.array(mishap, { maxLength: 60 }), (mishaps) => {
      const server = 40
      let [state] = play(initial, { type: 'start', position: { epoch: EPOCH, seq: 0 } })
      let seen = 0
      let cursor = 0
      const take = (effects: Effect[]): void => {
        for (const effect of effects) {
          if (effect.do === 'deliver') { expect(effect.event.seq).toBe(seen + 1); seen += 1 }
        }
      }
      const feed = (input: Input): void => {
        const [next, effects] = step(state, input)
        state = next
        take(effects)
        if (effects.some((e) => e.do === 'bootstrap')) { seen = cursor; feed({ type: 'bootstrapped', position: { epoch: EPOCH, seq: cursor } }) }
        if (effects.some((e) => e.do === 'send' && e.frame.type === 'resume')) cursor = seen
      }
      const say = (f: Frame): void => feed({ type: 'frame', socket: state.socket, frame: f })
      const connect = (): void => { cursor = state.position!.seq; say(welcome(server)) }
      connect()
      for (const what of mishaps) {
        if (state.phase === 'waiting') { feed({ type: 'timer', name: 'retry' }); connect() }
        if (what === 'cut') feed({ type: 'closed', socket: state.socket, code: 1006 })
        else if (what === 'beat') say({ type: 'beat', head: server })
        else if (what === 'reset') say({ type: 'reset', reason: 'too_old' })
        else if (what === 'repeat') { if (cursor > 0) say(event(cursor)) }
        else if (cursor < server) { cursor += 1; if (what === 'deliver') say(event(cursor)) }
      }
      if (state.phase === 'waiting') feed({ type: 'timer', name: 'retry' })
      connect()
      while (cursor < server) { cursor += 1; say(event(cursor)) }
      expect([seen, state.phase]).toEqual([server, 'live'])
    }), { numRuns: 200 })
  })
})
