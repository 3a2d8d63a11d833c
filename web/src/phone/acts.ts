/** Acts that are forms: when each is open, what it asks for, where it goes and what is said afterwards. views/Act.vue shows them all. */

import type { FileRow, Handling, Recipient } from '../core/types'
import type { Sending } from './clerk'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Values = Record<string, any>
export type Option = readonly [value: string, label: string]
export interface Checked { ok: boolean; note: string }
export interface Field {
  name: string
  label: string
  kind: 'words' | 'line' | 'count' | 'date' | 'moment' | 'choice' | 'pick' | 'to' | 'file' | 'files' | 'checks'
  options?: readonly Option[]
  chips?: readonly string[]
  kinds?: Recipient['kind'][]
  start?: unknown
  /** May stay empty. */
  free?: true
  most?: number
}
export interface Act {
  name: string
  hint: string
  open: (handling: Handling) => boolean
  /** `of`: the signature, step or unit that the address names. */
  fields: (handling: Handling, of: string, values: Values) => Field[]
  /** What stands above the form: the opinions, or what the step asks. */
  above?: 'opinions' | 'asks'
  /** What it will do, where that is not plain. */
  note?: string
  send?: (handling: Handling, values: Values, of: string) => Partial<Sending>
  told: string
  danger?: true
}

/** What the first check (初审) looks at, by 条例 art. 24(3). */
export const CHECKS: readonly Option[] = [
  ['ours', '是否应由本机关办理'], ['rules', '是否符合行文规则'], ['form', '文种、格式是否符合要求'],
  ['consulted', '涉及其他方面的是否已协商、会签'], ['other', '是否符合公文起草的其他要求'],
]
/** Why a document goes back (退文). */
const REASONS = ['不属我单位', '越级行文', '多头主送', '请示报告不分', '一文多事', '未会签', '格式不符', '缺件', '无章', '无签发人', '涉密误投', '重复来文', '其他']
export const CHANNELS = ['机要', '公文交换', '电子交换', '传真电报', '邮寄', '现场', '群内下载']
export const URGENCY: readonly Option[] = [['', '无'], ['特提', '特提'], ['特急', '特急'], ['加急', '加急'], ['平急', '平急']]
const SETTLED = ['处置', '确认送办', '裁处', '修改', '转办']
const AWAIT = '待下级办理'

export const same = (names: readonly string[]): Option[] => names.map((name) => [name, name])
const may = (act: string) => (handling: Handling): boolean => handling.may.includes(act)
const clean = (text: unknown): unknown => (typeof text === 'string' ? text.trim().normalize('NFC') : text)
const why = (chips: readonly string[] = [], label = '理由'): Field => ({ name: 'reason', label, kind: 'words', chips, most: 500 })

/** Who waits, to be chosen: all of them, or those whose act is named. */
export function waiting(handling: Handling, acts?: readonly string[], but: readonly string[] = []): Option[] {
  return [...handling.unhandled, ...handling.unread]
    .filter((row) => (acts?.includes(row.act) ?? true) && !but.includes(row.act))
    .map((row) => [row.obligation, `${row.name}${row.post ? `（${row.post}）` : ''} ${row.act}`])
}
/** A choice that is made already where there is only one. */
const which = (label: string, options: Option[], of = ''): Field[] =>
  options.length === 1 && !of ? [{ name: 'obligation', label, kind: 'pick', options, start: options[0]![0] }]
    : [{ name: 'obligation', label, kind: 'pick', options, start: options.some(([value]) => value === of) ? of : '' }]
/** Steps of the clerk's own are neither handed on nor removed. */
const OWN = [...SETTLED, AWAIT, '签收', '登记', '拟办', '答复', '办结']
const others = (handling: Handling): Option[] => waiting(handling, undefined, OWN)

/** Over units below that are still at it only with a reason. */
const unfinished = (handling: Handling): Field[] => handling.unhandled.some((row) => row.act === AWAIT)
  ? [{ name: 'unfinished', label: '下级单位还没有办完，先行办理的理由', kind: 'words', most: 500 }] : []

/** A signature made on an earlier version is taken up for the one that is shown, and that must be said. */
function onVersion({ opinions, document: { version } }: Handling, of: string): Field[] {
  const signed = opinions.find((one) => one.signature === of)?.marks.find((mark) => /^第\d+版$/.test(mark))
  if (!signed || signed === `第${version}版`) return []
  return [{ name: 'version', label: `意见是对${signed}签的，现在是第${version}版`, kind: 'choice', options: [[String(version), `两版已核对，用于第${version}版`]] }]
}

