import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { intakePeers } from '../../../../plugin/cli/controller/intake-peers.ts'
import { UsageError } from '../../../../plugin/config/usage-error.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { ISSUER, TestSigner } from '../../controller/tokens/test-signer.ts'

function peers(flags: Readonly<Record<string, string>>, signer = new TestSigner(), lines: readonly string[] = []) {
  const client = {
    tokenIssuer: async () => ({ issuer: ISSUER, keys: (await signer.signer()).keys.keys }),
  }
  const sources = { flags, environment: new Map<string, string>(), file: {} }
  const isPeer = intakePeers(sources, { files: { lines: () => lines }, tls: undefined, client, logger: silentLogger })
  return (authorization: string): Promise<boolean> => isPeer({ headers: { authorization } } as IncomingMessage)
}

test('nobody could be let in without a word of who daemons are, and that is said', () => {
  assert.throws(() => peers({}), UsageError)
  assert.throws(() => peers({ 'intake-audience': 'mine' }), { remedy: /--intake-service-accounts/ })
})

test('Pods of the accounts that are named are let in by tokens for the audience that is named', async () => {
  const signer = new TestSigner()
  const mine = peers({ 'intake-service-accounts': 'argocd/argocd-repo-server', 'intake-audience': 'mine' }, signer)
  assert.equal(await mine(await signer.bearer(Date.now(), { aud: ['mine'] })), true)
  assert.equal(await mine(await signer.bearer(Date.now())), false)
  assert.equal(await mine('Bearer '), false)
  const others = peers({ 'intake-service-accounts': 'team-a/argocd-repo-server' }, signer)
  assert.equal(await others(await signer.bearer(Date.now())), false)
})

test('no token of a ServiceAccount is looked at where none is named', async () => {
  const signer = new TestSigner()
  const shared = peers({}, signer, ['shared'])
  assert.equal(await shared(await signer.bearer(Date.now())), false)
  assert.equal(await shared('Bearer shared'), true)
})
