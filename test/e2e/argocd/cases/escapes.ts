import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createApplication, type PluginWish } from '../applications.ts'
import { createProject } from '../argo-settings.ts'
import { newCanary, placesOf } from '../canary.ts'
import { externalSecret, yamlOf } from '../manifests.ts'
import { PLUGIN_NAME } from '../plugin.ts'
import type { World } from '../world.ts'

/** What one tenant tries to get at the secret of another through what Argo CD hands over. */
interface Attempt {
  readonly files: Readonly<Record<string, string>>
  readonly plugin?: PluginWish
  /** `team-a` without it: its rule allows what is below the key `team-a`. */
  readonly project?: string
  /** What the refusal is about. */
  readonly refusal: RegExp
}

const PRIZE = 'team-b/database'
const wanted = (key: string, more: object = {}): object =>
  externalSecret({ name: 'stolen', ...more }, { password: [key, 'password'] })
const prize = yamlOf(wanted(PRIZE))
const NOT_ALLOWED = /AccessDenied[\s\S]*policy/

const ENVIRONMENT = { ARGOCD_APP_PROJECT_NAME: 'team-b', ARGOCD_APP_NAMESPACE: 'team-b', PROJECT: 'team-b', NAMESPACE: 'team-b' }
const FORGED = Object.entries(ENVIRONMENT).map(([name, value]) => ({ name, value }))
const SETTINGS = ['policy', 'credentials', 'socket'].map((name) => ({ name, string: '/tmp' }))
const override = (plugin: object): string => JSON.stringify({ plugin: { name: PLUGIN_NAME, ...plugin } })

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "another team's key": { files: { 'all.yaml': prize }, refusal: NOT_ALLOWED },
  'a key that climbs': {
    files: { 'all.yaml': yamlOf(wanted('team-a/../team-b/database')) },
    refusal: /AccessDenied/,
  },
  'a key that climbs in URL spelling': {
    files: { 'all.yaml': yamlOf(wanted('team-a/%2e%2e/team-b/database')) },
    refusal: /AccessDenied/,
  },
  'a key with the mount before it': {
    files: { 'all.yaml': yamlOf(wanted('secret/data/team-b/database')) },
    refusal: NOT_ALLOWED,
  },
  'a project without a rule': { files: { 'all.yaml': yamlOf(wanted('team-a/own')) }, project: 'unknown', refusal: NOT_ALLOWED },
  'a project and a namespace that plugin.env claims': {
    files: { 'all.yaml': prize },
    plugin: { env: FORGED },
    refusal: NOT_ALLOWED,
  },
  'settings of the administrator in plugin.parameters': {
    files: { 'all.yaml': prize },
    plugin: { parameters: SETTINGS },
    refusal: /InvalidSpec/,
  },
  'an environment in .argocd-source.yaml': {
    files: { 'all.yaml': prize, '.argocd-source.yaml': override({ env: FORGED }) },
    refusal: NOT_ALLOWED,
  },
  'stores chosen in .argocd-source.yaml': {
    files: { 'all.yaml': prize, '.argocd-source.yaml': override({ parameters: [{ name: 'stores', array: ['vault'] }] }) },
    refusal: NOT_ALLOWED,
  },
  'an object that names the namespace of another team': {
    files: { 'all.yaml': yamlOf(wanted(PRIZE, { namespace: 'team-b' })) },
    refusal: /AccessDenied/,
  },
  "a store of Git with the name of the administrator's": {
    files: { 'all.yaml': yamlOf(vaultStore('ClusterSecretStore', 'vault'), wanted(PRIZE)) },
    refusal: /Conflict/,
  },
  "a store of Git with the administrator's credential": {
    files: {
      'all.yaml': yamlOf(
        vaultStore('SecretStore', 'own'),
        externalSecret({ name: 'stolen' }, { password: [PRIZE, 'password'] }, { name: 'own' }),
      ),
    },
    refusal: NOT_ALLOWED,
  },
  'a chart that forges its capabilities and names': {
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: thief\nversion: 1.0.0\n',
      'templates/all.yaml': prize,
    },
    plugin: { env: FORGED, parameters: [{ name: 'helm-release-name', string: 'team-b' }] },
    refusal: NOT_ALLOWED,
  },
  'an overlay that moves everything to another namespace': {
    files: { 'kustomization.yaml': 'resources: [all.yaml]\nnamespace: team-b\n', 'all.yaml': prize },
    refusal: /AccessDenied/,
  },
}

/** Attempts on the policy that need the real Argo CD to be made; all others are in `test/security/`. */
export function escapes(world: () => World): void {
  let canary: string

  before(async () => {
    canary = newCanary()
    await world().vault.put(PRIZE, { password: canary })
    await world().vault.put('team-a/own', { password: 'of-team-a' })
    for (const project of ['team-a', 'unknown']) await createProject(world().home.client, project)
  })

  test('a team gets what is its own', async () => {
    await world().repository.commit({ 'own/all.yaml': yamlOf(wanted('team-a/own')) })
    const application = await createApplication(world(), { name: 'own', path: 'own', project: 'team-a', namespace: 'team-a' })
    await application.isSynced()
  })

  for (const [index, [what, attempt]] of Object.entries(ATTEMPTS).entries()) {
    test(`nothing is had by ${what}`, async () => {
      const name = `attempt-${index}`
      const { files, plugin = {}, project = 'team-a', refusal } = attempt
      const own = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text])
      await world().repository.commit(Object.fromEntries(own) as Record<string, string>)
      const application = await createApplication(world(), { name, path: name, project, namespace: 'team-a', plugin })
      assert.match(await application.condition('ComparisonError'), refusal)
      assert.deepEqual(await placesOf(world(), canary), [])
    })
  }
}

/** With the reference to the administrator's credential. The server is nobody's: a connection would be the first mistake. */
function vaultStore(kind: string, name: string): object {
  const tokenSecretRef = { name: 'vault', namespace: 'argocd', key: 'token' }
  const vault = { server: 'http://127.0.0.1:9', path: 'secret', version: 'v2', auth: { tokenSecretRef } }
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name }, spec: { provider: { vault } } }
}
