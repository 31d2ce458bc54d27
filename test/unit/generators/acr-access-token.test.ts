import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { acrAccessToken } from '../../../plugin/generators/acr-access-token.ts'
import { publicOnly } from '../../../plugin/providers/private-address.ts'
import { type AzureEmulator, startAzureEmulator } from '../../support/emulators/azure/start-azure-emulator.ts'
import { type ContainerRegistry, startContainerRegistry } from '../../support/emulators/parties/container-registry.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

const RESOURCE = 'https://management.azure.com'
const CLUSTER = 'https://oidc.cluster.example'
const NOBODY = '00000000-0000-0000-0000-000000000000'

describe('a login to a registry of Azure', () => {
  let azure: AzureEmulator
  let registry: ContainerRegistry
  before(async () => {
    azure = await startAzureEmulator({ vaultResource: RESOURCE })
    azure.addApplication({
      clientId: 'federated',
      federated: [{ issuer: CLUSTER, subject: 'system:serviceaccount:default:puller' }],
    })
    registry = await startContainerRegistry((token) => azure.tokens.bearerOf(token, RESOURCE) !== undefined)
  })
  beforeEach(() => {
    azure.control.reset()
    registry.control.reset()
    registry.refreshTokens.clear()
    registry.accessTokens.clear()
  })
  after(async () => {
    await registry.close()
    await azure.close()
  })

  const servicePrincipal = {
    secretRef: { clientId: { name: 'azure', key: 'id' }, clientSecret: { name: 'azure', key: 'secret' } },
  }
  const spec = (more: object = {}): object => ({
    auth: { servicePrincipal },
    tenantId: azure.tenantId,
    registry: registry.host,
    ...more,
  })

  function around({ environment, ...more }: Around = {}): Around {
    return {
      secrets: { 'azure/id': azure.application.clientId, 'azure/secret': azure.application.clientSecret },
      accountToken: (name, audiences) => azure.federatedToken(CLUSTER, `system:serviceaccount:default:${name}`, audiences[0]),
      environment: {
        AZURE_AUTHORITY_HOST: azure.authorityHost,
        AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.managedIdentityHost,
        ...environment,
      },
      extraCa: azure.ca,
      ...more,
    }
  }

  test('is a refresh token for all that the application may', async () => {
    const { username, password } = await generateTexts(acrAccessToken, spec(), around())
    assert.equal(username, NOBODY)
    assert.deepEqual([...registry.refreshTokens], [[password, azure.tenantId]])
    assert.equal(registry.accessTokens.size, 0)
  })

  test('is an access token for the scope that the author names', async () => {
    const scope = 'repository:team/app:pull,push'
    const { username, password } = await generateTexts(acrAccessToken, spec({ scope }), around())
    assert.equal(username, NOBODY)
    assert.deepEqual([...registry.accessTokens], [[password, scope]])
  })

  test('by a managed identity needs no tenant', async () => {
    for (const managedIdentity of [{}, { identityId: azure.identities[1] }]) {
      const { password = '' } = await generateTexts(
        acrAccessToken,
        spec({ auth: { managedIdentity }, tenantId: undefined }),
        around(),
      )
      assert.ok(registry.refreshTokens.has(password))
      assert.equal(registry.refreshTokens.get(password), undefined)
    }
  })

  test('by a workload identity takes the tenant of the annotation, else that of the spec', async () => {
    const auth = { workloadIdentity: { serviceAccountRef: { name: 'puller' } } }
    const client = { 'azure.workload.identity/client-id': 'federated' }
    const both = { ...client, 'azure.workload.identity/tenant-id': azure.tenantId }
    for (const annotations of [{ puller: client }, { puller: both }]) {
      const { password = '' } = await generateTexts(acrAccessToken, spec({ auth }), around({ annotations }))
      assert.equal(registry.refreshTokens.get(password), azure.tenantId)
    }
  })

  test('of another identity than the registry knows is AccessDenied, and the remedy names the role', async () => {
    const stranger = await startContainerRegistry(() => false)
    try {
      await assert.rejects(generate(acrAccessToken, spec({ registry: stranger.host }), around()), {
        kind: 'AccessDenied',
        remedy: /AcrPull/,
      })
    } finally {
      await stranger.close()
    }
  })

  test('a client secret that is wrong is AccessDenied with the code of Entra ID, and the registry is not asked', async () => {
    const secrets = { 'azure/id': azure.application.clientId, 'azure/secret': 'wrong' }
    await assert.rejects(generate(acrAccessToken, spec(), around({ secrets })), {
      kind: 'AccessDenied',
      message: /AADSTS7000215/,
    })
    assert.equal(registry.control.calls, 0)
  })

  test('a scope that the registry does not understand is InvalidSpec', async () => {
    await assert.rejects(generate(acrAccessToken, spec({ scope: 'everything' }), around()), {
      kind: 'InvalidSpec',
      remedy: /scope/,
    })
  })

  test('what is missing is said at its field', async () => {
    const cases: readonly (readonly [object, Around, string])[] = [
      [{ auth: {} }, {}, 'spec.auth'],
      [{ tenantId: undefined }, {}, 'spec.tenantId'],
      [{ registry: 'https://example.azurecr.io' }, {}, 'spec.registry'],
      [{}, { secrets: {} }, 'spec.auth.servicePrincipal.secretRef.clientId'],
      [{ auth: { servicePrincipal: { secretRef: {} } } }, {}, 'spec.auth.servicePrincipal.secretRef.clientId'],
      [{ auth: { workloadIdentity: { serviceAccountRef: { name: 'x' } } } }, {}, 'spec.auth.workloadIdentity.serviceAccountRef'],
    ]
    for (const [more, surroundings, field] of cases) {
      await assert.rejects(generate(acrAccessToken, spec(more), around(surroundings)), { kind: 'InvalidSpec', place: { field } })
    }
    assert.equal(registry.control.calls, 0)
  })

  test('a registry of an Azure Stack is refused by the spec itself, whose fields name none of its endpoints', () => {
    const { error } = acrAccessToken.spec.safeParse(spec({ environmentType: 'AzureStackCloud' }))
    assert.deepEqual(
      error?.issues.map(({ path, message }) => [path, message]),
      [[['environmentType'], 'cannot be AzureStackCloud: no field names the endpoints of an Azure Stack']],
    )
  })

  test("in Argo CD a registry with a private address is refused; Entra ID's own host is the administrator's", async () => {
    await generate(acrAccessToken, spec(), around({ mayConnect: publicOnly([registry.host]) }))
    await assert.rejects(generate(acrAccessToken, spec(), around({ mayConnect: publicOnly([]) })), { kind: 'AccessDenied' })
  })

  saysOfBadAnswers(() => registry, {
    ask: (options) => generate(acrAccessToken, spec(), around(options)),
    attempts: 5,
    canaries: () => [azure.application.clientSecret],
  })
})
