/** The phone's own keys: made here, never leaving it, one for each person who chose this phone as a usual one. */

import { toB64url } from './bytes'
import * as db from './db'
import type { Person } from './types'

export interface DeviceKey { id: string; person: Person; account: string; name: string; key: CryptoKey }

export async function deviceKeys(): Promise<DeviceKey[]> {
  return db.getAll<DeviceKey>('keys').catch(() => [])
}

export async function keyOf(person: string): Promise<DeviceKey | null> {
  return (await deviceKeys()).find((key) => key.person.id === person) ?? null
}

/** A P-256 pair whose private half cannot be read out, not even by this page; and its public half as SPKI, base64url. */
export async function newKey(): Promise<{ key: CryptoKey; publicKey: string }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey)
  return { key: pair.privateKey, publicKey: toB64url(spki) }
}

/** Keep a registered key; an older key of the same person on this phone is forgotten. */
export async function keepKey(row: DeviceKey): Promise<void> {
  for (const old of await deviceKeys()) if (old.person.id === row.person.id) await db.remove('keys', old.id)
  await db.put('keys', { ...row, person: { id: row.person.id, name: row.person.name } })
}

export const forgetKey = (id: string): Promise<unknown> => db.remove('keys', id)

/** "华为 Android 手机" is not to be had from a browser; the model is, in most Android user agents. */
export function deviceName(agent = navigator.userAgent): string {
  const model = /Android [\d.]+; ([^;)]+?)(?: Build|[;)])/.exec(agent)?.[1]
  if (model && model !== 'K') return `${model} 手机`.slice(0, 40)
  if (/iPhone/.test(agent)) return 'iPhone 手机'
  if (/HarmonyOS|OpenHarmony/.test(agent)) return '鸿蒙手机'
  return /Android/.test(agent) ? '安卓手机' : '浏览器'
}

/** A passkey belongs to a host name: a bare address can have none. */
export const passkeysHere = (host = location.hostname): boolean =>
  'PublicKeyCredential' in window && !/^[\d.]+$/.test(host) && !host.includes(':')
