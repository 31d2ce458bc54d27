import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { stringify } from 'yaml'
import { goProgram } from '../tools/go-program.ts'
import { builtOverlay } from './kustomize-build.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'health-'))
const file = (name: string): string => path.join(folder, name)
let argocd: string

/** Argo CD reads its settings from these files instead of a cluster. */
before(async () => {
  argocd = path.join(await goProgram('argocd'), 'argocd')
  const settings = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd' },
    data: { other: 'kept' },
  }
  const [built] = await builtOverlay({ components: ['external-secrets/argocd-health'], files: { 'argocd-cm.yaml': settings } })
  assert.ok(built)
  assert.equal((built['data'] as Record<string, string>)['other'], 'kept')
  writeFileSync(file('argocd-cm.yaml'), stringify(built))
  writeFileSync(file('argocd-secret.yaml'), stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'argocd-secret' } }))
})
after(() => rmSync(folder, { recursive: true }))

/** What the real Argo CD says of an object with this status. */
function healthOf(kind: string, status: object | undefined): string {
  const object = { apiVersion: 'external-secrets.io/v1', kind, metadata: { name: 'x', namespace: 'shop' }, status }
  writeFileSync(file('object.yaml'), stringify(object))
  const words = ['admin', 'settings', 'resource-overrides', 'health', file('object.yaml')]
  const files = ['--argocd-cm-path', file('argocd-cm.yaml'), '--argocd-secret-path', file('argocd-secret.yaml')]
  const { status: code, stdout, stderr } = spawnSync(argocd, [...words, ...files], { encoding: 'utf8' })
  assert.equal(code, 0, stderr)
  const said = Object.fromEntries(stdout.split('\n').map((line) => line.split(': ') as [string, string]))
  return `${said['STATUS']}: ${said['MESSAGE']}`
}

const ready = (status: string, message: string): object => ({
  conditions: [
    { type: 'Deleted', status: 'False' },
    { type: 'Ready', status, reason: 'Reason', message },
  ],
})

for (const kind of ['ExternalSecret', 'SecretStore', 'ClusterSecretStore']) {
  describe(`the health of ${kind} in Argo CD`, () => {
    test('is Progressing until a controller said something', () => {
      const unheard = 'Progressing: no controller has said anything yet'
      assert.equal(healthOf(kind, undefined), unheard)
      assert.equal(healthOf(kind, {}), unheard)
      assert.equal(healthOf(kind, { conditions: [] }), unheard)
    })

    test('is Healthy or Degraded by its condition Ready, with its message', () => {
      assert.equal(healthOf(kind, ready('True', 'secret synced')), 'Healthy: secret synced')
      assert.equal(healthOf(kind, ready('False', 'could not update secret')), 'Degraded: could not update secret')
      assert.equal(healthOf(kind, ready('Unknown', 'asking')), 'Progressing: asking')
    })
  })
}
