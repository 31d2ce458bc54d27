import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import { azurekv } from '../../../../plugin/providers/azurekv/provider.ts'
import type { Outcome, SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type AzureEmulator, startAzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { testClientCertificate } from '../../../support/emulators/tls/test-tls.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { openServicePrincipal, openStore, servicePrincipalStore } from './open-store.ts'

let azure: AzureEmulator

before(async () => {
  azure = await startAzureEmulator()
  for (let i = 0; i < 200; i++) azure.putSecret(`key-${i}`, `value-${i}`)
})
beforeEach(() => {
  azure.control.reset()
  azure.contents.challenges = 0
})
after(() => azure.close())

const ref = (key: string, rest: Partial<RemoteRef> = {}): RemoteRef => ({ key, part: 'value', ...rest })
const read = (reader: SecretReader, refs: readonly RemoteRef[]): Promise<readonly Outcome[]> =>
  reader.fetch(refs, AbortSignal.timeout(10_000))

async function one(reader: SecretReader, wanted: RemoteRef): Promise<Outcome> {
  const [outcome] = await read(reader, [wanted])
  assert.ok(outcome)
  return outcome
}

function textOf(outcome: Outcome): string {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message)
  return new TextDecoder().decode(outcome.secret.value.reveal())
}

async function withReader(use: (reader: SecretReader) => Promise<void>, config: object = {}, clock?: FakeClock): Promise<void> {
  const { config: plain, secret } = servicePrincipalStore(azure)
  const reader = await openStore(azure, { ...plain, ...config }, { secret, ...(clock && { clock }) })
  try {
    await use(reader)
  } finally {
    await reader.close()
  }
}

describe('one identity logs in once', () => {
  test('for 200 keys: one login, 200 calls, no challenge', async () => {
    await withReader(async (reader) => {
      await read(
        reader,
        Array.from({ length: 200 }, (_, i) => ref(`key-${i}`)),
      )
      await read(reader, [ref('key-1')])
      assert.deepEqual([azure.control.logins, azure.control.calls, azure.contents.challenges], [1, 201, 0])
    })
  })

  test('also when two fetches start together', async () => {
    await withReader(async (reader) => {
      await Promise.all([read(reader, [ref('key-1')]), read(reader, [ref('key-2')])])
      assert.equal(azure.control.logins, 1)
    })
  })

  test('and again shortly before its token expires', async () => {
    const clock = new FakeClock(Date.now())
    await withReader(
      async (reader) => {
        await read(reader, [ref('key-1')])
        clock.advance(54 * 60_000)
        await read(reader, [ref('key-1')])
        assert.equal(azure.control.logins, 1)
        clock.advance(2 * 60_000)
        await read(reader, [ref('key-1')])
        assert.equal(azure.control.logins, 2)
      },
      {},
      clock,
    )
  })

  test('also when its token lives for two minutes only', async () => {
    azure.tokens.lifetimeSeconds = 120
    try {
      await withReader(async (reader) => {
        await read(reader, [ref('key-1'), ref('key-2'), ref('key-3')])
        assert.equal(azure.control.logins, 1)
      })
    } finally {
      azure.tokens.lifetimeSeconds = 3600
    }
  })

  test('and again when the vault refuses its token before that', async () => {
    await withReader(async (reader) => {
      await read(reader, [ref('key-1')])
      azure.tokens.revokeAll()
      assert.equal(textOf(await one(reader, ref('key-1'))), 'value-1')
      assert.equal(azure.control.logins, 2)
    })
  })
})

test('a slash at the end of vaultUrl is nothing, for every kind of object', async () => {
  azure.putKey('slashed', 'EC')
  azure.putCertificate('slashed', testClientCertificate().cert)
  await withReader(
    async (reader) => {
      const outcomes = await read(reader, [ref('key-1'), ref('key/slashed'), ref('cert/slashed')])
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, true, true],
      )
    },
    { vaultUrl: `${azure.vaultUrl}/` },
  )
})

