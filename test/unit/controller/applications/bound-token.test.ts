import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundTokenCheck } from '../../../../plugin/controller/applications/bound-token.ts'
import { CLUSTER_ALGORITHMS } from '../../../../plugin/controller/tokens/cluster-signer.ts'
import { SignedTokenCheck } from '../../../../plugin/controller/tokens/signed-token.ts'
import { type Signer, SigningKeys } from '../../../../plugin/controller/tokens/signing-keys.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { AUDIENCE, boundTo, TestSigner } from '../tokens/test-signer.ts'

const TIMES = { freshMs: 300_000, leastMs: 10_000, keptMs: 3_600_000 }

function start(read?: () => Promise<Signer>) {
  const [clock, signer] = [new FakeClock(), new TestSigner()]
  const said: string[] = []
  const keys = new SigningKeys({ read: read ?? (() => signer.signer()), clock, times: TIMES })
  const check = new BoundTokenCheck({
    tokens: new SignedTokenCheck({ keys, algorithms: CLUSTER_ALGORITHMS, audience: AUDIENCE, clock }),
    accounts: new Set(['argocd/argocd-repo-server', 'other-argocd/repo-server']),
    logger: { warn: (message, fields) => void said.push(JSON.stringify([message, fields])) },
    clock,
  })
  const shown = async (claims?: Readonly<Record<string, unknown>>): Promise<boolean> =>
    check.isGood(await signer.bearer(clock.now(), claims))
  return { clock, signer, said, check, shown }
}

test('a Pod of a ServiceAccount that is named is let in', async () => {
  const { shown, said } = start()
  assert.equal(await shown(), true)
  assert.equal(await shown(boundTo('other-argocd', 'repo-server')), true)
  assert.deepEqual(said, [])
})

test('no other ServiceAccount is, and the log says which one asked', async () => {
  const { shown, said } = start()
  for (const [namespace, name] of [
    ['argocd', 'default'],
    ['team-a', 'argocd-repo-server'],
    ['argocd', 'repo-server'],
    ['argocd', 'argocd-repo-server-2'],
  ] as const)
    assert.equal(await shown(boundTo(namespace, name)), false, name)
  assert.equal(said.length, 1, 'once a minute')
  assert.match(said[0] ?? '', /"account":"argocd\/default".*--intake-service-accounts/)
})

test('what a token says of its account has to be one thing', async () => {
  const { shown } = start()
  assert.equal(await shown({ sub: 'system:serviceaccount:team-a:default' }), false)
  assert.equal(await shown({ 'kubernetes.io': boundTo('team-a', 'default')['kubernetes.io'] }), false)
})

test('a token that is bound to no Pod is refused: whoever may ask for one chooses how long it lives', async () => {
  const { shown, said } = start()
  const { pod: _, ...unbound } = boundTo('argocd', 'argocd-repo-server')['kubernetes.io'] as Record<string, unknown>
  assert.equal(await shown({ 'kubernetes.io': unbound }), false)
  assert.equal(await shown({ 'kubernetes.io': undefined }), false)
  assert.match(said[0] ?? '', /"refusal":"no-pod"/)
})

test('each reason is said once a minute, with what to do, and never the token', async () => {
  const { shown, check, signer, clock, said } = start()
  const now = clock.now() / 1_000
  for (const claims of [{ aud: ['vault'] }, { aud: ['vault'] }, { exp: now - 60 }, { iss: 'x' }])
    assert.equal(await shown(claims), false)
  assert.equal(await check.isGood('Bearer mistyped'), false)
  assert.deepEqual(
    said.map((line) => /"refusal":"([^"]+)"/.exec(line)?.[1]),
    ['audience', 'expired', 'issuer', 'malformed'],
  )
  clock.advance(60_000)
  const bearer = await signer.bearer(clock.now(), { aud: ['vault'] })
  assert.equal(await check.isGood(bearer), false)
  assert.equal(said.length, 5)
  assert.ok(
    said.every((line) => line.includes('"remedy":"') && !line.includes('mistyped') && !line.includes(bearer.slice(7, 40))),
  )
})

test('nobody is let in while the keys cannot be had, and that is said with what to do', async () => {
  const { shown, said } = start(() => Promise.reject(new SecretError('Unavailable', 'no keys', { remedy: 'grant it' })))
  await assert.rejects(shown(), { kind: 'Unavailable' })
  await assert.rejects(shown(), { kind: 'Unavailable' })
  assert.deepEqual(said, [
    '["tokens of daemons cannot be verified",{"kind":"Unavailable","failure":"no keys","remedy":"grant it"}]',
  ])
})
