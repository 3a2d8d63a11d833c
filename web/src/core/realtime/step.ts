/**
 * The live line as a pure function: `step(state, input) -> [state, effects]`.
 *
 * The server keeps one gap-free log per person, named by (epoch, seq). The client applies event `seq` only when it is
 * the next one, so that loss is found by arithmetic. Timers, sockets and storage are effects run by `client.ts`.
 */

import type { Position } from '../types'

export type Phase = 'idle' | 'connecting' | 'live' | 'behind' | 'resetting' | 'waiting' | 'stopped'
export type StopReason = 'session' | 'cut_off' | 'protocol' | 'left'

export interface LiveEvent { type: 'event'; seq: number; name: string; rev?: number; at?: string; data: unknown }
export type Frame =
  | { type: 'welcome'; epoch: string; head: number; heartbeat: number; connection?: string }
  | { type: 'reset'; reason: string; retry_after?: number }
  | LiveEvent
  | { type: 'beat'; head: number }
  | { type: 'signal' }

export type Timer = 'retry' | 'silence' | 'behind' | 'steady' | 'bootstrap'

export type Input =
  | { type: 'start'; position: Position | null }
  | { type: 'opened'; socket: number }
  | { type: 'frame'; socket: number; frame: Frame }
  | { type: 'closed'; socket: number; code: number }
  | { type: 'timer'; name: Timer }
  | { type: 'wake' }
  | { type: 'online' }
  | { type: 'bootstrapped'; position: Position }
  | { type: 'bootstrap_failed' }
  | { type: 'stop' }

export type Effect =
  | { do: 'open'; socket: number }
  | { do: 'close'; code: number }
  | { do: 'send'; frame: Record<string, unknown> }
  | { do: 'timer'; name: Timer; ms: number }
  | { do: 'timer_within'; name: Timer; ms: number }
  | { do: 'cancel'; name: Timer }
  | { do: 'bootstrap' }
  | { do: 'deliver'; event: LiveEvent }
  | { do: 'stopped'; reason: StopReason }

export interface State {
  phase: Phase
  position: Position | null
  head: number
  attempts: number
  socket: number
  heartbeat: number
  held: LiveEvent[]
  /** Already asked for what is missing on this socket. */
  nudged: boolean
}

export const PROTOCOL = 1
export const CLOSE = { noPong: 4000, gap: 4002, protocol: 4003, malformed: 4400, session: 4401, cutOff: 4403 } as const
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 20_000
/** A beat may overtake an event that is on its way; only after this is the client really behind. */
const GRACE = 5_000
const STEADY = 10_000
/** Events held while a bootstrap is under way; beyond it they are in the bootstrap or in the replay anyway. */
const HELD_LIMIT = 1_000

export const initial: State = {
  phase: 'idle', position: null, head: 0, attempts: 0, socket: 0, heartbeat: 25, held: [], nudged: false,
}

type Result = [State, Effect[]]

export function step(state: State, input: Input): Result {
  if (input.type === 'start') return connect({ ...state, position: input.position, attempts: 0 })
  if (input.type === 'stop') return stop(state, 'left')
  if (state.phase === 'idle' || state.phase === 'stopped') return [state, []]
  if ('socket' in input && input.socket !== state.socket) return [state, []]
  switch (input.type) {
    case 'opened': return [state, []]
    case 'frame': return onFrame(state, input.frame)
    case 'closed': return onClosed(state, input.code)
    case 'timer': return onTimer(state, input.name)
    case 'online': return reconnect(state)
    case 'wake': return state.phase === 'waiting' ? connect({ ...state, attempts: 0 }) : [state, []]
    case 'bootstrapped': return onBootstrapped(state, input.position)
    case 'bootstrap_failed': return onBootstrapFailed(state)
  }
}

function connect(state: State): Result {
  const socket = state.socket + 1
  return [
    { ...state, phase: 'connecting', socket, held: [], nudged: false },
    [{ do: 'cancel', name: 'retry' }, { do: 'open', socket }, { do: 'timer', name: 'silence', ms: 30_000 }],
  ]
}

/** The network came back: a socket from before it went may be dead without knowing. */
function reconnect(state: State): Result {
  const [next, effects] = connect({ ...state, attempts: 0 })
  return [next, [...quiet(), ...effects]]
}

/** The first frame on a fresh socket; the driver adds the client's id. */
export function hello(state: State): Record<string, unknown> {
  return { type: 'hello', protocol: PROTOCOL, resume: state.position }
}

function onFrame(state: State, frame: Frame): Result {
  const [next, effects] = apply(state, frame)
  if (next.phase === 'waiting' || next.phase === 'stopped') return [next, effects]
  return [next, [...effects, { do: 'timer', name: 'silence', ms: next.heartbeat * 2_000 + 10_000 }]]
}

function apply(state: State, frame: Frame): Result {
  switch (frame.type) {
    case 'welcome': return onWelcome(state, frame)
    case 'reset': return onReset(state, frame)
    case 'event': return onEvent(state, frame)
    case 'beat': return onBeat(state, frame.head)
    default: return [state, []]
  }
}

