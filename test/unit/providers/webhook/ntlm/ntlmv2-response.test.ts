import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ntlmv2Key, ntlmv2Response } from '../../../../../plugin/providers/webhook/ntlm/ntlmv2-response.ts'
import { writeTargetInfo } from '../../../../../plugin/providers/webhook/ntlm/target-info.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')

describe('NTLMv2', () => {
  const key = ntlmv2Key({ user: 'User', domain: 'Domain', password: 'Password' })

  test('makes the key of [MS-NLMP] 4.2.4.1.1', () => assert.equal(hex(key), '0c868a403bfd7a93a3001ef22ef02e3f'))

  test('makes the response and the session key of [MS-NLMP] 4.2.4.1.2 to 4.2.4.2.2', () => {
    const { response, sessionKey } = ntlmv2Response(key, {
      serverChallenge: Buffer.from('0123456789abcdef', 'hex'),
      clientChallenge: Buffer.alloc(8, 0xaa),
      time: Buffer.alloc(8),
      targetInfo: writeTargetInfo(
        new Map([
          [2, utf16('Domain')],
          [1, utf16('Server')],
        ]),
      ),
    })
    const proof = '68cd0ab851e51c96aabc927bebef6a1c'
    const proven =
      '01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000' +
      '02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000' +
      '00000000'
    assert.equal(hex(response), proof + proven)
    assert.equal(hex(sessionKey), '8de40ccadbc14a82f15cb0ad0de95ca3')
  })

  test('takes names and passwords of any script, as another implementation does', () => {
    const german = ntlmv2Key({ user: 'jürgen', domain: 'MÜNCHEN', password: 'Pässwörd€😀' })
    assert.equal(hex(german), '9dfd76a3bdbc8d52c24f5b597ac2c91d')
  })

  test('takes the user in any case, the domain as it is, and has no capital of ß', () => {
    const of = (user: string, domain: string): string => hex(ntlmv2Key({ user, domain, password: 'p' }))
    assert.equal(of('user', 'Domain'), of('USER', 'Domain'))
    assert.notEqual(of('user', 'Domain'), of('user', 'DOMAIN'))
    assert.equal(of('weiß', ''), of('WEIß', ''))
    assert.notEqual(of('weiß', ''), of('WEISS', ''))
  })
})
