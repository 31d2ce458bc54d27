import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { identityOf } from '../../../../../plugin/providers/webhook/ntlm/account.ts'
import { readChallenge } from '../../../../../plugin/providers/webhook/ntlm/challenge-message.ts'
import { negotiateMessage } from '../../../../../plugin/providers/webhook/ntlm/negotiate-message.ts'
import { messageIn, offeredScheme } from '../../../../../plugin/providers/webhook/ntlm/offered-scheme.ts'
import { readTargetInfo, writeTargetInfo } from '../../../../../plugin/providers/webhook/ntlm/target-info.ts'
import { runs } from '../../../../support/property-runs.ts'

/** [MS-NLMP] 4.2.4.3. */
const CHALLENGE = Buffer.from(
  '4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef' +
    '00000000000000002400240044000000060070170000000f' +
    '53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000',
  'hex',
)

describe('the first message of NTLM', () => {
  test('says what the client can do, and nothing of who it is', () => {
    const message = Buffer.from(negotiateMessage())
    assert.equal(message.toString('hex'), '4e544c4d5353500001000000058288a0000000002800000000000000280000000000000000000000')
  })
})

describe('the challenge of a server', () => {
  test('is read as [MS-NLMP] 4.2.4.3 has it', () => {
    const challenge = readChallenge(CHALLENGE)
    assert.ok(challenge)
    assert.equal(Buffer.from(challenge.serverChallenge).toString('hex'), '0123456789abcdef')
    assert.equal(challenge.targetName, 'Server')
    assert.equal(challenge.flags, 0xe28a8233)
    assert.deepEqual(
      Array.from(challenge.targetInfo, ([id, value]) => [id, Buffer.from(value).toString('utf16le')]),
      [
        [2, 'Domain'],
        [1, 'Server'],
      ],
    )
  })

  test('is none when it is cut off anywhere, or has another signature, type or encoding', () => {
    for (let length = 0; length < CHALLENGE.byteLength; length++)
      assert.equal(readChallenge(CHALLENGE.subarray(0, length)), undefined, `${length} bytes`)
    for (const [at, byte] of [
      [0, 0x4f],
      [8, 1],
      [8, 3],
      [20, 0x32],
    ] as const) {
      const changed = Buffer.from(CHALLENGE)
      changed[at] = byte
      assert.equal(readChallenge(changed), undefined, `byte ${at}`)
    }
  })

  test('never breaks the reader, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(CHALLENGE.byteLength - 1), fc.nat(255)), { maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(CHALLENGE)
        for (const [at, byte] of changes) bytes[at] = byte
        readChallenge(bytes)
      }),
      { numRuns: runs(500) },
    )
  })

  test('tells of its target in pairs, which come back as they were', () => {
    const pair = fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: ([id]) => id, maxLength: 8 }), (pairs) => {
        const read = readTargetInfo(Buffer.from(writeTargetInfo(new Map(pairs))))
        assert.deepEqual(
          Array.from(read ?? [], ([id, value]) => [id, [...value]]),
          pairs.map(([id, value]) => [id, [...value]]),
        )
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('what a server offers', () => {
  const OFFERS: readonly (readonly [header: string | undefined, scheme: string | undefined])[] = [
    ['NTLM', 'NTLM'],
    ['Negotiate, NTLM', 'NTLM'],
    ['ntlm', 'NTLM'],
    ['Negotiate', 'Negotiate'],
    ['Basic realm="a, NTLM", Negotiate', 'Negotiate'],
    ['Basic realm="a, NTLM, \\", Negotiate"', undefined],
    ['Bearer realm=NTLM', undefined],
    ['NTLMv3', undefined],
    ['', undefined],
    [undefined, undefined],
  ]
  for (const [header, scheme] of OFFERS)
    test(`by ${header ?? 'no header'} is ${scheme ?? 'no NTLM'}`, () => assert.equal(offeredScheme(header), scheme))

  test('comes with a message under its own scheme', () => {
    const header = 'Negotiate YQ==, NTLM Yg==, Basic realm="x"'
    assert.equal(messageIn(header, 'NTLM')?.toString(), 'b')
    assert.equal(messageIn(header, 'Negotiate')?.toString(), 'a')
    assert.equal(messageIn('NTLM', 'NTLM'), undefined)
  })
})

describe('who an account is', () => {
  const ACCOUNTS: readonly (readonly [name: string, domain: string, user: string])[] = [
    ['CORP\\app', 'CORP', 'app'],
    ['corp.example\\app@x', 'corp.example', 'app@x'],
    ['.\\app', '.', 'app'],
    ['app@corp.example', '', 'app@corp.example'],
    ['app', 'SERVER', 'app'],
    ['MÜNCHEN\\jürgen', 'MÜNCHEN', 'jürgen'],
  ]
  for (const [name, domain, user] of ACCOUNTS)
    test(`${name} is ${user} of ${domain === '' ? 'no domain' : domain}`, () =>
      assert.deepEqual(identityOf({ name, password: 'p' }, { targetName: 'SERVER' }), { user, domain, password: 'p' }))
})
