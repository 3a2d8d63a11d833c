/** What a signature will do, in one sentence, in the server's manner (documents/incoming/opinions/derive.py `explain`). */

import type { DispatchLine, DispatchRole } from '../core/types'

export const ROLES: { id: DispatchRole; name: string }[] = [
  { id: 'lead', name: '主办' }, { id: 'assist', name: '协办' }, { id: 'read', name: '阅知' }, { id: 'sign', name: '批示' }, { id: 'advise', name: '研提意见' },
]

/** The act's label, to whom it goes as what, and what the flow does next. */
export function told(label: string, lines: readonly DispatchLine[], next = ''): string {
  const sent = ROLES.map(({ id, name }) => [lines.filter((line) => line.role === id).map((line) => line.name).join('、'), name] as const)
  const parts = [`意见记为“${label}”`, ...sent.filter(([names]) => names).map(([names, name]) => `送${names}${name}`)]
  if (next) parts.push(lines.length ? `之后${next}` : next)
  return `${parts.join('；')}。`
}
