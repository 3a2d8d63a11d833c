/** What a form still needs before it can go, in words: said beside its button, which stays grey until then. */

import { CHECKS, type Checked, type Field, type Values } from './acts'

const VERB: Partial<Record<Field['kind'], string>> = { choice: '选', pick: '选', to: '选', file: '传', files: '传' }
/** A label without what it explains: 答复内容（来文单位看得到）. */
const plain = (label: string): string => label.replace(/（.*?）/g, '')
const empty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) ? !value.length : typeof value === 'string' && !value.trim())

/** Of the first check: what is not in order is said to be so with its reason. */
const unsaid = (checks: Record<string, Checked> | undefined): string[] =>
  CHECKS.filter(([item]) => checks?.[item] && !checks[item].ok && !checks[item].note.trim()).map(([, label]) => `写明“${label}”的问题`)

/** The fields that must be filled in and are not, each as what to do: 选“交给谁”. */
export const missing = (fields: readonly Field[], values: Values): string[] =>
  fields.flatMap(({ name, label, kind, free }) => kind === 'checks' ? unsaid(values[name]) : !free && empty(values[name]) ? [`${VERB[kind] ?? '填'}“${plain(label)}”`] : [])
