/** Passkeys (WebAuthn level 3 JSON forms), loaded only when the button is pressed. */

import { Said, post } from './api'
import { fromB64url, toB64url } from './bytes'
import type { SessionAnswer } from './types'

interface Descriptor { id: string; type: PublicKeyCredentialType; transports?: AuthenticatorTransport[] }
type RequestJson = Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & {
  challenge: string
  allowCredentials?: Descriptor[]
}
type CreationJson = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: Descriptor[]
}

const descriptors = (list?: Descriptor[]): PublicKeyCredentialDescriptor[] | undefined =>
  list?.map((d) => ({ ...d, id: fromB64url(d.id) }))

const NAMES: Record<string, string> = {
  InvalidStateError: '这部手机已经添加过通行密钥',
  SecurityError: '这个网址不能使用通行密钥，请用系统的正式网址打开',
  NotSupportedError: '这部手机不支持通行密钥，请用口令或密码登录',
}
/** Turning away is no mistake; anything else is said. */
function turnedAway(error: unknown): null {
  const name = (error as { name?: string }).name ?? ''
  if (name === 'NotAllowedError' || name === 'AbortError') return null
  throw new Said(NAMES[name] ?? `通行密钥没有用成（${name || '原因不明'}），请用口令或密码登录`)
}

/** Log in with a passkey of this phone. Null when the person turned away. */
export async function loginWithPasskey(device: string): Promise<SessionAnswer | null> {
  const { data } = await post<RequestJson>('/passkeys/authentication-options')
  const allow = descriptors(data.allowCredentials)
  const publicKey = { ...data, challenge: fromB64url(data.challenge), allowCredentials: allow ?? [] }
  const found = (await navigator.credentials.get({ publicKey }).catch(turnedAway)) as PublicKeyCredential | null
  if (!found) return null
  const given = found.response as AuthenticatorAssertionResponse
  const credential = {
    id: found.id, rawId: toB64url(found.rawId), type: found.type, clientExtensionResults: found.getClientExtensionResults(),
    response: {
      clientDataJSON: toB64url(given.clientDataJSON),
      authenticatorData: toB64url(given.authenticatorData),
      signature: toB64url(given.signature),
      userHandle: given.userHandle ? toB64url(given.userHandle) : null,
    },
  }
  return (await post<SessionAnswer>('/passkey-sessions', { credential, client: 'browser', device_name: device })).data
}

/** Make a passkey on this phone; needs a fresh re-authentication. False when the person turned away. */
export async function registerPasskey(name: string): Promise<boolean> {
  const { data } = await post<CreationJson>('/passkeys/registration-options')
  const publicKey = {
    ...data,
    challenge: fromB64url(data.challenge),
    user: { ...data.user, id: fromB64url(data.user.id) },
    excludeCredentials: descriptors(data.excludeCredentials) ?? [],
  }
  const made = (await navigator.credentials.create({ publicKey }).catch(turnedAway)) as PublicKeyCredential | null
  if (!made) return false
  const given = made.response as AuthenticatorAttestationResponse
  const credential = {
    id: made.id, rawId: toB64url(made.rawId), type: made.type, clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: toB64url(given.clientDataJSON),
      attestationObject: toB64url(given.attestationObject),
      transports: given.getTransports?.() ?? [],
    },
  }
  await post('/passkeys', { name, credential })
  return true
}
