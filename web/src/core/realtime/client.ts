/** Runs the effects of `step`: one WebSocket, its timers, and the hand-over of events to the screens. */

import { BASE } from '../api'
import { uuid } from '../bytes'
import type { Position } from '../types'
import { hello, initial, step, type Effect, type Frame, type Input, type LiveEvent, type State, type StopReason, type Timer } from './step'

export interface Hooks {
  phase(phase: State['phase'], attempts: number): void
  deliver(event: LiveEvent): void
  bootstrap(): Promise<Position>
  stopped(reason: StopReason): void
}

export class LiveClient {
  private state: State = initial
  private socket: WebSocket | null = null
  private readonly timers = new Map<Timer, ReturnType<typeof setTimeout>>()
  private readonly id = uuid()

  constructor(private readonly hooks: Hooks) {
    addEventListener('online', () => this.feed({ type: 'online' }))
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.wake()
    })
  }

  start(position: Position | null): void { this.feed({ type: 'start', position }) }
  stop(): void { this.feed({ type: 'stop' }) }
  /** There is reason to hope: try at once instead of waiting. */
  wake(): void { this.feed({ type: 'wake' }) }
  get live(): boolean { return this.state.phase === 'live' || this.state.phase === 'behind' }

  private feed(input: Input): void {
    const before = this.state.phase
    const [next, effects] = step(this.state, input)
    this.state = next
    effects.forEach((effect) => this.run(effect))
    if (before !== this.state.phase) this.hooks.phase(this.state.phase, this.state.attempts)
  }

  private run(effect: Effect): void {
    switch (effect.do) {
      case 'open': return this.open(effect.socket)
      case 'close': return this.close(effect.code)
      case 'send': return this.send(effect.frame)
      case 'timer': return this.timer(effect.name, effect.ms)
      case 'timer_within': return this.timer(effect.name, Math.random() * effect.ms)
      case 'cancel': return clearTimeout(this.timers.get(effect.name))
      case 'deliver': return this.hooks.deliver(effect.event)
      case 'stopped': return this.hooks.stopped(effect.reason)
      case 'bootstrap':
        this.hooks.bootstrap().then(
          (position) => this.feed({ type: 'bootstrapped', position }),
          () => this.feed({ type: 'bootstrap_failed' }),
        )
    }
  }

  private open(number: number): void {
    this.close(1000)
    const url = new URL(`${BASE}/live`, location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url)
    this.socket = socket
    socket.onopen = () => {
      this.send({ ...hello(this.state), client: this.id })
      this.feed({ type: 'opened', socket: number })
    }
    socket.onmessage = (message) => {
      const frame = parse(message.data)
      if (frame) this.feed({ type: 'frame', socket: number, frame })
    }
    socket.onclose = (close) => this.feed({ type: 'closed', socket: number, code: close.code })
  }

  private close(code: number): void {
    const socket = this.socket
    this.socket = null
    if (socket && socket.readyState < WebSocket.CLOSING) socket.close(code)
  }

  private send(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private timer(name: Timer, ms: number): void {
    clearTimeout(this.timers.get(name))
    this.timers.set(name, setTimeout(() => this.feed({ type: 'timer', name }), ms))
  }
}

function parse(data: unknown): Frame | null {
  if (typeof data !== 'string') return null
  try {
    const frame = JSON.parse(data) as Frame
    return frame && typeof frame.type === 'string' ? frame : null
  } catch {
    return null
  }
}
