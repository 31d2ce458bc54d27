import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { exportJWK, SignJWT } from 'jose'
import { CLUSTER_ALGORITHMS } from '../../../../plugin/controller/tokens/cluster-signer.ts'
import { SignedTokenCheck } from '../../../../plugin/controller/tokens/signed-token.ts'
import { type Signer, SigningKeys } from '../../../../plugin/controller/tokens/signing-keys.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { AUDIENCE, ISSUER, TestSigner } from './test-signer.ts'

const TIMES = { freshMs: 300_000, leastMs: 10_000, keptMs: 3_600_000 }

function start(first: TestSigner = new TestSigner()) {
  const clock = new FakeClock()
  const state: { reads: number; answer: () => Promise<Signer> } = { reads: 0, answer: () => first.signer() }
  const read = async (): Promise<Signer> => {
    state.reads++
    return state.answer()
  }
  const keys = new SigningKeys({ read, clock, times: TIMES })
  const check = new SignedTokenCheck({ keys, algorithms: CLUSTER_ALGORITHMS, audience: AUDIENCE, clock })
  const fault = async (authorization: string | undefined): Promise<string> => (await check.verdict(authorization)).fault ?? 'none'
  const away = (): void => void (state.answer = () => Promise.reject(new SecretError('Unavailable', 'away', { remedy: 'wait' })))
  return { clock, state, signer: first, check, fault, away }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

describe('a signed token', () => {
  test('counts with its signature, issuer, audience and time, and its claims are told', async () => {
    const { check, signer, clock } = start()
    const { claims } = await check.verdict(await signer.bearer(clock.now()))
    assert.equal(claims?.sub, 'system:serviceaccount:argocd:argocd-repo-server')
  })

  test('is refused for each claim that is not as it must be', async () => {
    const { fault, signer, clock } = start()
    const now = clock.now() / 1_000
    for (const [claims, expected] of [
      [{ iss: 'https://elsewhere.example.com' }, 'issuer'],
      [{ iss: undefined }, 'issuer'],
      [{ aud: ['https://kubernetes.default.svc'] }, 'audience'],
      [{ aud: [] }, 'audience'],
      [{ aud: undefined }, 'audience'],
      [{ aud: [AUDIENCE, 'vault'] }, 'audience'],
      [{ aud: `${AUDIENCE}-2` }, 'audience'],
      [{ iat: now - 700, nbf: now - 700, exp: now - 31 }, 'expired'],
      [{ nbf: now + 31 }, 'not-yet'],
      [{ exp: undefined }, 'claims'],
      [{ iat: undefined }, 'claims'],
    ] as const)
      assert.equal(await fault(await signer.bearer(clock.now(), claims)), expected, JSON.stringify(claims))
    assert.equal(await fault(await signer.bearer(clock.now(), { nbf: now + 29, exp: now + 30 })), 'none')
    assert.equal(await fault(await signer.bearer(clock.now(), { nbf: now - 600, exp: now - 29 })), 'none')
  })

  test('is refused when it expires, though it was good before', async () => {
    const { fault, signer, clock } = start()
    const bearer = await signer.bearer(clock.now())
    assert.equal(await fault(bearer), 'none')
    clock.advance(631_000)
    assert.equal(await fault(bearer), 'expired')
  })

  test('counts by no key but those of the signer: not one that it brings, a shared one, or none', async () => {
    const { fault, signer, clock } = start()
    const stranger = new TestSigner(signer.kid)
    const jwk = await exportJWK(stranger.publicKey)
    assert.equal(await fault(await stranger.bearer(clock.now())), 'signature')
    assert.equal(await fault(await stranger.bearer(clock.now(), {}, { jwk, jku: 'https://evil.example/jwks' })), 'signature')
    assert.equal(await fault(await new TestSigner('k2').bearer(clock.now(), {}, { jwk })), 'unknown-key')
    assert.equal(await fault(await signer.bearer(clock.now(), {}, { kid: undefined })), 'unknown-key')
    const [, body = ''] = (await signer.bearer(clock.now())).split('.')
    for (const alg of ['none', 'None', 'HS256']) {
      const signed = `${encoded({ alg, kid: signer.kid })}.${body}`
      const pem = signer.publicKey.export({ type: 'spki', format: 'pem' })
      assert.equal(
        await fault(`Bearer ${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`),
        'algorithm',
        alg,
      )
      assert.equal(await fault(`Bearer ${signed}.`), 'malformed')
    }
  })

  test('counts with the algorithm of its key alone', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const { state, fault, clock } = start()
    const keys = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'r', alg: 'RS256' }] }
    state.answer = async () => ({ issuers: [ISSUER], keys })
    const signed = async (alg: string): Promise<string> => {
      const now = clock.now() / 1_000
      const jwt = new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 600 })
      return fault(`Bearer ${await jwt.setProtectedHeader({ alg, kid: 'r' }).sign(rsa.privateKey)}`)
    }
    assert.deepEqual([await signed('RS256'), await signed('PS256'), await signed('RS512')], ['none', 'algorithm', 'algorithm'])
  })

  test('is refused when a byte of it is another, and nonsense is no token', async () => {
    const { fault, signer, clock } = start()
    const [head = '', body = '', signature = ''] = (await signer.bearer(clock.now())).split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    assert.equal(await fault([head, encoded({ ...claims, sub: 'other' }), signature].join('.')), 'signature')
    for (const text of [
      undefined,
      '',
      'Bearer',
      'Bearer a.b',
      'Bearer a.b.c.d',
      `Basic ${body}`,
      'Bearer a.b.c',
      `${head}.${body}.${signature} x`,
    ])
      assert.equal(await fault(text), 'malformed', text)
  })
})