function onWelcome(state: State, frame: Extract<Frame, { type: 'welcome' }>): Result {
  const next = { ...state, head: frame.head, heartbeat: frame.heartbeat }
  if (state.phase === 'resetting') return [next, []]
  if (!state.position || state.position.epoch !== frame.epoch) return beginReset(next, 0)
  return [settle(next), [{ do: 'timer', name: 'steady', ms: STEADY }]]
}

function onReset(state: State, frame: Extract<Frame, { type: 'reset' }>): Result {
  return state.phase === 'resetting' ? [state, []] : beginReset(state, frame.retry_after ?? 0)
}

function beginReset(state: State, afterSeconds: number): Result {
  const next: State = { ...state, phase: 'resetting', held: [] }
  if (!afterSeconds) return [next, [{ do: 'bootstrap' }]]
  return [next, [{ do: 'timer_within', name: 'bootstrap', ms: afterSeconds * 1000 }]]
}

function onEvent(state: State, event: LiveEvent): Result {
  if (state.phase === 'resetting') {
    return [{ ...state, held: [...state.held, event].slice(-HELD_LIMIT) }, []]
  }
  if (!state.position) return [state, []]
  if (event.seq <= state.position.seq) return [state, []]
  if (event.seq > state.position.seq + 1) return drop(state, CLOSE.gap)
  const position = { ...state.position, seq: event.seq }
  const next = settle({ ...state, position, head: Math.max(state.head, event.seq) })
  const effects: Effect[] = [{ do: 'deliver', event }]
  if (next.phase === 'live') effects.push({ do: 'cancel', name: 'behind' })
  return [next, effects]
}

function onBeat(state: State, head: number): Result {
  const pong: Effect = { do: 'send', frame: { type: 'pong' } }
  if (state.phase === 'resetting') return [state, [pong]]
  const next = settle({ ...state, head, attempts: 0 })
  return next.phase === 'behind' ? [next, [pong, { do: 'timer', name: 'behind', ms: GRACE }]] : [next, [pong]]
}

/** `live` when everything the server has is here, else `behind`. */
function settle(state: State): State {
  const caughtUp = state.position !== null && state.position.seq >= state.head
  return { ...state, phase: caughtUp ? 'live' : 'behind', nudged: caughtUp ? false : state.nudged }
}

function onBootstrapped(state: State, position: Position): Result {
  if (state.phase !== 'resetting') return [{ ...state, position }, []]
  let next: State = { ...state, phase: 'behind', position, head: Math.max(position.seq, 0), held: [] }
  const effects: Effect[] = [{ do: 'send', frame: { type: 'resume', ...position } }, { do: 'timer', name: 'steady', ms: STEADY }]
  next = settle(next)
  for (const event of state.held) {
    const [after, more] = onEvent(next, event)
    next = after
    effects.push(...more)
    if (next.phase === 'waiting') break
  }
  return [next, effects]
}

function onBootstrapFailed(state: State): Result {
  return state.phase === 'resetting' ? drop(state, CLOSE.noPong) : [state, []]
}

function onClosed(state: State, code: number): Result {
  if (code === CLOSE.session) return stop(state, 'session')
  if (code === CLOSE.protocol) return stop(state, 'protocol')
  // Our own frame was not understood: not the person's fault, and no use in hurrying.
  if (code === CLOSE.malformed) return wait({ ...state, attempts: 6 })
  if (code >= 4400 && code < 5000) return stop(state, 'cut_off')
  return wait(state)
}

function onTimer(state: State, name: Timer): Result {
  switch (name) {
    case 'retry': return state.phase === 'waiting' ? connect(state) : [state, []]
    case 'silence': return state.phase === 'waiting' ? [state, []] : drop(state, CLOSE.noPong)
    case 'behind': return onBehind(state)
    case 'steady': return state.phase === 'live' ? [{ ...state, attempts: 0 }, []] : [state, []]
    case 'bootstrap': return state.phase === 'resetting' ? [state, [{ do: 'bootstrap' }]] : [state, []]
  }
}

/** Ask once on the same socket, a few bytes; a second silence means that the socket is not worth keeping. */
function onBehind(state: State): Result {
  if (state.phase !== 'behind' || !state.position) return [state, []]
  if (state.nudged) return drop(state, CLOSE.gap)
  return [
    { ...state, nudged: true },
    [{ do: 'send', frame: { type: 'resume', ...state.position } }, { do: 'timer', name: 'behind', ms: 2 * GRACE }],
  ]
}

function drop(state: State, code: number): Result {
  const [next, effects] = wait(state)
  return [next, [{ do: 'close', code }, ...effects]]
}

/** Back off: 1 s doubling to 20 s, full jitter (the driver draws uniformly within `ms`). */
function wait(state: State): Result {
  const ms = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** state.attempts)
  return [
    { ...state, phase: 'waiting', socket: state.socket + 1, attempts: Math.min(state.attempts + 1, 10), held: [] },
    [...quiet(), { do: 'timer_within', name: 'retry', ms }],
  ]
}

function stop(state: State, reason: StopReason): Result {
  return [
    { ...state, phase: 'stopped', socket: state.socket + 1, held: [] },
    [{ do: 'close', code: 1000 }, ...quiet(), { do: 'cancel', name: 'retry' }, { do: 'stopped', reason }],
  ]
}

function quiet(): Effect[] {
  return (['silence', 'behind', 'steady', 'bootstrap'] as const).map((name) => ({ do: 'cancel', name }))
}
