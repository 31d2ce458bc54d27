import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { generatorResource } from '../../plugin/controller/generators/usable-generators.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true }
const PUSH_SECRETS: Resource = {
  group: 'external-secrets.io',
  version: 'v1alpha1',
  plural: 'pushsecrets',
  kind: 'PushSecret',
  isNamespaced: true,
}

const CLUSTER_GENERATORS = generatorResource('ClusterGenerator')

type Spec = KubeObject & { readonly spec: object }

interface Cluster {
  readonly emulator: KubeEmulator
  readonly doctor: (words?: readonly string[], input?: string) => Promise<CliResult>
  readonly validate: (words: readonly string[], input: string) => Promise<CliResult>
}

async function startCluster(t: TestContext, resources: readonly Resource[]): Promise<Cluster> {
  const emulator = await startKubeEmulator({ resources, namespaces: ['shop', 'pay'] })
  const folder = await mkdtemp(path.join(os.tmpdir(), 'doctor-'))
  t.after(async () => {
    await emulator.close()
    await rm(folder, { recursive: true })
  })
  const kubeconfig = path.join(folder, 'kubeconfig')
  await writeFile(kubeconfig, emulator.kubeconfig)
  const run = (command: string, words: readonly string[], input: string): Promise<CliResult> =>
    runCli([command, '--cluster', '--kubeconfig', kubeconfig, ...words], { input })
  return {
    emulator,
    doctor: (words = [], input = '') => run('doctor', words, input),
    validate: (words, input) => run('validate', words, input),
  }
}

const KINDS = [DEPLOYMENTS, EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES, PUSH_SECRETS]

function eso(name: string, flags: readonly string[], replicas = 1): Spec {
  const image = 'ghcr.io/external-secrets/external-secrets:v2.9.0'
  const containers = [{ name: 'main', image, args: flags }]
  return { metadata: { name, namespace: 'eso' }, spec: { replicas, template: { spec: { containers } } } }
}

function store(name: string, provider: string, spec: object = {}): Spec {
  return { metadata: { name, namespace: 'shop' }, spec: { provider: { [provider]: {} }, ...spec } }
}

function externalSecret(name: string, target: object = {}, metadata: object = {}): Spec & { readonly kind: string } {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { secretStoreRef: { name: 'bao' }, target, data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] },
  }
}

/** An ExternalSecret in the cluster, and its Secret with the owner that is asked for. */
function putWithSecret(emulator: KubeEmulator, name: string, owner: 'itself' | 'another' | 'none', secret = name): void {
  const { metadata } = emulator.put(EXTERNAL_SECRETS, externalSecret(name, secret === name ? {} : { name: secret }))
  const uid = owner === 'itself' ? (metadata.uid ?? '') : '00000000-0000-4000-8000-000000000000'
  const reference = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name, uid, controller: true }
  const ownerReferences = owner === 'none' ? [] : [reference]
  const data = { password: Buffer.from('canary-value').toString('base64') }
  emulator.put(SECRETS, { metadata: { name: secret, namespace: 'shop', ownerReferences }, data })
}

