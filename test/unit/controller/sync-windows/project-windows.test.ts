import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { APP_PROJECTS, projectWindows } from '../../../../plugin/controller/sync-windows/project-windows.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import { KubeError } from '../../../../plugin/kube/kube-error.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import type { WrittenWindow } from './window-cases.ts'

let kube: KubeEmulator
before(async () => {
  kube = await startKubeEmulator({ namespaces: ['argocd'], resources: [APP_PROJECTS] })
})
after(() => kube.close())
beforeEach(() => settings({}))

const never = new AbortController().signal

function put(
  name: string,
  syncWindows: readonly WrittenWindow[] | undefined,
  labels: Readonly<Record<string, string>> = {},
): void {
  kube.put(APP_PROJECTS, { metadata: { namespace: 'argocd', name, labels }, spec: { syncWindows } })
}

function settings(data: Readonly<Record<string, string>>): void {
  kube.put(CONFIG_MAPS, { metadata: { namespace: 'argocd', name: 'argocd-cm' }, data })
}

async function kindsOf(project: string): Promise<readonly string[]> {
  return (await projectWindows(kube.localClient(), 'argocd')(project, never)).map(({ schedule }) => schedule)
}

/** A window that is known again. */
function windowOf(schedule: string): WrittenWindow {
  return { kind: 'deny', schedule, duration: '1h', applications: ['*'] }
}

test('the windows of a project are read with what is not set as Argo CD takes it', async () => {
  put('team', [{ kind: 'allow', schedule: '0 0 * * *', duration: '1h', clusters: ['prod'], andOperator: true }])
  put('empty', undefined)
  const [window, ...others] = await projectWindows(kube.localClient(), 'argocd')('team', never)
  assert.deepEqual(
    [window, others],
    [
      {
        kind: 'allow',
        schedule: '0 0 * * *',
        duration: '1h',
        applications: [],
        namespaces: [],
        clusters: ['prod'],
        manualSync: false,
        timeZone: '',
        andOperator: true,
      },
      [],
    ],
  )
  assert.deepEqual(await kindsOf('empty'), [])
})

test('windows of global projects hold for the projects that they select, and not for themselves', async () => {
  put('team', [windowOf('own')], { tier: 'gold' })
  put('other', [windowOf('other')])
  put('global', [windowOf('global')], { tier: 'gold' })
  put('everywhere', [windowOf('everywhere')])
  settings({
    globalProjects: `
- projectName: global
  labelSelector:
    matchExpressions:
    - { key: tier, operator: In, values: [gold, silver] }
- labelSelector: {}
  projectName: everywhere
`,
  })
  assert.deepEqual(await kindsOf('team'), ['own', 'global', 'everywhere'])
  assert.deepEqual(await kindsOf('other'), ['other', 'everywhere'])
  assert.deepEqual(await kindsOf('global'), ['global', 'everywhere'])
})

test('behind a global project that is not there none is looked at, and Argo CD may have no settings', async () => {
  put('team', [windowOf('own')])
  put('everywhere', [windowOf('everywhere')])
  settings({ globalProjects: '[{projectName: gone}, {projectName: everywhere}]' })
  assert.deepEqual(await kindsOf('team'), ['own'])
  await kube.localClient().delete(CONFIG_MAPS, { namespace: 'argocd', name: 'argocd-cm' })
  assert.deepEqual(await kindsOf('team'), ['own'])
})

test('what cannot be read is never taken for no window', async () => {
  const rejects = async (project: string, kind: string, remedy: RegExp): Promise<void> => {
    await assert.rejects(kindsOf(project), (thrown) => {
      assert.ok(thrown instanceof SecretError)
      assert.equal(thrown.kind, kind)
      assert.match(thrown.remedy ?? '', remedy)
      return true
    })
  }
  await rejects('none', 'NotFound', /--argocd-namespace/)
  kube.put(APP_PROJECTS, { metadata: { namespace: 'argocd', name: 'odd' }, spec: { syncWindows: 'always' } })
  await rejects('odd', 'InvalidSpec', /syncWindows/)
  put('team', [])
  for (const globalProjects of [
    '{',
    'text',
    '[{projectName: [x]}]',
    '[{projectName: x, labelSelector: {matchExpressions: [{key: a, operator: Is}]}}]',
  ]) {
    settings({ globalProjects })
    await rejects('team', 'InvalidSpec', /projectName/)
  }
})

test('a right that is missing is named, and a server that is away is no missing right', async () => {
  for (const [status, reason, kind, remedy] of [
    [403, 'Forbidden', 'AccessDenied', 'grant get on appprojects.argoproj.io in the namespace argocd'],
    [503, 'ServiceUnavailable', 'Unavailable', undefined],
  ] as const) {
    const client = {
      get: () => Promise.reject(new KubeError('canary', status, reason)),
    }
    await assert.rejects(projectWindows(client, 'argocd')('team', never), (thrown) => {
      assert.ok(thrown instanceof SecretError && !thrown.message.includes('canary'))
      assert.deepEqual([thrown.kind, thrown.remedy], [kind, remedy])
      return true
    })
  }
})
