/** What all screens share: who is logged in, the line, the outbox and what the live events say. */

import { reactive } from 'vue'
import * as api from '../core/api'
import * as db from '../core/db'
import * as notes from '../core/notes'
import * as outbox from '../core/outbox'
import { LiveClient } from '../core/realtime/client'
import type { LiveEvent } from '../core/realtime/step'
import type { Bootstrap, Counts, Handling, Me, Position, SessionAnswer, Todo } from '../core/types'
import { replace } from './router'
import { clearCaches } from './shell'

export const BANNER = '本系统为非涉密系统，严禁处理、存储、传输国家秘密和工作秘密。'
const IN = 'zhiban.person'
const MUST_CHANGE = 'identity.must_change_password'
const TAKEN_BACK = ['recalled', 'returned']
const SIGNED_OUT = ['identity.session_ended', 'http.log_in', 'http.401']

export type Line = 'live' | 'connecting' | 'offline'

export const app = reactive({
  stage: 'starting' as 'starting' | 'in' | 'out',
  me: null as Me | null,
  banner: BANNER,
  counts: {} as Counts,
  line: 'connecting' as Line,
  mustChangePassword: false,
  outbox: [] as outbox.OutboxRow[],
  strangersWaiting: 0,
  elder: localStorage.getItem('zhiban.elder') === '1',
  toast: '',
  why: '',
})

/** Handlings already fetched in this tab, so that the sign sheet opens without a request. */
export const handlings = reactive(new Map<string, Handling>())

type Changed = Partial<Todo> & { id: string }
type Bump = {
  inbox?: { counts: Counts; todos?: Changed[] | null; todo?: Changed };
  handling?: string
  devices?: true
  lost?: string
  forget?: true
}
const ears = new Set<(bump: Bump) => void>()
/** Hear of live changes; returns the way to stop. */
export function listen(ear: (bump: Bump) => void): () => void {
  ears.add(ear)
  return () => ears.delete(ear)
}
const tell = (bump: Bump): void => ears.forEach((ear) => ear(bump))

let toastTimer: ReturnType<typeof setTimeout> | undefined
export function toast(text: string): void {
  app.toast = text
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => { app.toast = '' }, 3000)
}

export function setElder(on: boolean): void {
  app.elder = on
  localStorage.setItem('zhiban.elder', on ? '1' : '0')
  document.documentElement.classList.toggle('elder', on)
}

const live = new LiveClient({
  phase(phase, attempts) {
    if (phase === 'live' || phase === 'behind') {
      app.line = navigator.onLine ? 'live' : 'offline'
      void send()
    } else if (phase === 'waiting') {
      // navigator.onLine may lie; two failures in a row are a dead line, whatever it says.
      if (!navigator.onLine || attempts > 1) app.line = 'offline'
      else if (app.line === 'live') app.line = 'connecting'
    }
  },
  deliver,
  async bootstrap() {
    const { position, cachedAt } = await loadBootstrap()
    // A kept answer tells an old place; going on from there would only be refused again.
    if (cachedAt) throw new api.NoLine()
    return position
  },
  stopped(reason) {
    if (reason === 'session') signedOut('登录已结束，请重新登录')
    if (reason === 'cut_off') signedOut('这次登录已被终止。如非本人操作，请联系管理员')
    if (reason === 'protocol') reloadOnce()
  },
})

/** The server speaks a newer protocol: fetch the newer client, but never in a circle. */
function reloadOnce(): void {
  app.line = 'offline'
  if (sessionStorage.getItem('zhiban.reloaded')) return
  sessionStorage.setItem('zhiban.reloaded', '1')
  location.reload()
}

function deliver(event: LiveEvent): void {
  const data = (event.data ?? {}) as Record<string, unknown>
  if (event.name === 'inbox.changed') {
    const inbox = data as unknown as NonNullable<Bump['inbox']>
    app.counts = { ...app.counts, ...inbox.counts }
    tell({ inbox })
  } else if (event.name === 'documents.handling_changed') {
    const id = String(data.handling)
    tell({ handling: id })
    if (TAKEN_BACK.includes(String(data.state_code))) void lookAgain(id)
  } else if (event.name === 'identity.devices_changed') {
    tell({ devices: true })
    void api.get<Me>('/me').then(({ data }) => { if (app.me) app.me = data }).catch(() => undefined)
  } else if (event.name === 'access_lost') {
    tell({ lost: String(data.source) })
  }
}

/** What was taken back must not stay readable here: asked for again, the worker drops every picture that is no longer named. */
async function lookAgain(id: string): Promise<void> {
  if (!(await api.peek(`/handlings/${id}`))) return
  handlings.delete(id)
  await api.get(`/handlings/${id}`).catch(() => undefined)
}

async function loadBootstrap(): Promise<{ position: Position; cachedAt: string | null }> {
  const { data, cachedAt } = await api.get<Bootstrap>('/bootstrap')
  app.me = data.me
  notes.belongTo(data.me.person.id)
  app.mustChangePassword = data.me.must_change_password === true
  app.banner = data.banner || BANNER
  app.counts = data.inbox.counts
  if (!cachedAt) tell({ inbox: { counts: data.inbox.counts } })
  return { position: data.position, cachedAt }
}

