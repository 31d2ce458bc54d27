import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import type { CredentialSource } from '../../../plugin/providers/credential-source.ts'
import type { CredentialsFolder } from '../../../plugin/stores/credentials-folder.ts'
import { type Asker, localCredentials } from '../../../plugin/stores/local-credentials.ts'
import type { StreamObjects } from '../../../plugin/stores/stream-objects.ts'
import { mountedFiles } from '../../support/mounted-files.ts'

type Keys = Readonly<Record<string, string>>
interface Objects {
  /** By `namespace/name`. */
  readonly secrets?: Readonly<Record<string, Keys>>
  readonly secretLabels?: Readonly<Record<string, Keys>>
  readonly configMaps?: Readonly<Record<string, Keys>>
  readonly accounts?: Readonly<Record<string, Keys>>
}

function streamOf({ secrets = {}, secretLabels = {}, configMaps = {}, accounts = {} }: Objects): StreamObjects {
  const found = (objects: Readonly<Record<string, Keys>>, namespace: string, name: string): [string, string][] | undefined => {
    const keys = objects[`${namespace}/${name}`]
    return keys && Object.entries(keys)
  }
  return {
    secret(namespace, name) {
      const keys = found(secrets, namespace, name)
      return keys && new Map(keys.map(([key, text]) => [key, SecretValue.fromText(text)]))
    },
    secretLabels(namespace, name) {
      const labels = found(secretLabels, namespace, name)
      return new Map(labels)
    },
    configMap(namespace, name) {
      const keys = found(configMaps, namespace, name)
      return keys && new Map(keys)
    },
    serviceAccountAnnotations(namespace, name) {
      const keys = found(accounts, namespace, name)
      return keys && new Map(keys)
    },
  }
}

const inTeam: Asker = { storeKind: 'SecretStore', namespace: 'team' }
const clusterWide: Asker = { storeKind: 'ClusterSecretStore', namespace: 'team' }
const text = (value: SecretValue): string => new TextDecoder().decode(value.reveal())
const secretKey = async (source: CredentialSource, namespace?: string): Promise<string> =>
  text(await source.secretKey({ name: 'login', key: 'token', namespace }, 'spec.provider.x.auth'))

function isMissing(...said: readonly RegExp[]): (thrown: unknown) => true {
  return (thrown) => {
    assert.ok(thrown instanceof SecretError)
    assert.equal(thrown.kind, 'InvalidSpec')
    assert.equal(thrown.place.field, 'spec.provider.x.auth')
    assert.match(thrown.remedy ?? '', /--credentials/)
    for (const pattern of said) assert.match(thrown.message, pattern)
    return true
  }
}

describe('the namespace of a credential (external-secrets.md 5.3)', () => {
  const stream = streamOf({ secrets: { 'team/login': { token: 'of team' }, 'other/login': { token: 'of other' } } })

  for (const [asker, selector, expected] of [
    [inTeam, undefined, 'of team'],
    [inTeam, 'team', 'of team'],
    [inTeam, 'other', 'of team'],
    [clusterWide, undefined, 'of team'],
    [clusterWide, 'other', 'of other'],
    [clusterWide, '', 'of team'],
  ] as const) {
    test(`a ${asker.storeKind} whose selector says ${JSON.stringify(selector)} gets that ${expected}`, async () => {
      assert.equal(await secretKey(localCredentials(asker, stream, undefined), selector), expected)
    })
  }

  test('a SecretStore does not reach another namespace in the folder either', async () => {
    const folder = mountedFiles({ 'other/login/token': 'of other' })
    await assert.rejects(secretKey(localCredentials(inTeam, streamOf({}), folder), 'other'), isMissing(/namespace "team"/))
    assert.deepEqual(folder.asked, ['team/login/token'])
  })

  test('holds for accounts, their tokens and authorities as well', async () => {
    const objects = streamOf({
      secrets: { 'other/app': { token: 't' }, 'other/ca': { 'ca.crt': 'PEM' } },
      configMaps: { 'other/ca': { 'ca.crt': 'PEM of a map' } },
      accounts: { 'other/app': { role: 'r' } },
    })
    const [namespaced, wide] = [localCredentials(inTeam, objects, undefined), localCredentials(clusterWide, objects, undefined)]
    const account = { name: 'app', namespace: 'other' }
    const field = 'spec.provider.x.auth'
    assert.equal(await namespaced.serviceAccountAnnotations(account, field), undefined)
    assert.deepEqual(await wide.serviceAccountAnnotations(account, field), new Map([['role', 'r']]))
    await assert.rejects(namespaced.serviceAccountToken(account, field), isMissing(/ServiceAccount "app"/))
    assert.equal(text(await wide.serviceAccountToken(account, field)), 't')
    for (const [type, pem] of [
      ['Secret', 'PEM'],
      ['ConfigMap', 'PEM of a map'],
    ] as const) {
      const ca = { type, name: 'ca', key: '', namespace: 'other' }
      await assert.rejects(namespaced.caBundle(ca, field), isMissing(new RegExp(`"ca.crt" of a ${type} "ca"`)))
      assert.equal(await wide.caBundle(ca, field), pem)
    }
  })
})