/** The body of a form: texts tidied, a recipient by its reference, a file by its id; what stays empty is left out. */
export function bodyOf(fields: readonly Field[], values: Values): Values {
  const said: Values = {}
  for (const { name, kind, free } of fields) {
    const value = clean(values[name])
    if (free && (value === '' || value === null || value === undefined)) continue
    said[name] = kind === 'to' ? (value as Recipient | null)?.ref : kind === 'file' ? (value as FileRow | null)?.id
      : kind === 'files' ? (value as FileRow[]).map((file) => file.id)
      : kind === 'moment' ? `${value as string}:00+08:00` : kind === 'checks' ? failed(value as Record<string, Checked>) : value
  }
  return said
}
/** The items of the first check that are not in order; the others are. */
export const failed = (checks: Record<string, Checked>): object[] =>
  CHECKS.filter(([item]) => checks[item] && !checks[item].ok).map(([item]) => ({ item, ok: false, note: checks[item]!.note.trim().normalize('NFC') }))
export const passes = (): Record<string, Checked> => Object.fromEntries(CHECKS.map(([item]) => [item, { ok: true, note: '' }]))

/** How the last check stood. */
function lastCheck(handling: Handling): Record<string, Checked> {
  const items = (handling.records?.filter((row) => row.step === 'check').pop()?.facts.items ?? []) as ({ item: string } & Checked)[]
  return { ...passes(), ...Object.fromEntries(items.map(({ item, ok, note }) => [item, { ok, note }])) }
}

/** 登记项 that 更正登记 can change, as they stand. */
function entered({ document, urgency, entry }: Handling): Field[] {
  return [
    { name: 'title', label: '标题', kind: 'words', start: document.title, most: 400 },
    { name: 'doc_no', label: '发文字号', kind: 'line', start: document.doc_no, free: true, most: 120 },
    { name: 'issuer', label: '发文机关', kind: 'line', start: document.issuer, free: true, most: 200 },
    { name: 'doc_date', label: '成文日期', kind: 'date', start: document.doc_date ?? '', free: true },
    { name: 'doc_type', label: '文种', kind: 'line', start: document.doc_type, free: true, most: 20 },
    { name: 'urgency', label: '紧急程度', kind: 'pick', options: URGENCY, start: urgency, free: true },
    { name: 'main_to', label: '主送机关（几个之间用顿号隔开）', kind: 'words', start: document.main_to.join('、'), free: true, most: 400 },
    { name: 'signer', label: '签发人', kind: 'line', start: document.signer ?? '', free: true, most: 200 },
    { name: 'channel', label: '接收方式', kind: 'pick', options: same(CHANNELS), start: entry?.channel ?? '', free: true },
    { name: 'copies', label: '份数', kind: 'count', start: entry?.copies ?? 1 },
    { name: 'copy_no', label: '份号', kind: 'line', start: entry?.copy_no ?? '', free: true, most: 40 },
    { name: 'attachments', label: '附件数', kind: 'count', start: entry?.attachments ?? '', free: true },
    { name: 'remark', label: '备注', kind: 'words', start: entry?.remark ?? '', free: true, most: 400 },
  ]
}
export const several = (text: string): string[] => text.split(/[、，,;；\n]/).map((one) => one.trim()).filter(Boolean)
/** The fields that were changed, emptied ones included. */
function changed(handling: Handling, values: Values): Values {
  const said: Values = { reason: clean(values.reason) }
  for (const { name, start } of entered(handling)) {
    const value = clean(values[name])
    if (value === clean(start)) continue
    said[name] = name === 'main_to' ? several(String(value)) : value === '' && ['doc_date', 'attachments'].includes(name) ? null : value
  }
  return said
}