/** Start: who am I? The server decides; without a line, the last answer, if this phone is still logged in. */
export async function boot(): Promise<void> {
  const person = localStorage.getItem(IN)
  if (!person) return signedOut('')
  try {
    const { position, cachedAt } = await loadBootstrap()
    app.line = cachedAt ? 'offline' : 'connecting'
    await enter(cachedAt ? null : position)
  } catch (error) {
    if (error instanceof api.Refused && error.problem.code === MUST_CHANGE) {
      app.stage = 'in'
      return
    }
    app.line = 'offline'
    signedOut(api.sentence(error), !(error instanceof api.Refused) || error.problem.status >= 500)
  }
}

async function enter(position: Position | null): Promise<void> {
  localStorage.setItem(IN, app.me!.person.id)
  app.stage = 'in'
  app.why = ''
  await readOutbox()
  await outbox.sweep(app.me!.person.id).catch(() => undefined)
  live.start(position)
  void send()
}

/** After the server has opened a session: another person's copies on this phone go first. */
export async function entered(answer: SessionAnswer): Promise<void> {
  // First: other tabs of this browser must not send for whoever was here before.
  localStorage.setItem(IN, answer.person.id)
  if (localStorage.getItem('zhiban.last') !== answer.person.id) {
    await clearCaches()
    replace('/')
  }
  localStorage.setItem('zhiban.last', answer.person.id)
  app.mustChangePassword = answer.must_change_password
  if (app.mustChangePassword) {
    app.stage = 'in'
    return
  }
  const { position, cachedAt } = await loadBootstrap()
  await enter(cachedAt ? null : position)
  if (answer.password_aged) toast('密码已使用较久，请到“我的”里修改')
}

/** Whoever is not logged in has nothing to read here; only a line that is gone (`stay`) leaves what was kept. */
function signedOut(why: string, stay = false): void {
  if (!stay) {
    localStorage.removeItem(IN)
    void clearCaches()
  }
  app.stage = 'out'
  app.me = null
  app.mustChangePassword = false
  app.why = why
  app.outbox = []
  handlings.clear()
  tell({ forget: true })
  live.stop()
  void outbox.waitingOfOthers('').then((n) => { app.strangersWaiting = n }).catch(() => undefined)
}

/** The person has looked at the keys registered elsewhere, on this phone; others go on showing them. */
export async function seenKeys(): Promise<void> {
  await api.post('/devices/views').then(() => { if (app.me) app.me.new_keys = [] }, (error) => toast(api.sentence(error)))
}

export const unsent = (): number => app.outbox.filter((row) => row.state !== 'delivered').length

/** Log out. Refused while something is unsent; afterwards this phone keeps no document of anybody. */
export async function leave(): Promise<void> {
  await readOutbox()
  if (unsent() > 0) throw new Error(`还有 ${unsent()} 件没有送出，请先送出或处理，再退出登录`)
  await api.del('/sessions/current')
  for (const row of app.outbox) await db.remove('outbox', row.id)
  await notes.forget()
  await clearCaches()
  signedOut('')
}

async function readOutbox(): Promise<void> {
  app.outbox = app.me ? await outbox.rows(app.me.person.id).catch(() => []) : []
}
outbox.watch(() => void readOutbox())

let sending = false
let again = false
const QUICK_TRIES = 3
const QUICK_WAIT = 4_000
/** Deliver what waits. Called whenever there is reason to hope: start, line back, tab visible, every 20 s. */
export async function send(): Promise<void> {
  // onLine may wrongly say yes, never wrongly no; an untried row can still be taken back.
  if (app.stage !== 'in' || !app.me || !navigator.onLine || replaced()) return
  // Asked while a try is under way: that try may be dying, so there is one more after it.
  if (sending) {
    again = true
    return
  }
  sending = true
  try {
    await outbox.flush(app.me.person.id)
  } finally {
    sending = false
    await readOutbox()
  }
  const waiting = app.outbox.filter((row) => row.state === 'waiting')
  if (again && waiting.length) void send()
  else if (waiting.some((row) => row.tries < QUICK_TRIES)) setTimeout(() => void send(), QUICK_WAIT)
  again = false
}

/** Whether somebody else has logged in in another tab: the browser's session is theirs now. */
function replaced(): boolean {
  const now = localStorage.getItem(IN)
  if (!app.me || !now || now === app.me.person.id) return false
  signedOut('这台手机上已换人登录，请用自己的账号重新登录', true)
  return true
}

export function startSenders(): void {
  addEventListener('storage', (event) => { if (event.key === IN) replaced() })
  addEventListener('online', () => {
    app.line = 'connecting'
    void send()
  })
  addEventListener('offline', () => { app.line = 'offline' })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void send() })
  setInterval(() => { if (app.outbox.some((row) => row.state === 'waiting')) void send() }, 20_000)
}

/** An answer proves the line, but one that was under way when the line went proves none: the browser never wrongly says no. */
api.onAnswered(() => {
  if (app.line === 'offline' && app.stage === 'in' && navigator.onLine) app.line = live.live ? 'live' : 'connecting'
  live.wake()
})

api.onRefused((problem) => {
  if (problem.code === MUST_CHANGE) app.mustChangePassword = true
  else if (SIGNED_OUT.includes(problem.code) && app.stage !== 'out') signedOut('登录已失效，请重新登录')
})
