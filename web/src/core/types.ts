/** What goes over the wire, as the client reads it (see the server's OpenAPI document for the full contract). */

export interface Problem {
  status: number
  code: string
  title: string
  detail?: string
  errors?: { field: string; message: string }[]
  retry_after?: number
  state?: string
}

export interface Person { id: string; name: string }
export interface Post {
  id: string
  title: string
  unit: { id: string; name: string }
  section?: { id: string; name: string } | null
}
export interface Me { person: Person; posts: Post[]; permissions: string[]; account: string; must_change_password?: boolean }

export interface SessionAnswer {
  session: { id: string; expires_at: string; idle_seconds: number }
  person: Person
  must_change_password: boolean
  password_aged?: boolean
}
export interface SessionRow {
  id: string
  device_name: string
  client: string
  created_at: string
  last_seen_at: string
  address: string
  current: boolean
}
export interface PasskeyRow { id: string; name: string; created_at: string; last_used_at: string | null }
export interface DeviceRow { id: string; name: string; created_at: string; revoked_at: string | null; current: boolean }

export interface Position { epoch: string; seq: number }
export type Box = 'handle' | 'read' | 'done' | 'follow'
export type Counts = Partial<Record<Box, number>>
export interface Bootstrap { position: Position; time: string; banner: string; me: Me; inbox: { counts: Counts } }

export interface Todo {
  id: string
  kind: string
  label: string
  box: Box
  title: string
  summary: string
  sender: string
  urgency: string
  due_at: string | null
  due_why: string
  route: string
  source: string
  state: string
  opened_at: string
  first_seen_at: string | null
  closed_at?: string | null
  reason?: string | null
}
export interface InboxPage { items: Todo[]; next: string | null; counts: Counts }

export type DispatchRole = 'lead' | 'assist' | 'read' | 'sign'
export interface DispatchLine { to: string; name: string; role: DispatchRole }
export interface Action { kind: string; label: string; dispatch: DispatchLine[] }
export interface Derivation { action: Action; explanation: string }
export interface Recipient { ref: string; name: string; kind: 'unit' | 'section' | 'person' | 'group'; hint: string }

export interface FileRow {
  id: string
  name: string
  role: string
  media_type: string
  size: number
  pages: number
  digest: string
  widths?: number[]
}
export interface Opinion {
  id: string
  act: string
  text: string
  person: Person
  post: string
  place: string
  marks: string[]
  at: string
  strokes_svg?: string | null
  state: 'held' | 'effective' | 'withdrawn' | 'pending_clerk'
  signature: string
}
export interface Step {
  obligation: string
  act: string
  label: string
  asks: string
  proposal?: string | null
  on_behalf_of?: string
  /** The step's own deadline, nearer than the document's as a rule. */
  due_at?: string | null
  due_why?: string
  verbs: string[]
  rendition: string
  ticket: string
  phrases: (string | { text: string; action?: Action; explanation?: string })[]
}
/** Someone who has not acted yet; `act` is the field's name for it, `seen` whether they have opened it. */
export interface Waiting {
  obligation: string
  name: string
  post: string
  act: string
  since: string | null
  due_at: string | null
  seen: boolean
}
export interface Handling {
  id: string
  state: string
  kind: string | null
  register_no: string | null
  urgency: string
  due_at: string | null
  due_why: string
  received_at: string
  unit: { id: string; name: string }
  document: {
    id: string
    version: number
    title: string
    doc_no: string
    issuer: string
    doc_date: string | null
    main_to: string[]
    doc_type: string
    urgency: string
    corrected: boolean
  }
  files: FileRow[]
  opinions: Opinion[]
  trail: { at: string; who: string; what: string }[]
  unread: Waiting[]
  unhandled: Waiting[]
  sent_down?: { unit: { id: string; name: string }; state: string; reply: string }[]
  step: Step | null
  may: string[]
}

export type SignatureState = 'held' | 'pending_clerk' | 'effective' | 'withdrawn' | 'refused'
export interface SignatureAnswer {
  signature: { id: string; state: SignatureState; held_until: string | null; effects: string[]; reason?: string }
}
