import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import * as z from 'zod'
import { fitsGlob } from '../../../plugin/policy/glob.ts'
import { awsConfig } from '../../../plugin/providers/aws/config.ts'
import { awsTenancy } from '../../../plugin/providers/aws/tenancy.ts'
import { azureKvConfig } from '../../../plugin/providers/azurekv/config.ts'
import { azureKvTenancy } from '../../../plugin/providers/azurekv/tenancy.ts'
import { canonicalPath, canonicalUrl, configFacts, urlHost } from '../../../plugin/providers/config-facts.ts'
import { gcpSmConfig } from '../../../plugin/providers/gcpsm/config.ts'
import { gcpSmTenancy } from '../../../plugin/providers/gcpsm/tenancy.ts'
import { vaultConfig } from '../../../plugin/providers/vault/config.ts'
import { vaultTenancy } from '../../../plugin/providers/vault/tenancy.ts'
import { runs } from '../../support/property-runs.ts'

const CREDENTIAL = "a reference to a credential, which the rule's credentials bind"

/** Every field that a Git author may set freely, and why. What is not here must be a fact, whenever it joins a schema. */
const HARMLESS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws: {
    auth: CREDENTIAL,
    prefix: 'part of the key that patterns see',
    secretsManager: 'how pushed secrets are deleted: nothing here pushes',
  },
  azurekv: {
    authSecretRef: CREDENTIAL,
    serviceAccountRef: CREDENTIAL,
    useAzureSDK: 'the form of metadata, and whose client id wins among credentials',
  },
  gcpsm: {
    'auth.secretRef': CREDENTIAL,
    'auth.workloadIdentity.serviceAccountRef': CREDENTIAL,
    'auth.workloadIdentityFederation.serviceAccountRef': CREDENTIAL,
    'auth.workloadIdentityFederation.awsSecurityCredentials.awsCredentialsSecretRef': CREDENTIAL,
    secretVersionSelectionPolicy: 'which version of the same secret',
  },
  vault: {
    'auth.tokenSecretRef': CREDENTIAL,
    'auth.appRole.roleRef': CREDENTIAL,
    'auth.appRole.secretRef': CREDENTIAL,
    'auth.kubernetes.serviceAccountRef': CREDENTIAL,
    'auth.kubernetes.secretRef': CREDENTIAL,
    'auth.ldap.secretRef': CREDENTIAL,
    'auth.userPass.secretRef': CREDENTIAL,
    'auth.jwt.secretRef': CREDENTIAL,
    'auth.jwt.kubernetesServiceAccountToken': CREDENTIAL,
    'auth.cert.clientCert': CREDENTIAL,
    'auth.cert.secretRef': CREDENTIAL,
    'auth.iam.secretRef': CREDENTIAL,
    'auth.iam.jwt.serviceAccountRef': CREDENTIAL,
    'auth.gcp.secretRef': CREDENTIAL,
    'auth.gcp.workloadIdentity.serviceAccountRef': CREDENTIAL,
    'auth.gcp.serviceAccountRef': CREDENTIAL,
    tls: CREDENTIAL,
    readYourWrites: 'how fresh an answer is',
    forwardInconsistent: 'which node of the same cluster answers',
    checkAndSet: 'how pushed secrets are written: nothing here pushes',
  },
}

const PROVIDERS = {
  aws: { schema: awsConfig, facts: (config: never) => awsTenancy.facts(config) },
  azurekv: { schema: azureKvConfig, facts: (config: never) => azureKvTenancy.facts(config) },
  gcpsm: { schema: gcpSmConfig, facts: (config: never) => gcpSmTenancy.facts(config) },
  vault: { schema: vaultConfig, facts: (config: never) => vaultTenancy.facts(config) },
} as const