describe('tokens are asked for the scope of the vault', () => {
  test('whatever a challenge names', async () => {
    azure.contents.challengeResource = 'https://management.azure.com'
    try {
      await withReader(async (reader) => {
        await read(reader, [ref('key-1')])
        azure.tokens.revokeAll()
        assert.equal(textOf(await one(reader, ref('key-2'))), 'value-2')
      })
    } finally {
      azure.contents.challengeResource = 'https://vault.azure.net'
    }
  })

  test('of a sovereign cloud when the store is of one; a vault of another cloud refuses', async () => {
    const gov = await startAzureEmulator({ vaultResource: 'https://vault.usgovcloudapi.net' })
    gov.putSecret('classified', 'v1')
    try {
      const { config, secret } = servicePrincipalStore(gov)
      const reader = await openStore(gov, { ...config, environmentType: 'USGovernmentCloud' }, { secret })
      assert.equal(textOf(await one(reader, ref('classified'))), 'v1')
      await reader.close()
      const elsewhere = await openStore(gov, config, { secret })
      await assert.rejects(read(elsewhere, [ref('classified')]), { kind: 'InvalidSpec', message: /AADSTS500011/ })
      await elsewhere.close()
    } finally {
      await gov.close()
    }
  })

  test('at AD FS where the tenant is called so', async () => {
    const adfs = await startAzureEmulator({ tenantId: 'adfs' })
    adfs.putSecret('on-premises', 'v1')
    const reader = await openServicePrincipal(adfs)
    assert.equal(textOf(await one(reader, ref('on-premises'))), 'v1')
    await reader.close()
    await adfs.close()
  })

  test('of an Azure Stack as the store describes it', async () => {
    const stack = await startAzureEmulator({ vaultResource: 'https://vault.local.azurestack.external' })
    stack.putSecret('on-premises', 'v1')
    const { config, secret } = servicePrincipalStore(stack)
    const customCloudConfig = {
      activeDirectoryEndpoint: `${stack.authorityHost}/`,
      keyVaultDNSSuffix: 'vault.local.azurestack.external',
    }
    const described = { ...config, environmentType: 'AzureStackCloud', useAzureSDK: true, customCloudConfig }
    const reader = await openStore(stack, described, { secret, environment: { AZURE_AUTHORITY_HOST: '' } })
    assert.equal(textOf(await one(reader, ref('on-premises'))), 'v1')
    await reader.close()
    await stack.close()
  })
})

describe('keys and certificates', () => {
  test('a key is its public half as a JSON Web Key, of the version that is asked', async () => {
    const first = azure.putKey('signing', 'EC')
    azure.putKey('signing', 'EC')
    azure.putKey('wrapping', 'RSA')
    await withReader(async (reader) => {
      const old = await one(reader, ref('key/signing', { version: first }))
      const current = await one(reader, ref('key/signing'))
      assert.ok(old.ok && current.ok)
      assert.notEqual(old.secret.version, current.secret.version)
      const jwk = JSON.parse(textOf(old)) as Record<string, unknown>
      assert.deepEqual(Object.keys(jwk), ['kid', 'kty', 'key_ops', 'crv', 'x', 'y'])
      assert.equal(jwk['kid'], `${azure.vaultUrl}/keys/signing/${first}`)
      const rsa = JSON.parse(textOf(await one(reader, ref('key/wrapping')))) as Record<string, unknown>
      assert.deepEqual([rsa['kty'], rsa['e'], typeof rsa['n']], ['RSA', 'AQAB', 'string'])
    })
  })

  test('a certificate is its DER, of the version that is asked', async () => {
    const { cert } = testClientCertificate()
    const version = azure.putCertificate('web', cert)
    await withReader(async (reader) => {
      for (const wanted of [ref('cert/web'), ref('cert/web', { version })]) {
        const outcome = await one(reader, wanted)
        assert.ok(outcome.ok)
        assert.deepEqual(Buffer.from(outcome.secret.value.reveal()), Buffer.from(new X509Certificate(cert).raw))
      }
    })
  })

  test('that are missing are NotFound, and cost their neighbours nothing', async () => {
    await withReader(async (reader) => {
      const outcomes = await read(reader, [ref('key/absent'), ref('secret/key-1'), ref('cert/absent'), ref('secret/absent')])
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.ok ? textOf(outcome) : outcome.error.kind)),
        ['NotFound', 'value-1', 'NotFound', 'NotFound'],
      )
    })
  })
})

describe('a reference that no vault can have', () => {
  test('is a mistake of its author and costs no call', async () => {
    await withReader(async (reader) => {
      const keys = ['', 'secret/', 'thing/name', 'under_score', '..', 'secret/..', 'a b', 'x'.repeat(128)]
      const outcomes = await read(reader, [...keys.map((key) => ref(key)), ref('key-1', { version: '../key-2' })])
      assert.deepEqual(new Set(outcomes.map((outcome) => !outcome.ok && outcome.error.kind)), new Set(['InvalidSpec']))
      assert.equal(azure.control.calls, 0)
    })
  })
})

