import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { azurekv } from '../../../../plugin/providers/azurekv/provider.ts'
import { FAULTS } from '../../../support/call-control.ts'
import { startAzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { loginKey, openStore, type Surroundings } from './open-store.ts'

/** Everything that may be printed of what came back. */
function printed(thing: unknown): string {
  const error = thing as Partial<SecretError>
  return [inspect(thing, { depth: 10, showHidden: true }), String(thing), JSON.stringify(thing), error.stack, error.remedy].join(
    '\n',
  )
}

test('no value, credential or token is in what a reader gives or throws, whatever goes wrong', async () => {
  const azure = await startAzureEmulator()
  const canary = (): string => randomBytes(12).toString('hex')
  const [value, tag, clientId, clientSecret, pem] = [canary(), canary(), canary(), canary(), canary()]
  azure.addApplication({ clientId, clientSecret })
  azure.putSecret('watched', JSON.stringify({ password: value }), { tags: { note: tag } })
  azure.putSecret('retired', value, { attributes: { enabled: false } })
  const said: string[] = []

  const refs: readonly RemoteRef[] = [
    { key: 'watched', part: 'value' },
    { key: 'watched', part: 'metadata' },
    { key: 'retired', part: 'value' },
    { key: 'absent', part: 'value' },
    { key: 'key/absent', part: 'value' },
    { key: 'cert/absent', part: 'value' },
  ]
  async function listen(config: object, around: Surroundings): Promise<void> {
    try {
      const reader = await openStore(azure, config, { callTimeoutMs: 100, retry: { maxRetries: 1 }, ...around })
      said.push(printed(reader))
      try {
        const outcomes = await reader.fetch(refs, AbortSignal.timeout(10_000))
        said.push(printed(outcomes))
        for (const [index, outcome] of outcomes.entries()) {
          const ref = { ...refs[index], key: refs[index]?.key ?? '', part: refs[index]?.part ?? 'value', property: 'missing' }
          if (outcome.ok)
            assert.throws(
              () => azurekv.select(outcome.secret, ref),
              (thrown) => said.push(printed(thrown)) > 0,
            )
        }
      } finally {
        await reader.close()
      }
    } catch (thrown) {
      said.push(printed(thrown))
    }
  }

  const authSecretRef = { clientId: loginKey('id'), clientSecret: loginKey('secret') }
  const config = { tenantId: azure.tenantId, authSecretRef }
  const secret = { id: clientId, secret: clientSecret }
  try {
    await listen(config, { secret })
    for (const fault of FAULTS) {
      azure.control.reset()
      azure.control.inject(fault, 50)
      await listen(config, { secret })
      azure.control.reset()
      azure.control.injectLogin(fault, 50)
      await listen(config, { secret })
    }
    azure.control.reset()
    await listen(config, { secret: { id: clientId, secret: `${clientSecret}x` } })
    await listen(config, { secret: { id: `${clientId}x`, secret: clientSecret } })
    await listen(
      { tenantId: azure.tenantId, authSecretRef: { clientId: loginKey('id'), clientCertificate: loginKey('pem') } },
      { secret: { ...secret, pem } },
    )
  } finally {
    await azure.close()
  }

  assert.ok(said.length > 20, `${said.length} things were looked at`)
  const all = said.join('\n')
  for (const hidden of [value, tag, clientId, clientSecret, pem]) assert.ok(!all.includes(hidden), 'a canary was printed')
  assert.doesNotMatch(
    all,
    /emulator refuses|Trace ID|Caller is not|not found in this key vault|proxy says/,
    "a server's own words were printed",
  )
  assert.doesNotMatch(all, /eyJ[\w-]{20}/, 'a token was printed')
})
