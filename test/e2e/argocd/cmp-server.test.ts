import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import protobuf from 'protobufjs/minimal.js'
import { bundleClient } from '../../../.ci/build.ts'
import type { ExpandAnswer } from '../../../plugin/argocd/wire/expand-exchange.ts'
import { type FakeDaemon, startFakeDaemon } from '../../support/fake-daemon.ts'
import { callPlugin, manifestsOf, type PluginUpload } from '../../support/fake-repo-server.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import { goProgram } from '../tools/go-program.ts'
import { helmProgram } from '../tools/helm-program.ts'
import { startArgoProcess } from './argo-process.ts'

const REQUEST = {
  ARGOCD_APP_NAME: 'team-a_shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_REVISION: 'f00f',
  KUBE_VERSION: '1.36.3',
  KUBE_API_VERSIONS: 'v1,apps/v1',
}
const FILES = [
  { name: 'plain/pod.yaml', bytes: 'kind: Pod\napiVersion: v1\nmetadata: {name: plain}\n' },
  { name: 'chart/Chart.yaml', bytes: 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' },
  { name: 'chart/values.yaml', bytes: 'color: red\n' },
  {
    name: 'chart/templates/map.yaml',
    bytes: 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {color: "{{ .Values.color }}"}\n',
  },
  { name: 'shared/values.yaml', bytes: 'color: blue\n' },
  { name: 'overlay/kustomization.yaml', bytes: 'resources: [../base]\nnamePrefix: my-\n' },
  { name: 'base/kustomization.yaml', bytes: 'resources: [map.yaml]\n' },
  { name: 'base/map.yaml', bytes: 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: base}\n' },
]

/** The names in a `ParametersAnnouncementResponse`. */
function announcedNames(answer: Buffer): readonly string[] {
  const reader = protobuf.Reader.create(answer)
  const names: string[] = []
  while (reader.pos < reader.len) {
    reader.uint32()
    const end = reader.uint32() + reader.pos
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 10) names.push(reader.string())
      else reader.skipType(tag & 7)
    }
  }
  return names
}

// The daemon is a stand-in that gives back what it gets: what is looked at is all that lies between repo-server and it.
describe('plugin.yaml and the client under the real argocd-cmp-server', () => {
  let folder: string
  let socket: string
  let daemon: FakeDaemon
  let server: ServerProcess
  let answer: ((echoed: Uint8Array) => ExpandAnswer) | undefined

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'cmp-server-'))
    daemon = await startFakeDaemon(({ files }) => {
      const echoed = Buffer.concat(files.map(({ bytes }) => bytes))
      return answer?.(echoed) ?? { exitCode: 0, report: '', output: echoed }
    })
    for (const name of ['bin', 'config', 'plugins', 'dist']) await mkdir(path.join(folder, name))
    await copyFile(new URL('../../../plugin.yaml', import.meta.url), path.join(folder, 'config/plugin.yaml'))
    await bundleClient(path.join(folder, 'dist'))
    await writeFile(path.join(folder, 'dist/package.json'), '{"type":"module"}')
    const start = `#!/bin/sh\nexec '${process.execPath}' '${folder}/dist/client.js' "$@"\n`
    await writeFile(path.join(folder, 'bin/argocd-external-secrets-client'), start, { mode: 0o755 })
    socket = path.join(folder, 'plugins/argocd-external-secrets.sock')
    server = await startArgoProcess(
      { folder, kubeconfig: '/dev/null' },
      {
        program: 'argocd-cmp-server',
        name: 'cmp',
        words: ['--config-dir-path', path.join(folder, 'config')],
        environment: {
          PATH: [path.join(folder, 'bin'), await helmProgram(), await goProgram('kustomize'), '/usr/bin', '/bin'].join(':'),
          ARGOCD_PLUGINSOCKFILEPATH: path.join(folder, 'plugins'),
          ARGOCD_CMP_WORKDIR: path.join(folder, 'cmp'),
          ARGOCD_EXTERNAL_SECRETS_SOCKET: daemon.socket,
        },
        isReady: () => Promise.resolve(existsSync(socket)),
      },
    )
  })
  after(async () => {
    await server.stop()
    await daemon[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  function upload(folderOfApp: string, parameters: readonly object[] = []): PluginUpload {
    return {
      path: folderOfApp,
      files: FILES,
      environment: { ...REQUEST, ARGOCD_APP_SOURCE_PATH: folderOfApp, ARGOCD_APP_PARAMETERS: JSON.stringify(parameters) },
    }
  }

  async function generated(folderOfApp: string, parameters: readonly object[] = []): Promise<readonly unknown[]> {
    return manifestsOf(await callPlugin(socket, 'GenerateManifest', upload(folderOfApp, parameters)))
  }

  test('it is found under its name without a version, and wants no discovery', async () => {
    assert.deepEqual([...(await callPlugin(socket, 'CheckPluginConfiguration'))], [])
  })

  test('a plain directory', async () => {
    assert.deepEqual(await generated('plain'), [{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'plain' } }])
    assert.deepEqual(
      daemon.requests.at(-1)?.files.map(({ name }) => name),
      ['pod.yaml'],
    )
    assert.equal(daemon.requests.at(-1)?.environment.get('ARGOCD_APP_PROJECT_NAME'), 'team-a')
  })

  test('a chart, with values from the root of the repository', async () => {
    const parameters = [{ name: 'helm-value-files', array: ['/shared/values.yaml'] }]
    assert.deepEqual(await generated('chart', parameters), [
      { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'shop' }, data: { color: 'blue' } },
    ])
  })

  test('a kustomization with a base elsewhere in the repository', async () => {
    assert.deepEqual(await generated('overlay'), [{ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'my-base' } }])
  })

  test('a value file out of the checkout is refused, and the message is what a user sees', async () => {
    const parameters = [{ name: 'helm-value-files', array: ['../../../../../etc/passwd'] }]
    await assert.rejects(
      generated('chart', parameters),
      /failed exit status 3: [\s\S]*InvalidSpec[\s\S]*leads out of the repository/,
    )
  })

  test('a refusal of the daemon reaches the caller whole', async () => {
    answer = () => ({ exitCode: 5, report: 'error: 1 problem: nothing was rendered\nAccessDenied\n', output: new Uint8Array() })
    await assert.rejects(generated('plain'), /failed exit status 5: error: 1 problem: nothing was rendered\nAccessDenied$/)
    answer = undefined
  })

  test('the parameters are announced: those of every source, and those of the folder', async () => {
    const announced = async (of: string): Promise<readonly string[]> =>
      announcedNames(await callPlugin(socket, 'GetParametersAnnouncement', upload(of)))
    const names = await announced('chart')
    for (const name of ['delivery', 'timeout', 'stores', 'render', 'helm-value-files']) assert.ok(names.includes(name), name)
    assert.equal(names.includes('kustomize-images'), false)
    assert.ok((await announced('overlay')).includes('kustomize-images'))
  })
})