describe('what of a configuration counts for a policy (R3)', () => {
  for (const [id, { schema, facts }] of Object.entries(PROVIDERS)) {
    const harmless = HARMLESS[id] ?? {}
    const leaves = leavesOf(schema)

    test(`every field of ${id} is a fact, or listed here with the reason why not`, () => {
      for (const leaf of leaves) {
        const isHarmless = Object.keys(harmless).some((path) => leaf === path || leaf.startsWith(`${path}.`))
        const stated = facts(nested(leaf) as never)
        assert.equal(stated.size > 0, !isHarmless, `${id}: ${leaf}`)
      }
    })

    test(`every field of ${id} that is listed as harmless exists`, () => {
      for (const path of Object.keys(harmless))
        assert.ok(
          leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`)),
          path,
        )
    })
  }

  test('every leaf is a fact by its path; a list is several values', () => {
    const facts = configFacts(
      {
        region: 'r',
        roles: ['a', 'b'],
        flag: true,
        count: 3,
        auth: { role: 'x' },
        tags: [{ key: 'k', value: 'v' }],
        none: undefined,
      },
      { harmless: [] },
    )
    assert.deepEqual(Object.fromEntries(facts), {
      region: ['r'],
      roles: ['a', 'b'],
      flag: ['true'],
      count: ['3'],
      'auth.role': ['x'],
      'tags.key': ['k'],
      'tags.value': ['v'],
    })
  })
})

describe('a path as a fact', () => {
  test('has no slashes at its ends, and no steps', () => {
    assert.equal(canonicalPath('/team-a/dev/'), 'team-a/dev')
    assert.equal(canonicalPath('/'), '')
    for (const text of ['team-a/../team-b', '..', './a', 'a//b']) assert.equal(canonicalPath(text), 'not a path')
  })
})

describe('a URL as a fact', () => {
  const SAME = [
    ['https://Vault.Example.com', 'https://vault.example.com'],
    ['https://vault.example.com.', 'https://vault.example.com'],
    ['https://vault.example.com:443/', 'https://vault.example.com'],
    ['HTTPS://vault.example.com//', 'https://vault.example.com'],
    ['https://vault.example.com/a/../b/', 'https://vault.example.com/b'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://vault。example。com', 'https://vault.example.com'],
    ['http://0x7f.1', 'http://127.0.0.1'],
    ['http://2130706433', 'http://127.0.0.1'],
    ['http://017700000001', 'http://127.0.0.1'],
    ['http://[0:0::1]:8200', 'http://[::1]:8200'],
    ['https:\\\\vault.example.com', 'https://vault.example.com'],
    ['https://vault.example.com\t', 'https://vault.example.com'],
  ] as const
  for (const [written, canonical] of SAME)
    test(`${JSON.stringify(written)} is ${canonical}`, () => assert.equal(canonicalUrl(written), canonical))

  test('has its query behind a slash, where no pattern for hosts reaches', () => {
    assert.equal(canonicalUrl('https://evil.example?.vault.example.com'), 'https://evil.example/?.vault.example.com')
    assert.equal(canonicalUrl('https://evil.example#.vault.example.com'), 'https://evil.example')
  })

  test('fits a pattern for hosts only when it asks such a host', () => {
    const piece = fc.constantFrom(
      'evil.example',
      'a.example.com',
      '.example.com',
      '@',
      '?',
      '#',
      '/',
      '\\',
      ':',
      ':8200',
      '%2e',
      '..',
      'ä',
      '\t',
      'https://',
      '。',
    )
    const texts = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.array(piece, { maxLength: 8 }).map((parts) => `https://${parts.join('')}`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        if (!fitsGlob('https://*.example.com', canonicalUrl(text))) return
        assert.match(new URL(text).hostname, /\.example\.com\.?$/)
      }),
      { numRuns: runs(2_000) },
    )
  })

  test('that logs in by itself, or is none, is no URL', () => {
    assert.equal(canonicalUrl('https://vault.example.com@evil.example'), 'not a URL')
    assert.equal(canonicalUrl('vault.example.com'), 'not a URL')
    assert.equal(urlHost('vault'), '')
  })
})

/** A configuration with this one field; `[]` is behind the name of a list. */
function nested(path: string): object {
  return path.split('.').reduceRight<unknown>((inner, name) => {
    return name.endsWith('[]') ? { [name.slice(0, -2)]: [inner] } : { [name]: inner }
  }, 'https://x.example') as object
}

/** The dotted paths of everything that is no object; an item of a list, or of a record, stands for all. */
function leavesOf(schema: unknown, path = ''): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return leavesOf(schema.unwrap(), path)
  if (schema instanceof z.ZodArray) return leavesOf(schema.element, `${path}[]`)
  if (schema instanceof z.ZodRecord) return [`${path}.any`]
  if (!(schema instanceof z.ZodObject)) return [path]
  return Object.entries(schema.shape).flatMap(([name, field]) => leavesOf(field, path === '' ? name : `${path}.${name}`))
}
