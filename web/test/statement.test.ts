import { describe, expect, it } from 'vitest'
import { fromB64url, toB64url, utf8, uuid } from '../src/core/bytes'
import { signStatement, statement, type StatementInput } from '../src/core/statement'

const input: StatementInput = {
  ticket: 't.1', rendition: 'ab'.repeat(32), kind: 'approve', dispatch: [{ to: 'section:水利', role: 'lead' }],
  text: 'Cafe\u0301 同意', strokes: utf8('{"v":1}'), deviceTime: new Date('2026-11-23T07:00:00.000Z'), key: '0190-key',
}

describe('the statement', () => {
  it('is canonical, in NFC, and names the digest of the strokes', async () => {
    const digest = 'afbf9d0f3560b0fd7795e81c42a0a79ee6b6fc67e064f77826aee642cad28d91'
    expect(await statement(input)).toBe(
      '{"action":{"dispatch":[{"role":"lead","to":"section:水利"}],"kind":"approve"},"device_time":"2026-11-23T07:00:00.000Z",'
      + `"key":"0190-key","opinion":{"strokes":"${digest}","text":"Café 同意"},`
      + `"rendition":"${'ab'.repeat(32)}","suite":"zhiban-es256-1","ticket":"t.1"}`,
    )
  })

  it('says the time the words ask for, and nothing where they ask for none', async () => {
    expect(JSON.parse(await statement({ ...input, due: '2026-07-20T09:30:00Z' })).action).toMatchObject({ due: '2026-07-20T09:30:00Z' })
    expect(await statement({ ...input, due: '' })).toBe(await statement(input))
  })

  it('is signed with raw r||s that verifies over its UTF-8 bytes', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const signed = await signStatement(input, pair.privateKey)
    const raw = fromB64url(signed.signature!)
    expect(raw).toHaveLength(64)
    const rule = { name: 'ECDSA', hash: 'SHA-256' }
    expect(await crypto.subtle.verify(rule, pair.publicKey, raw, utf8(signed.statement))).toBe(true)
    expect(await crypto.subtle.verify(rule, pair.publicKey, raw, utf8(`${signed.statement} `))).toBe(false)
    expect(fromB64url(signed.strokes!)).toEqual(utf8('{"v":1}'))
  })

  it('leaves the signature to the server where the phone has no key', async () => {
    const signed = await signStatement({ ...input, key: null, strokes: null }, null)
    expect(signed.signature).toBeNull()
    expect(signed.strokes).toBeNull()
    expect(JSON.parse(signed.statement)).toMatchObject({ key: null, opinion: { strokes: null } })
  })
})

describe('bytes', () => {
  it('has the vectors of RFC 4648 section 10, url alphabet, no padding', () => {
    const vectors: [string, string][] = [['', ''], ['f', 'Zg'], ['fo', 'Zm8'], ['foo', 'Zm9v'], ['foob', 'Zm9vYg'], ['fooba', 'Zm9vYmE']]
    for (const [plain, text] of vectors) {
      expect(toB64url(utf8(plain))).toBe(text)
      expect(fromB64url(text)).toEqual(utf8(plain))
    }
    expect(toB64url(new Uint8Array([251, 255, 254]))).toBe('-__-')
  })

  it('makes version 4 UUIDs', () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
