import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterSigner } from '../../../../plugin/controller/tokens/cluster-signer.ts'
import { KubeError } from '../../../../plugin/kube/kube-error.ts'

test('the API server says who signs and with what, and follows nothing that its document names', async () => {
  const signer = clusterSigner({ tokenIssuer: async () => ({ issuer: 'https://issuer', keys: [{ kty: 'EC' }] }) })
  assert.deepEqual(await signer(), { issuers: ['https://issuer'], keys: { keys: [{ kty: 'EC' }] } })
})

test('an API server that does not say it is told with what to do', async () => {
  for (const [thrown, remedy] of [
    [new KubeError('cannot get', 403, 'Forbidden'), /system:service-account-issuer-discovery/],
    [new KubeError('cannot get', 404, 'NotFound'), /--service-account-issuer/],
    [new KubeError('cannot get', 0, 'ECONNREFUSED'), /answers/],
    [new DOMException('late', 'TimeoutError'), /answers/],
  ] as const)
    await assert.rejects(clusterSigner({ tokenIssuer: () => Promise.reject(thrown) })(), { kind: 'Unavailable', remedy })
  const nonsense = [7] as unknown as readonly object[]
  await assert.rejects(clusterSigner({ tokenIssuer: async () => ({ issuer: 'i', keys: nonsense }) })(), { kind: 'Unavailable' })
})