describe('what a vault refuses', () => {
  test('a disabled secret is AccessDenied and says so', async () => {
    azure.putSecret('retired', 'x', { attributes: { enabled: false } })
    await withReader(async (reader) => {
      const outcome = await one(reader, ref('retired'))
      assert.ok(!outcome.ok)
      assert.equal(outcome.error.kind, 'AccessDenied')
      assert.match(outcome.error.message, /"retired".*disabled/)
    })
  })

  test('a deleted secret is NotFound', async () => {
    azure.putSecret('gone', 'x')
    azure.contents.secrets.delete('gone')
    await withReader(async (reader) => {
      const outcome = await one(reader, ref('gone'))
      assert.equal(!outcome.ok && outcome.error.kind, 'NotFound')
    })
  })

  test('an identity without a role learns which role each kind of object needs', async () => {
    azure.contents.strangers.add(azure.application.clientId)
    try {
      await withReader(async (reader) => {
        const outcomes = await read(reader, [ref('key-1'), ref('key/signing'), ref('cert/web')])
        const remedies = outcomes.map((outcome) => (outcome.ok ? '' : `${outcome.error.kind} ${outcome.error.remedy}`))
        assert.match(remedies[0] ?? '', /^AccessDenied .*"Key Vault Secrets User"/)
        assert.match(remedies[1] ?? '', /^AccessDenied .*"Key Vault Crypto User"/)
        assert.match(remedies[2] ?? '', /^AccessDenied .*"Key Vault Certificate User"/)
      })
    } finally {
      azure.contents.strangers.clear()
    }
  })

  test('throttling is waited out for as long as the vault asks', async () => {
    const clock = new FakeClock(Date.now())
    await withReader(
      async (reader) => {
        azure.control.inject('throttled')
        assert.equal(textOf(await one(reader, ref('key-1'))), 'value-1')
        assert.ok((clock.slept[0] ?? 0) >= 1000, `${clock.slept[0]} ms`)
      },
      {},
      clock,
    )
  })

  test('a host whose certificate nobody vouches for is Unavailable, with the remedy', async () => {
    const { config, secret } = servicePrincipalStore(azure)
    const trusting = { ...azure, ca: testClientCertificate().cert }
    const reader = await openStore(trusting, config, { secret })
    await assert.rejects(read(reader, [ref('key-1')]), { kind: 'Unavailable', remedy: /NODE_EXTRA_CA_CERTS/ })
    await reader.close()
  })
})

describe('metadata', () => {
  test('is the tags, and with the older client the attributes too', async () => {
    azure.putSecret('tagged', 'x', {
      tags: { team: 'blue', html: '<&>' },
      attributes: { exp: 1_900_000_000, nbf: 1_700_000_000 },
    })
    const wanted = ref('tagged', { part: 'metadata' })
    await withReader(async (reader) => {
      const metadata = textOf(await one(reader, wanted))
      assert.match(metadata, /^\{"attribute\.created":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",/)
      const {
        'attribute.created': created,
        'attribute.updated': updated,
        ...rest
      } = JSON.parse(metadata) as Record<string, string>
      assert.equal(created, updated)
      assert.deepEqual(rest, {
        'attribute.expires': '2030-03-17T17:46:40Z',
        'attribute.notBefore': '2023-11-14T22:13:20Z',
        html: '<&>',
        team: 'blue',
      })
    })
    await withReader(
      async (reader) => assert.equal(textOf(await one(reader, wanted)), '{"html":"\\u003c\\u0026\\u003e","team":"blue"}'),
      { useAzureSDK: true },
    )
  })

  test('that changes has another version, and the same one while it does not', async () => {
    azure.contents.secrets.put('retagged', { value: 'v1' }, { tags: { team: 'blue' } })
    await withReader(async (reader) => {
      const version = async (wanted: RemoteRef): Promise<string> => {
        const outcome = await one(reader, wanted)
        assert.ok(outcome.ok)
        return outcome.secret.version
      }
      const metadata = ref('retagged', { part: 'metadata' })
      const [value, blue] = [await version(ref('retagged')), await version(metadata)]
      assert.equal(await version(metadata), blue)
      azure.contents.secrets.update('retagged', undefined, { tags: { team: 'red' } })
      assert.notEqual(await version(metadata), blue)
      assert.equal(await version(ref('retagged')), value)
    })
  })

  test('of a secret that does not exist means that it is absent, a missing property does not', () => {
    assert.equal(azurekv.meansAbsent?.(ref('a', { part: 'metadata' }), 'fetch', 'data'), true)
    assert.equal(azurekv.meansAbsent?.(ref('a'), 'fetch', 'data'), true)
    assert.equal(azurekv.meansAbsent?.(ref('a'), 'select', 'data'), false)
  })
})

test('a reader that is closed ends a login under way', async () => {
  azure.control.injectLogin('hang', 50)
  const reader = await openServicePrincipal(azure)
  const pending = assert.rejects(read(reader, [ref('key-1')]), { kind: 'Deadline' })
  setTimeout(() => void reader.close(), 30)
  await pending
})
