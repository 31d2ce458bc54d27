import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { CLUSTER_ALGORITHMS } from '../../plugin/controller/tokens/cluster-signer.ts'
import { keySet } from '../../plugin/controller/tokens/signing-keys.ts'
import { SECRETS, SERVICE_ACCOUNTS } from '../../plugin/kube/core-resources.ts'
import { kubeFieldsContract } from './kube-fields.contract.ts'
import { kubeListsContract } from './kube-lists.contract.ts'
import { kubeObjectsContract } from './kube-objects.contract.ts'
import { kubeWatchesContract } from './kube-watches.contract.ts'
import { type KubeSubject, KubeWorld, refused } from './kube-world.ts'

/** KubeClient and what it may expect of an API server: the emulator in `npm test`, kube-apiserver in the e2e. `start` runs once. */
export function kubeClientContract(name: string, start: () => Promise<KubeSubject>): void {
  describe(`KubeClient on ${name}`, () => {
    const world = new KubeWorld()
    before(() => world.start(start))
    after(() => world.subject.close())

    kubeObjectsContract(world)
    kubeFieldsContract(world)
    kubeListsContract(world)
    kubeWatchesContract(world)

    test('tokens are bound to audiences and expire', async () => {
      const namespace = await world.newNamespace()
      const account = { name: 'reader', namespace }
      await world.kube.create(SERVICE_ACCOUNTS, { metadata: account })
      const { token, expiresAt } = await world.kube.requestToken(account, { audiences: ['vault'], expirationSeconds: 600 })
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
      assert.deepEqual(claims['aud'], ['vault'])
      assert.equal(claims['sub'], `system:serviceaccount:${namespace}:reader`)
      assert.equal(claims['exp'], Math.floor(expiresAt / 1000))
      await refused(world.kube.requestToken(account, { audiences: ['vault'], expirationSeconds: 10 }), 422, 'Invalid')
      await refused(world.kube.requestToken({ name: 'none', namespace }, { audiences: ['vault'] }), 404, 'NotFound')
    })

    test('a token is signed by a key of the issuer that the server names', async () => {
      const account = { name: 'signed', namespace: await world.newNamespace() }
      await world.kube.create(SERVICE_ACCOUNTS, { metadata: account })
      const { token } = await world.kube.requestToken(account, { audiences: ['vault'] })
      const { issuer, keys } = await world.kube.tokenIssuer()
      const set = keySet({ keys })
      assert.ok(set)
      const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(set), {
        issuer,
        audience: 'vault',
        algorithms: [...CLUSTER_ALGORITHMS],
      })
      assert.ok(protectedHeader.kid)
    })

    test('the server says its version', async () => {
      assert.match(await world.kube.serverVersion(), /^v1\.\d+\.\d+/)
    })

    test('who stops waiting gets the reason back', async () => {
      const reason = new Error('enough')
      await assert.rejects(world.kube.list(SECRETS, { signal: AbortSignal.abort(reason) }), reason)
      const stop = new AbortController()
      const { resourceVersion } = await world.kube.list(SECRETS)
      const watching = collected(world.kube.watch(SECRETS, { resourceVersion, timeoutSeconds: 30, signal: stop.signal }))
      stop.abort(reason)
      await assert.rejects(watching, reason)
    })
  })
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const item of items) seen.push(item)
  return seen
}