describe('doctor --cluster', () => {
  test('finds nothing wrong in a cluster without the operator, and changes nothing', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    emulator.put(SECRET_STORES, store('bao', 'vault'))
    emulator.put(EXTERNAL_SECRETS, externalSecret('db'))
    const { stdout, exitCode } = await doctor()
    assert.match(stdout, /^ok {7}kubernetes: the API server is v1\./m)
    assert.match(stdout, /^ok {7}operator: External Secrets Operator does not run here$/m)
    assert.match(stdout, /^ok {7}not served: nothing here asks for what is not implemented$/m)
    assert.match(stdout, /^skipped {2}delivery: /m)
    assert.equal(exitCode, 0)
    assert.deepEqual([...new Set(emulator.audit().map(({ verb }) => verb))], ['list'])
  })

  test('tells each controller of the operator by its class, and how to take the place of the one that clashes', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    emulator.put(DEPLOYMENTS, eso('red', ['--controller-class=red']))
    emulator.put(DEPLOYMENTS, eso('main', []))
    emulator.put(DEPLOYMENTS, eso('off', [], 0))
    const { stdout, exitCode } = await doctor()
    assert.match(stdout, /^ok {7}operator: Deployment "eso\/red" of External Secrets Operator has the class "red"$/m)
    assert.match(stdout, /^ok {7}operator: Deployment "eso\/off" of External Secrets Operator is scaled to nothing$/m)
    assert.match(stdout, /^WRONG {4}operator: .*"eso\/main" with the controller class "default".*\n {9}-> .*--replicas=0/m)
    assert.equal(exitCode, 6)
    assert.match((await doctor(['--controller-class', 'red'])).stdout, /^WRONG {4}operator: .*"eso\/red"/m)
  })

  test('counts what is pushed, and names stores and ExternalSecrets that nothing would serve; not those of another class', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    for (const name of ['one', 'two']) emulator.put(PUSH_SECRETS, { metadata: { name, namespace: 'pay' } })
    emulator.put(SECRET_STORES, store('keyed', 'akeyless'))
    emulator.put(SECRET_STORES, store('theirs', 'doppler', { controller: 'eso' }))
    emulator.put(CLUSTER_SECRET_STORES, { ...store('wide', 'conjur'), metadata: { name: 'wide' } })
    emulator.put(EXTERNAL_SECRETS, externalSecret('map', { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } }))
    const { stdout, exitCode } = await doctor()
    assert.match(stdout, /^doubt {4}not served: nothing pushes 2 PushSecrets\n {9}-> keep External Secrets Operator/m)
    assert.match(
      stdout,
      /^doubt {4}not served: stores of other providers: ClusterSecretStore wide \(conjur\), SecretStore shop\/keyed \(akeyless\)$/m,
    )
    assert.match(
      stdout,
      /^doubt {4}not served: ExternalSecrets: shop\/map \(a target that is no Secret, which needs --unsafe-allow-generic-targets\)$/m,
    )
    assert.doesNotMatch(stdout, /theirs/)
    assert.equal(exitCode, 0)
  })

  test('names generators of kinds that nothing would serve, and who asks them or makes a search that cannot be made', async (t) => {
    const { emulator, doctor } = await startCluster(t, [...KINDS, CLUSTER_GENERATORS])
    const kind = 'BeyondtrustWorkloadCredentialsDynamicSecret'
    for (const [name, spec] of Object.entries({ other: { kind }, passwords: { kind: 'Password' } }))
      emulator.put(CLUSTER_GENERATORS, { metadata: { name }, spec })
    emulator.put(SECRET_STORES, {
      metadata: { name: 'hook', namespace: 'shop' },
      spec: { provider: { webhook: { url: 'https://hook.example.com/{{ .remoteRef.key }}', result: {} } } },
    })
    emulator.put(SECRET_STORES, {
      metadata: { name: 'aws', namespace: 'shop' },
      spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-central-1' } } },
    })
    const dataFrom = {
      asks: {
        sourceRef: {
          generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'ClusterGenerator', name: 'other' },
        },
      },
      served: {
        sourceRef: {
          generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'ClusterGenerator', name: 'passwords' },
        },
      },
      seeks: { find: { name: { regexp: '.*' } }, sourceRef: { storeRef: { name: 'hook' } } },
      pathless: { find: { path: 'a' }, sourceRef: { storeRef: { name: 'aws' } } },
      finds: { find: { name: { regexp: '.*' } }, sourceRef: { storeRef: { name: 'aws' } } },
    }
    for (const [name, from] of Object.entries(dataFrom))
      emulator.put(EXTERNAL_SECRETS, { ...externalSecret(name), spec: { dataFrom: [from] } })
    const { stdout, stderr } = await doctor()
    assert.equal(stderr, '')
    assert.match(
      stdout,
      new RegExp(`^doubt {4}not served: generators of other kinds: ClusterGenerator other \\(${kind}\\)$`, 'm'),
    )
    const [, told = ''] = /^doubt {4}not served: ExternalSecrets: (.*)$/m.exec(stdout) ?? []
    assert.match(
      told,
      new RegExp(
        `shop/asks \\(spec\\.dataFrom\\[0\\]\\.sourceRef\\.generatorRef: the generator ${kind} is not implemented here\\)`,
      ),
    )
    assert.match(
      told,
      /shop\/seeks \(spec\.dataFrom\[0\]\.find: find is known, but not implemented here for the provider "webhook"\)/,
    )
    assert.match(told, /shop\/pathless \(spec\.dataFrom\[0\]\.find: /)
    assert.doesNotMatch(told, /shop\/(served|finds)/)
  })

  test('warns of each Secret that would go with its ExternalSecret if the manifests were delivered inline', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    putWithSecret(emulator, 'owned', 'itself')
    putWithSecret(emulator, 'renamed', 'itself', 'other-name')
    putWithSecret(emulator, 'free', 'none')
    putWithSecret(emulator, 'anothers', 'another')
    putWithSecret(emulator, 'stays', 'itself')
    putWithSecret(emulator, 'elsewhere', 'itself')
    emulator.put(EXTERNAL_SECRETS, externalSecret('unmade'))
    const passthrough = { annotations: { 'argocd-external-secrets.io/delivery': 'passthrough' } }
    const manifests = [
      ...['owned', 'renamed', 'free', 'anothers', 'unmade', 'new'].map((name) => externalSecret(name)),
      externalSecret('stays', {}, passthrough),
      externalSecret('elsewhere', {}, { namespace: 'pay' }),
    ]
    const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n')
    const { stdout, exitCode } = await doctor(['-'], input)
    const wrong = [...stdout.matchAll(/^WRONG {4}delivery: Secret (\S+) belongs to ExternalSecret ([^:]+):/gm)]
    assert.deepEqual(
      wrong.map(([, secret, name]) => [secret, name]),
      [
        ['shop/owned', 'shop/owned'],
        ['shop/other-name', 'shop/renamed'],
      ],
    )
    assert.match(stdout, /-> with delivery passthrough still, set spec\.target\.creationPolicy: Orphan/)
    assert.equal(exitCode, 6)
    assert.doesNotMatch(stdout, /canary/)

    const free = await doctor(['-'], JSON.stringify(externalSecret('free')))
    assert.match(free.stdout, /^ok {7}delivery: 1 ExternalSecrets are inline, 1 of them are in the cluster and own no Secret$/m)
    assert.equal((await doctor(['--delivery', 'passthrough', '-'], input)).exitCode, 0)
  })

  test('warns of a Secret whose ExternalSecret makes none any more in the manifests, and does not call well what nobody can place', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    putWithSecret(emulator, 'owned', 'itself')
    const none = await doctor(['-'], JSON.stringify(externalSecret('owned', { creationPolicy: 'None' })))
    assert.match(none.stdout, /^WRONG {4}delivery: Secret shop\/owned belongs to ExternalSecret shop\/owned:/m)
    const { namespace: _, ...nowhere } = externalSecret('owned').metadata
    const manifest = JSON.stringify({ ...externalSecret('owned'), metadata: nowhere })
    const lost = await doctor(['-'], manifest)
    assert.match(lost.stdout, /^WRONG {4}delivery: 1 ExternalSecrets are in no namespace: [^]*-> .*--namespace$/m)
    assert.equal(lost.exitCode, 6)
    assert.match((await doctor(['--namespace', 'shop', '-'], manifest)).stdout, /Secret shop\/owned belongs to/)
  })

  test('says what it may not list, and does not call that well', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    for (const resource of ['deployments', 'pushsecrets']) emulator.inject({ status: 403, reason: 'Forbidden' }, { resource })
    const { stdout } = await doctor()
    assert.match(stdout, /^doubt {4}operator: this account may not list Deployments\n {9}-> /m)
    assert.match(stdout, /^doubt {4}not served: .*pushsecrets.*\n {9}-> ask as an account that may/m)
  })

  test('without an API server says that alone', async (t) => {
    const { emulator, doctor } = await startCluster(t, KINDS)
    await emulator.close()
    const { stdout, exitCode } = await doctor()
    assert.match(stdout, /^WRONG {4}kubernetes: .*\n {9}-> see --kubeconfig.*\n$/)
    assert.equal(exitCode, 6)
  })

  test('a path without it is refused: the installation in Argo CD has none', async () => {
    const { stderr, exitCode } = await runCli(['doctor', 'apps'])
    assert.match(stderr, /^error: a PATH needs --cluster/)
    assert.equal(exitCode, 2)
  })
})

