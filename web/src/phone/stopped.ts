/** The secrecy stop (涉密拦截) on the phone: what is declared beside a file, and false alarms that were let through. */

import { post } from '../core/api'
import * as notes from '../core/notes'
import type { Problem } from '../core/types'

/** What the person types to say that no page bears a mark. */
export const DECLARED = '不涉密'
export const REASONS = ['保密宣传教育材料', '保密法规制度文本', '表格样式或填写说明', '招标采购条款', '商业秘密或工作秘密字样', '其他非密字样']
const NOTE = 'releases'
const MOST = 20

interface Release { stop: string; proof: string }
const kept = async (): Promise<Release[]> => (await notes.get<{ items: Release[] }>(NOTE))?.items ?? []

/** A file with what goes beside it. The server tells by the bytes which of the releases is theirs. */
export async function formOf(file: File, declaration: string): Promise<FormData> {
  const form = new FormData()
  form.append('file', file)
  if (declaration) form.append('declaration', declaration)
  const releases = await kept()
  if (releases.length) form.append('releases', JSON.stringify(releases))
  return form
}

/** Ask for a false alarm (误报) to be let through; what proves the bytes stays on this phone. */
export async function ask({ stop, proof }: Problem, reason: string): Promise<void> {
  await post(`/secrecy-stops/${stop}/requests`, { reason })
  await notes.put(NOTE, { items: [...(await kept()), { stop: stop!, proof: proof! }].slice(-MOST) })
}
