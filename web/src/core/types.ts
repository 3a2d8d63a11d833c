/**
 * What goes over the wire, named as the client reads it. The shapes come from the server's own description
 * (`npm run api` writes schema.d.ts from api/openapi.json); only what the client knows more narrowly is said here.
 */

import type { components } from './schema'

type Wire = components['schemas']
/** A wire type of which the client knows some fields more narrowly. */
type Narrow<T, N> = Omit<T, keyof N> & N

export interface Problem {
  status: number
  code: string
  title: string
  detail?: string
  errors?: { field: string; message: string }[]
  retry_after?: number
  state?: string
  stop?: string
  proof?: string
}

export type Person = Wire['PersonShown']
export type Post = Wire['PostShown']
export type Series = Wire['SeriesLine']
export type Me = Wire['Me']
export type SessionAnswer = Wire['SessionOpened']
export type SessionRow = Wire['SessionRow']
export type PasskeyRow = Wire['PasskeyRow']
export type DeviceRow = Wire['DeviceRow']

export interface Position { epoch: string; seq: number }
export type Box = 'handle' | 'read' | 'done' | 'follow'
export type Counts = Partial<Record<Box, number>>
/** Sections of several modules: the description leaves them open. */
export interface Bootstrap { position: Position; time: string; banner: string; me: Me; inbox: { counts: Counts } }

export type Urgency = NonNullable<Wire['Registration']['urgency']>
export type Todo = Narrow<Wire['TodoView'], { box: Box; due_note?: string }>
export type Hit = Wire['Hit']
export type SearchPage = Wire['SearchPage']
export type InboxPage = Narrow<Wire['InboxPage'], { items: Todo[]; counts: Counts }>

export type DispatchRole = 'lead' | 'advise' | 'assist' | 'read' | 'sign'
export type DispatchLine = Narrow<Wire['SendingOut'], { role: DispatchRole }>
export type Action = Narrow<Wire['ActionOut'], { dispatch: DispatchLine[]; due?: string | null }>
export type Unsure = Narrow<Wire['UnsureOut'], { choices: DispatchLine[] }>
export type Derivation = Narrow<Wire['Derivation'], { action: Action; unsure?: Unsure[]; later?: DispatchLine[] }>
export type Recipient = Narrow<Wire['Recipient'], { kind: 'unit' | 'section' | 'person' | 'group' }>

export type Placed = Wire['Placed']
export type Reading = Wire['ReadingOut']
export type Registered = Wire['Registered']
/** A unit's posts and who holds them. */
export type Tree = Wire['Tree']
export type Leader = Wire['LeaderOut']

/** The trail (操作日志), as the auditor reads it. */
export type AuditLine = Wire['AuditLine']
export type AuditList = Wire['AuditPage']
export type AuditEntry = Wire['AuditRow']
export type AuditHead = Wire['HeadAnswer']
export type UnitCard = Wire['UnitCard']

export type FileRow = Wire['FileOut']
export type FileAnswer = Wire['FileAnswer']
/** What a file says about itself, with the verdicts on its seals and signatures. */
export type Details = Wire['DetailsAnswer']
export type FileSeal = Wire['FileSignatureOut']
export type Opinion = Wire['OpinionOut']
export type Step = Wire['StepOut']
/** Someone who has not acted yet; `act` is the field's name for it, `seen` whether they have opened it. */
export type Waiting = Wire['Waiting']
export type Handling = Wire['HandlingOut']
/** The whole way of a document, hop by hop. */
export type WaitingList = Wire['WaitingOut']

export type SignatureState = 'held' | 'pending_clerk' | 'effective' | 'withdrawn' | 'refused' | 'taken_back'
export type SignatureAnswer = { signature: Narrow<Wire['SignatureOut'], { state: SignatureState }> }
