import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { validateManifests } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import type { Provider } from '../../plugin/providers/provider.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { LOCAL, templatePorts } from '../support/render.ts'
import { externalSecret, stream } from '../support/render-cases.ts'

const storeOf = (provider: object): string =>
  `apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: store, namespace: default}\nspec: ${JSON.stringify({ provider })}\n`

async function doubtsOf(provider: object, find: object, known = providers): Promise<readonly string[]> {
  const text = stream(storeOf(provider), externalSecret({ spec: `  dataFrom: [{find: ${JSON.stringify(find)}}]` }))
  const { problems, doubts } = await validateManifests(
    [splitManifests('app.yaml', new TextEncoder().encode(text))],
    LOCAL,
    objectSchemas(known, generators),
    templatePorts,
  )
  assert.deepEqual(problems, [])
  return doubts.map(({ kind, message, place }) => `${kind} ${place.object} ${place.field}: ${message}`)
}

const parameters = (prefix = '') => ({ aws: { service: 'ParameterStore', region: 'eu-west-1', prefix } })
const secrets = { aws: { service: 'SecretsManager', region: 'eu-west-1' } }
const google = { gcpsm: { projectID: 'p' } }
const azure = { azurekv: { vaultUrl: 'https://v.vault.azure.net', authType: 'ManagedIdentity' } }
const vault = (config: object) => ({ vault: { server: 'https://vault.example', ...config } })
const byName = { name: { regexp: 'x' } }
const byTags = { tags: { team: 'a' } }

describe('validate says of a search that no store of this configuration can make', () => {
  for (const [what, provider, find, message] of [
    ['AWS Secrets Manager without name and tags', secrets, { path: 'x' }, /neither a name nor tags/],
    ['Parameter Store without name and tags', parameters(), { path: '/x' }, /neither a name nor tags/],
    ['Parameter Store by a path that does not begin at the root', parameters(), { ...byName, path: 'x' }, /no level/],
    ['Parameter Store by a tag without a value', parameters(), { tags: { team: '' } }, /empty value of the tag "team"/],
    ['Parameter Store under an ARN', parameters('arn:aws:ssm:eu-west-1:1:parameter/'), byName, /begins none/],
    ['Google without name and tags', google, { path: 'x' }, /neither a name nor tags/],
    ['Google by a path that is no part of an id', google, { ...byName, path: 'x/' }, /no secret's id begins/],
    ['Vault without the mount', vault({}), byName, /where the mount ends/],
    ['Vault KV 1 by tags', vault({ path: 'kv', version: 'v1' }), byTags, /no metadata to find by/],
    ['the fake store by tags', { fake: { data: [] } }, byTags, /by their name alone/],
  ] as const) {
    test(what, async () => {
      const [doubt = '', ...others] = await doubtsOf(provider, find)
      assert.deepEqual(others, [])
      assert.match(doubt, /^InvalidSpec ExternalSecret default\/app spec\.dataFrom\[0\]: /)
      assert.match(doubt, message)
    })
  }

  test('a webhook, which lists nothing', async () => {
    const [doubt = ''] = await doubtsOf({ webhook: { url: 'https://x.example/', result: {} } }, byName)
    assert.match(doubt, /not implemented here for the provider "webhook"/)
  })

  test('a provider that cannot list at all', async () => {
    const provider: Provider = { ...memoryProvider().provider, cannotFind: true }
    const [doubt = ''] = await doubtsOf({ fake: { data: [] } }, byName, new Map([['fake', async () => provider]]))
    assert.match(doubt, /find is known, but not implemented here for the provider "fake"/)
  })
})

describe('validate has nothing to say of a search by', () => {
  for (const [what, provider, find] of [
    ['name in AWS Secrets Manager', secrets, byName],
    ['tags below a path of Parameter Store', parameters('/app/'), { ...byTags, path: '/app/db' }],
    ['a name that wins over a tag without a value', parameters(), { ...byName, tags: { team: '' } }],
    ['labels and the beginning of ids at Google', google, { ...byTags, path: 'team-' }],
    ['nothing at all in Azure', azure, {}],
    ['nothing at all in Vault', vault({ path: 'kv' }), {}],
    ['a name in the fake store', { fake: { data: [] } }, byName],
  ] as const) {
    test(what, async () => assert.deepEqual(await doubtsOf(provider, find), []))
  }
})
