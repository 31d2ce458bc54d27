import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Checksums } from '../../plugin/argocd/workload-checksums.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { renderText, STORE } from '../support/render.ts'
import { externalSecret, stream } from '../support/render-cases.ts'

const KEY = SecretValue.fromText('a key of thirty-two bytes or more')
const BOTH = '  data: [{secretKey: user, remoteRef: {key: user}}, {secretKey: password, remoteRef: {key: password}}]'
const VALUES = { user: 'ada', password: 'one' }

function workload(podSpec: string, { kind = 'Deployment', name = 'web', apiVersion = 'apps/v1', metadata = '' } = {}): string {
  const template = `{metadata: {labels: {app: web}}, spec: ${podSpec}}`
  const spec = kind === 'CronJob' ? `{jobTemplate: {spec: {template: ${template}}}}` : `{template: ${template}}`
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`
}

const USES_PASSWORD = '{containers: [{name: a, env: [{name: P, valueFrom: {secretKeyRef: {name: app, key: password}}}]}]}'

async function outputOf(text: string, values: Record<string, string> = VALUES, more: Partial<Checksums> = {}): Promise<string> {
  const checksums: Checksums = { workloads: 'all', key: KEY, project: 'shop', ...more }
  const render = await renderText(stream(STORE, externalSecret({ spec: BOTH }), text), memoryProvider(values), { checksums })
  assert.ok(render.output, JSON.stringify(render.problems))
  return new TextDecoder().decode(render.output)
}

async function checksumOf(text: string, values?: Record<string, string>, more?: Partial<Checksums>): Promise<string | undefined> {
  return /argocd-external-secrets\.io\/checksum: "?([0-9a-f]{64})/.exec(await outputOf(text, values, more))?.[1]
}

describe('which uses count', () => {
  for (const [what, podSpec] of [
    ['env', USES_PASSWORD],
    ['envFrom', '{containers: [{name: a, envFrom: [{secretRef: {name: app}}]}]}'],
    ['init containers', USES_PASSWORD.replace('containers', 'initContainers')],
    ['ephemeral containers', USES_PASSWORD.replace('containers', 'ephemeralContainers')],
    ['a volume', '{volumes: [{name: v, secret: {secretName: app}}]}'],
    ['items of a volume', '{volumes: [{name: v, secret: {secretName: app, items: [{key: password, path: p}]}}]}'],
    ['a projected volume', '{volumes: [{name: v, projected: {sources: [{secret: {name: app}}]}}]}'],
    ['image pull secrets', '{imagePullSecrets: [{name: app}]}'],
  ] as const) {
    test(`${what}: another value, another checksum`, async () => {
      const before = await checksumOf(workload(podSpec))
      assert.ok(before)
      assert.equal(await checksumOf(workload(podSpec)), before)
      assert.notEqual(await checksumOf(workload(podSpec), { ...VALUES, password: 'two' }), before)
    })
  }

  test('a key that is not used changes nothing', async () => {
    const text = workload(USES_PASSWORD)
    assert.equal(await checksumOf(text, { ...VALUES, user: 'grace' }), await checksumOf(text))
  })

  for (const kind of ['StatefulSet', 'DaemonSet', 'CronJob', 'Rollout']) {
    test(kind, async () => {
      const apiVersion = kind === 'CronJob' ? 'batch/v1' : kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1'
      assert.ok(await checksumOf(workload(USES_PASSWORD, { kind, apiVersion })))
    })
  }
})

describe('what stays byte for byte', () => {
  for (const [what, text] of [
    ['a Job', workload(USES_PASSWORD, { kind: 'Job', apiVersion: 'batch/v1' })],
    ['a bare Pod', `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: ${USES_PASSWORD}\n`],
    ['a workload that uses no rendered Secret', workload(USES_PASSWORD.replace('name: app', 'name: other'))],
    ['a workload of another namespace', workload(USES_PASSWORD, { metadata: ', namespace: elsewhere' })],
    ['a kind of that name in another group', workload(USES_PASSWORD, { apiVersion: 'example.com/v1' })],
  ] as const) {
    test(what, async () => {
      assert.ok((await outputOf(text)).endsWith(text))
    })
  }

  test('by default only an annotated workload is touched, with all any but one that declines', async () => {
    const says = (word: string): string =>
      workload(USES_PASSWORD, { metadata: `, annotations: {argocd-external-secrets.io/workload-checksum: ${word}}` })
    const annotated = { workloads: 'annotated' } as const
    assert.equal(await checksumOf(workload(USES_PASSWORD), VALUES, annotated), undefined)
    assert.ok(await checksumOf(says('enabled'), VALUES, annotated))
    assert.equal(await checksumOf(says('disabled')), undefined)
  })
})

test('equal values cannot be told: the checksum is bound to key, project, namespace and workload', async () => {
  const texts = [
    workload(USES_PASSWORD),
    workload(USES_PASSWORD, { name: 'other' }),
    workload(USES_PASSWORD, { kind: 'StatefulSet' }),
  ]
  const sums = await Promise.all([
    ...texts.map((text) => checksumOf(text)),
    checksumOf(workload(USES_PASSWORD), VALUES, { project: 'else' }),
    checksumOf(workload(USES_PASSWORD), VALUES, { key: SecretValue.fromText('another key of thirty-two bytes!!') }),
  ])
  assert.equal(new Set(sums).size, 5)
})

test('in a List only the workload changes', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } })}\n- ${JSON.stringify(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { imagePullSecrets: [{ name: 'app' }] } } },
    },
  )}\n`
  const output = await outputOf(list)
  assert.match(output, /argocd-external-secrets\.io\/checksum/)
  assert.match(output, /Service/)
})