export const ACTS: Record<string, Act> = {
  receipts: {
    name: '签收并注明', hint: '份数不止一份，或有破损、缺页', open: may('receipts'), told: '已签收',
    fields: () => [
      { name: 'copies', label: '份数', kind: 'count', start: 1 },
      { name: 'condition', label: '完好情况', kind: 'choice', options: same(['完好', '破损', '缺页']), start: '完好' },
      { name: 'note', label: '说明', kind: 'words', free: true, most: 200 },
    ],
  },
  checks: {
    name: '初审', hint: '逐项核对，不符合的写明问题', open: may('checks'), told: '初审已记下',
    note: '有一项不符合就不能拟办：请退文，或问题解决后再初审一次。',
    fields: (handling) => [{ name: 'checks', label: '初审五项', kind: 'checks', start: lastCheck(handling) }],
  },
  refusals: {
    name: '退文', hint: '不符合要求，退给来文单位', open: may('refusals'), told: '已退文', danger: true,
    note: '退文后来文单位会看到理由；收文号保留。选“涉密误投”的，本单位不再提供原文。',
    fields: () => [{ name: 'reason_code', label: '退文理由', kind: 'pick', options: same(REASONS) }, why([], '具体说明')],
  },
  'secrecy-cases': {
    name: '报告涉密', hint: '文件标有密级，或来文单位告知涉密', open: () => true, told: '已报告，请再电话告知保密管理员', danger: true,
    note: '请立即停止转发、拍照、下载。只报告是哪一份，不写文件内容；保密管理员冻结后谁都看不到它。',
    fields: () => [{ name: 'ground', label: '依据', kind: 'choice', options: same(['标有密级', '来文单位告知', '保密部门认定', '其他']), start: '标有密级' }],
    send: ({ id }, { ground }) => ({ path: '/secrecy-cases', body: { subject: `documents.handling:${id}`, ground } }),
  },
  settlements: {
    name: '处置', hint: '退回来的、没人办的、等您确认的', open: may('settlements'), told: '已处置', above: 'asks',
    fields: (handling, of) => {
      const found = waiting(handling, SETTLED)
      const own = handling.step && found.some(([value]) => value === handling.step!.obligation) ? handling.step.obligation : ''
      const act = handling.unhandled.find((row) => row.obligation === (of || own || found[0]?.[0]))?.act
      return [
        ...(found.length > 1 ? which('处置哪一项', found, of || own) : []),
        {
          name: 'then', label: '怎样处置', kind: 'choice', options: act === '确认送办'
            ? [['go_on', '照领导意见送办'], ['drop', '不送，留在文书处']] : [['go_on', '请原来的人接着办'], ['drop', '不再请他办，往下走']],
        },
        { name: 'text', label: '处置意见（记入办理经过）', kind: 'words', free: true, most: 2000 },
      ]
    },
  },
  confirmations: {
    name: '确认待定签批', hint: '', open: () => false, told: '已记下', above: 'opinions',
    note: '签名时签批人的任职或授权有变化，送办对象已变，或来文已更正。请核对后决定是否生效。',
    fields: (handling, of, values) => [
      { name: 'accept', label: '是否生效', kind: 'choice', options: [['yes', '生效，照意见办'], ['no', '不生效']] },
      ...(values.accept === 'yes' ? onVersion(handling, of) : []),
      { name: 'reason', label: '理由', kind: 'words', free: true, most: 200 },
    ],
    send: (handling, values, of) => ({
      path: `/handlings/${handling.id}/signatures/${of}/confirmations`,
      body: {
        accept: values.accept === 'yes', reason: clean(values.reason),
        ...(values.accept === 'yes' && values.version ? { version: Number(values.version) } : {}),
      },
    }),
  },
  replies: {
    name: '答复', hint: '把办理结果告诉来文单位', open: may('replies'), told: '已答复来文单位', above: 'opinions',
    fields: (handling) => [
      { name: 'text', label: '答复内容（来文单位看得到）', kind: 'words', most: 2000 },
      { name: 'reply_no', label: '答复文号（没有就留空）', kind: 'line', free: true, most: 120 },
      { name: 'file', label: '答复文件（没有就不传）', kind: 'file', free: true },
      ...unfinished(handling),
    ],
  },
  conclusions: {
    name: '办结', hint: '写明办理结果', open: may('conclusions'), told: '已办结', above: 'opinions',
    fields: (handling) => [
      { name: 'result', label: '办理结果', kind: 'words', chips: ['已按批示办理完毕。', '已按要求落实。', '已传达学习。', '存查。'], most: 500 },
      ...unfinished(handling),
    ],
  },
  dictations: { name: '代录意见', hint: '领导电话、口头或在纸上作的批示', open: may('dictations'), told: '', fields: () => [] },
  signers: {
    name: '加签', hint: '再请一人批示、承办或传阅', told: '已加签',
    open: (handling) => handling.may.includes('signers') || (handling.step?.verbs.includes('add_signer') ?? false),
    fields: () => [
      { name: 'to', label: '请谁', kind: 'to', kinds: ['person', 'section'] },
      { name: 'act', label: '做什么', kind: 'choice', options: [['instruct', '批示'], ['handle', '承办'], ['read', '传阅']], start: 'read' },
      { name: 'place', label: '先后', kind: 'choice', options: [['parallel', '与现在的人同时'], ['after', '在现在的人之后']], start: 'parallel' },
    ],
  },
  unsign: {
    name: '减签', hint: '不再请某人办', open: (handling) => handling.may.includes('signers') && others(handling).length > 0, told: '已减签',
    fields: (handling, of) => which('不再请谁', others(handling), of),
    send: (handling, values) => ({ method: 'DELETE', path: `/handlings/${handling.id}/signers/${values.obligation}`, body: undefined }),
  },
  transfers: {
    name: '改派', hint: '把等着的一步交给另一人办', open: (handling) => handling.may.includes('transfers') && others(handling).length > 0, told: '已改派',
    fields: (handling, of) => [
      ...which('哪一步', others(handling), of),
      { name: 'to', label: '交给谁', kind: 'to', kinds: ['person', 'section'] },
      { ...why(['本人外出', '分工调整'], '理由（可不填）'), free: true },
    ],
  },
  reminders: {
    name: '催办某一家', hint: '只催一人或一个下级单位，可附言', open: may('reminders'), told: '已催办',
    fields: (handling, of) => {
      const below = (handling.sent_down ?? []).filter((row) => !row.closed_at).map((row): Option => [`below:${row.handling}`, `${row.unit.name}（${row.state}）`])
      const asked = [...waiting(handling, undefined, [AWAIT]), ...below]
      return [
        { ...which('催谁', [['', '所有还没办的'], ...asked], of)[0]!, free: true },
        { name: 'note', label: '附言（可不填）', kind: 'words', free: true, chips: ['时限快到了，请抓紧办理。', '已超时限，请立即办理并说明情况。'], most: 200 },
        { name: 'way', label: '怎样催的', kind: 'choice', options: [['系统', '由系统提醒'], ['电话', '已打电话'], ['口头', '已当面说'], ['书面', '已发书面通知']], start: '系统' },
      ]
    },
    send: (_handling, { obligation, note, way }) => {
      const below = String(obligation).startsWith('below:')
      return { body: { ...(below ? { below: String(obligation).slice(6) } : { obligation }), note: clean(note), way } }
    },
  },
  presser: {
    name: '指定催办人', hint: '由谁盯着办理时限', open: (handling) => Boolean(handling.entry) && !handling.closed_at, told: '已指定催办人',
    note: '留空就按惯例：急件由文书催办。',
    fields: () => [{ name: 'to', label: '催办人', kind: 'to', kinds: ['person', 'section'], free: true }],
    send: (handling, values) => ({ method: 'PUT', path: `/handlings/${handling.id}/presser`, body: { to: (values.to as Recipient | null)?.ref ?? '' } }),
  },
  'reply-due': {
    name: '是否需答复', hint: '办结前要不要先答复来文单位', open: (handling) => Boolean(handling.entry?.registered_at) && !handling.closed_at, told: '已记下',
    fields: () => [{ name: 'due', label: '来文单位等答复吗', kind: 'choice', options: [['yes', '需要答复'], ['no', '不需答复']] }],
    send: (handling, values) => ({ method: 'PUT', path: `/handlings/${handling.id}/reply-due`, body: { due: values.due === 'yes' } }),
  },
  amendments: {
    name: '更正登记', hint: '改登记项并写明理由，收文号不变', open: may('amendments'), told: '已更正',
    fields: (handling) => [why(['登记有误', '来文单位来电更正'], '更正理由'), ...entered(handling)],
    send: (handling, values) => ({ body: changed(handling, values) }),
  },
  acknowledgements: {
    name: '已核对', hint: '来文更正或上级加办已看过', open: may('acknowledgements'), told: '已核对', fields: () => [],
    note: '来文单位更正了文件，或上级又提了要求。请先看清文件和“上级要求”，再点已核对。',
  },
  suspensions: {
    name: '暂缓', hint: '先放一放，所有人都等着', open: may('suspensions'), told: '已暂缓', danger: true,
    fields: () => [why(['等上级通知', '情况有变，待核实'])],
  },
  resumptions: {
    name: '恢复办理', hint: '接着办，时限重新计算', open: may('resumptions'), told: '已恢复办理', fields: () => [why(['已接上级通知', '情况已核实'])],
  },
  reopenings: {
    name: '重新办理', hint: '办结后有变化，再办一次', open: may('reopenings'), told: '已重新办理', danger: true,
    fields: () => [
      { name: 'step', label: '从哪里起', kind: 'choice', options: [['propose', '从拟办重新办'], ['conclude', '只改办理结果']], start: 'propose' },
      why(),
    ],
  },
  withdrawals: {
    name: '撤回办理', hint: '收回您最近一次办理', open: may('withdrawals'), told: '已撤回', danger: true,
    note: '后面的人还没办才能撤回；这次办理送出去的也一并收回。',
    fields: () => [why(['写错了', '送错了人', '情况有变'])],
  },
}