describe('a credential', () => {
  test('comes from the stream before the folder, key by key', async () => {
    const stream = streamOf({ secrets: { 'team/login': { token: 'of the stream' } } })
    const folder = mountedFiles({ 'team/login/token': 'of the folder', 'team/login/id': 'mounted id' })
    const source = localCredentials(inTeam, stream, folder)
    assert.equal(await secretKey(source), 'of the stream')
    assert.equal(text(await source.secretKey({ name: 'login', key: 'id' }, 'f')), 'mounted id')
  })

  test('that is empty is there', async () => {
    const source = localCredentials(
      inTeam,
      streamOf({ secrets: { 'team/login': { token: '' } } }),
      mountedFiles({ 'team/login/token': 'x' }),
    )
    assert.equal(await secretKey(source), '')
  })

  test('that is nowhere is InvalidSpec and names where it was looked for', async () => {
    const missing = (folder?: CredentialsFolder): Promise<string> => secretKey(localCredentials(inTeam, streamOf({}), folder))
    await assert.rejects(missing(), isMissing(/"token" of a Secret "login" in namespace "team", looked for in the stream$/))
    await assert.rejects(missing(mountedFiles({})), isMissing(/the stream and \/mounted\/team$/))
  })

  test('is a ConfigMap only for an authority', async () => {
    const stream = streamOf({ configMaps: { 'team/login': { token: 'x' } } })
    await assert.rejects(secretKey(localCredentials(inTeam, stream, undefined)), isMissing())
  })
})

describe('a Secret that is sent away', () => {
  const label = { name: 'use', value: 'webhook' }
  const secrets = { 'team/login': { token: 't', id: 'i' } }
  const keysOf = async (source: CredentialSource): Promise<readonly string[]> => [
    ...(await source.labelledSecret({ name: 'login' }, label, 'spec.provider.x.auth')).keys(),
  ]

  test('of the stream carries the label', async () => {
    const labelled = streamOf({ secrets, secretLabels: { 'team/login': { use: 'webhook' } } })
    assert.deepEqual(await keysOf(localCredentials(inTeam, labelled, undefined)), ['token', 'id'])
    for (const secretLabels of [{}, { 'team/login': { use: 'other' } }, { 'other/login': { use: 'webhook' } }]) {
      // What is mounted under the same name does not stand in for it.
      const source = localCredentials(inTeam, streamOf({ secrets, secretLabels }), mountedFiles({ 'team/login/token': 'm' }))
      await assert.rejects(keysOf(source), { kind: 'AccessDenied', place: { field: 'spec.provider.x.auth' } })
    }
  })

  test('of a mounted folder needs none, and is whole', async () => {
    const folder = mountedFiles({ 'team/login/token': 't', 'team/login/id': 'i', 'team/other/x': 'y' })
    assert.deepEqual(await keysOf(localCredentials(inTeam, streamOf({}), folder)), ['token', 'id'])
    await assert.rejects(keysOf(localCredentials(inTeam, streamOf({}), undefined)), isMissing(/Secret "login"/))
  })
})