describe('the keys of a signer', () => {
  test('are read once, also for many at once, and again after minutes', async () => {
    const { fault, signer, clock, state } = start()
    const bearer = await signer.bearer(clock.now(), { exp: clock.now() / 1_000 + 7_200 })
    assert.deepEqual(new Set(await Promise.all([1, 2, 3].map(() => fault(bearer)))), new Set(['none']))
    clock.advance(299_999)
    await fault(bearer)
    assert.equal(state.reads, 1)
    clock.advance(1)
    await fault(bearer)
    assert.equal(state.reads, 2)
  })

  test('are not asked for by a token that says itself that it is for somebody else', async () => {
    const { fault, signer, clock, state } = start()
    assert.equal(await fault(await signer.bearer(clock.now(), { aud: ['vault'] })), 'audience')
    assert.equal(await fault('Bearer a.b.c'), 'malformed')
    assert.equal(state.reads, 0)
  })

  test('are read for one that is not among them, but not with each token that somebody made up', async () => {
    const { fault, signer, clock, state } = start()
    const next = new TestSigner('k2')
    assert.equal(await fault(await signer.bearer(clock.now())), 'none')
    state.answer = () => next.signer()
    assert.equal(await fault(await next.bearer(clock.now())), 'unknown-key')
    clock.advance(10_000)
    assert.equal(await fault(await next.bearer(clock.now())), 'none')
    assert.equal(await fault(await signer.bearer(clock.now())), 'unknown-key', 'the one before is given up')
    for (const kid of ['a', 'b', 'c']) assert.equal(await fault(await new TestSigner(kid).bearer(clock.now())), 'unknown-key')
    assert.equal(state.reads, 2)
  })

  test('are read again, too, for the issuer that it is now', async () => {
    const { fault, signer, clock, state } = start()
    await fault(await signer.bearer(clock.now()))
    state.answer = () => signer.signer('https://new.example.com')
    clock.advance(10_000)
    assert.equal(await fault(await signer.bearer(clock.now(), { iss: 'https://new.example.com' })), 'none')
  })

  test('let nobody in while there are none, and are asked for no more than once a second', async () => {
    const { check, fault, signer, clock, state, away } = start()
    away()
    const bearer = await signer.bearer(clock.now())
    for (let i = 0; i < 3; i++) await assert.rejects(check.verdict(bearer), { kind: 'Unavailable', remedy: 'wait' })
    assert.equal(state.reads, 1)
    state.answer = () => signer.signer()
    clock.advance(1_000)
    assert.equal(await fault(bearer), 'none')
  })

  test('are good for an hour while newer ones cannot be had, and then let nobody in', async () => {
    const { check, fault, signer, clock, away } = start()
    const bearer = await signer.bearer(clock.now(), { exp: clock.now() / 1_000 + 7_200 })
    assert.equal(await fault(bearer), 'none')
    away()
    clock.advance(3_599_999)
    assert.equal(await fault(bearer), 'none')
    clock.advance(1)
    await assert.rejects(check.verdict(bearer), { kind: 'Unavailable' })
  })
})