describe('validate --cluster', () => {
  test('requires creationPolicy Orphan first, at the ExternalSecret that would take its Secret along', async (t) => {
    const { emulator, validate } = await startCluster(t, KINDS)
    putWithSecret(emulator, 'owned', 'itself')
    putWithSecret(emulator, 'free', 'none')
    const input = ['free', 'owned'].map((name) => JSON.stringify(externalSecret(name))).join('\n---\n')
    const { stdout, stderr, exitCode } = await validate(['-'], input)
    assert.match(stderr, /^error: 1 problem: the manifests are not valid\n[^\n]*:3: Conflict: ExternalSecret shop\/owned\n/m)
    assert.match(stderr, /Secret shop\/owned belongs to ExternalSecret shop\/owned: [^]*-> with delivery passthrough still,/)
    assert.equal(stdout, '')
    assert.equal(exitCode, 3)
    assert.deepEqual([...new Set(emulator.audit().map(({ verb }) => verb))], ['list', 'get'])

    assert.equal((await validate(['--delivery', 'passthrough', '-'], input)).exitCode, 0)
    const free = await validate(['-'], JSON.stringify(externalSecret('free')))
    assert.deepEqual([free.stdout, free.exitCode], ['valid: 1 ExternalSecrets, 0 stores\n', 0])
  })

  test('what a cluster does not say is an error with what to do, and without --cluster nobody is asked', async (t) => {
    const { emulator, validate } = await startCluster(t, KINDS)
    emulator.inject({ status: 403, reason: 'Forbidden' }, { resource: 'externalsecrets' })
    const input = JSON.stringify(externalSecret('db'))
    const denied = await validate(['-'], input)
    assert.match(denied.stderr, /whom Secrets belong to cannot be read in the cluster \(Forbidden\)\n {2}-> ask as an account/)
    assert.equal(denied.exitCode, 5)
    await emulator.close()
    assert.equal((await validate(['-'], input)).exitCode, 6)
    assert.equal((await runCli(['validate', '-'], { input })).exitCode, 0)
  })
})
