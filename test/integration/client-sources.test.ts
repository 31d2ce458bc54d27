import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bundleClient } from '../../.ci/build.ts'
import { type PluginAnswer, type PluginRequest, runPlugin } from '../support/fake-cmp-server.ts'
import { type FakeDaemon, startFakeDaemon } from '../support/fake-daemon.ts'
import { isRunning } from '../support/is-running.ts'

const REQUEST = {
  ARGOCD_APP_NAME: 'team-a_shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_REVISION: 'f00f',
  KUBE_VERSION: '1.36.3',
  KUBE_API_VERSIONS: 'v1',
}

/** Stands in for a tool: prints what it was called with, and counts its runs. */
const TOOL = `#!/bin/sh
echo run >> LOG
printf 'kind: Called\\nwords: "%s"\\nhome: "%s"\\n' "$*" "$HOME"
`

describe('sources through the client', () => {
  let folder: string
  let client: string
  let checkout: string

  before(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'client-sources-')))
    await bundleClient(folder)
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
    client = path.join(folder, 'client.js')
    checkout = path.join(folder, 'work/_cmp_server/0-1')
    for (const name of ['bin', 'tmp', 'work/_cmp_server/0-1/chart', 'work/_cmp_server/0-1/overlay']) {
      await mkdir(path.join(folder, name), { recursive: true })
    }
    await writeFile(path.join(checkout, 'chart/Chart.yaml'), 'name: shop\n')
    await writeFile(path.join(checkout, 'values.yaml'), 'a: 1\n')
    await writeFile(path.join(checkout, 'overlay/kustomization.yaml'), 'resources: []\n')
    for (const name of ['helm', 'kustomize']) await tool(name, TOOL)
  })
  after(() => rm(folder, { recursive: true }))

  function tool(name: string, script: string): Promise<void> {
    return writeFile(path.join(folder, 'bin', name), script.replaceAll('LOG', logOf(name)), { mode: 0o755 })
  }

  function logOf(name: string): string {
    return path.join(folder, `${name}.log`)
  }

  function generate(daemon: FakeDaemon, directory: string, given: Partial<PluginRequest> = {}): Promise<PluginAnswer> {
    return runPlugin({
      command: [process.execPath, client, 'generate', '.'],
      directory: path.join(checkout, directory),
      ...given,
      sidecar: {
        ARGOCD_EXTERNAL_SECRETS_SOCKET: daemon.socket,
        ARGOCD_CMP_WORKDIR: path.join(folder, 'work'),
        PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`,
        TMPDIR: path.join(folder, 'tmp'),
        ...given.sidecar,
      },
      request: { ...REQUEST, ...given.request },
    })
  }

  async function sent(daemon: FakeDaemon, directory: string, given: Partial<PluginRequest> = {}): Promise<readonly string[]> {
    const answer = await generate(daemon, directory, given)
    assert.ok(answer.ok, answer.ok ? '' : answer.error)
    return (daemon.requests.at(-1)?.files ?? []).flatMap(({ name, bytes }) => [name, Buffer.from(bytes).toString()])
  }

  function echo(): Promise<FakeDaemon> {
    return startFakeDaemon(({ files }) => ({ exitCode: 0, report: '', output: Buffer.concat(files.map(({ bytes }) => bytes)) }))
  }

  test('a chart goes through helm, and its output to the daemon', async () => {
    await using daemon = await echo()
    const parameters = [{ name: 'helm-value-files', array: ['/values.yaml'] }]
    const [name, text = ''] = await sent(daemon, 'chart', { request: { ARGOCD_APP_PARAMETERS: JSON.stringify(parameters) } })
    assert.equal(name, 'helm template')
    const values = path.join(checkout, 'values.yaml')
    assert.match(text, /words: "template \. --name-template shop --namespace shop --kube-version 1\.36\.3 --values /)
    assert.ok(text.includes(`--values ${values} --api-versions v1 --include-crds`), text)
  })

  test('a kustomization goes through kustomize, with a home that is gone afterwards', async () => {
    await using daemon = await echo()
    const [name, text = ''] = await sent(daemon, 'overlay')
    assert.equal(name, 'kustomize build')
    assert.match(text, /words: "build --load-restrictor LoadRestrictionsRootOnly \."/)
    const home = /home: "(.*)"/.exec(text)?.[1] ?? ''
    assert.ok(home.startsWith(path.join(folder, 'tmp')))
    assert.equal(existsSync(home), false)
  })

  test('a tool sees a home of its own and the proxies, nothing else of the container', async () => {
    await using daemon = await echo()
    await tool('kustomize', '#!/bin/sh\nprintf "kind: Env\\n"; env | sed "s/^/# /"\n')
    const [, text = ''] = await sent(daemon, 'overlay', {
      sidecar: { AWS_SECRET_ACCESS_KEY: 'x', HTTPS_PROXY: 'http://proxy.example:3128', GIT_ASKPASS: '/x', LD_PRELOAD_X: 'x' },
      request: { ARGOCD_ENV_HELM_PLUGINS: '/theirs' },
    })
    await tool('kustomize', TOOL)
    const variables = new Map(Array.from(text.matchAll(/^# (\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]))
    const ofTheShell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_'])
    assert.deepEqual([...variables.keys()].filter((name) => !ofTheShell.has(name)).toSorted(), [
      'GIT_ALLOW_PROTOCOL',
      'GIT_ATTR_NOSYSTEM',
      'GIT_CONFIG_GLOBAL',
      'GIT_CONFIG_NOSYSTEM',
      'GIT_TEMPLATE_DIR',
      'GIT_TERMINAL_PROMPT',
      'HELM_CACHE_HOME',
      'HELM_CONFIG_HOME',
      'HELM_DATA_HOME',
      'HELM_NO_PLUGINS',
      'HELM_PLUGINS',
      'HOME',
      'HTTPS_PROXY',
      'HTTP_PROXY',
      'KUBECONFIG',
      'PATH',
      'TMPDIR',
      'XDG_CACHE_HOME',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'http_proxy',
    ])
    assert.equal(variables.get('GIT_ALLOW_PROTOCOL'), 'https')
    assert.equal(variables.get('HTTPS_PROXY'), 'http://proxy.example:3128')
  })

  test('with a cache the tool runs once for the same input', async () => {
    await using daemon = await echo()
    const sidecar = { ARGOCD_EXTERNAL_SECRETS_SOURCE_CACHE: path.join(folder, 'cache') }
    const first = await sent(daemon, 'overlay', { sidecar })
    await rm(logOf('kustomize'))
    assert.deepEqual(await sent(daemon, 'overlay', { sidecar }), first)
    assert.equal(existsSync(logOf('kustomize')), false)
    await sent(daemon, 'overlay', { sidecar, request: { ARGOCD_APP_NAMESPACE: 'other' } })
    assert.equal(await readFile(logOf('kustomize'), 'utf8'), 'run\n')
  })

  test('a value file outside of the checkout is refused before helm runs', async () => {
    await using daemon = await echo()
    await rm(logOf('helm'), { force: true })
    const parameters = [{ name: 'helm-value-files', array: ['../../../../bin/helm'] }]
    const answer = await generate(daemon, 'chart', { request: { ARGOCD_APP_PARAMETERS: JSON.stringify(parameters) } })
    assert.match(answer.ok ? '' : answer.error, /exit status 3: [\s\S]*leads out of the repository/)
    assert.deepEqual([existsSync(logOf('helm')), daemon.requests.length], [false, 0])
  })

  test('a tool that takes too long, and the client that is killed, leave nothing running and nothing printed', async () => {
    await using daemon = await echo()
    for (const given of [{ sidecar: { ARGOCD_EXTERNAL_SECRETS_TIMEOUT: '400' } }, { deadlineMs: 800, graceMs: 200 }]) {
      await tool('helm', '#!/bin/sh\nsleep 1000 &\necho $! > LOG\nwait\n')
      const answer = await generate(daemon, 'chart', given)
      assert.deepEqual([answer.ok, answer.output], [false, ''])
      const pid = Number(await readFile(logOf('helm'), 'utf8'))
      while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.equal(daemon.requests.length, 0)
    await tool('helm', TOOL)
    assert.equal((await generate(daemon, 'chart')).ok, true, 'the slot of the killed one is free')
  })

  test('a tool that fails is reported, and its folders are not', async () => {
    await using daemon = await echo()
    await tool('helm', `#!/bin/sh\necho "Error: bad $PWD/templates/x.yaml" >&2\nexit 1\n`)
    const answer = await generate(daemon, 'chart')
    await tool('helm', TOOL)
    assert.match(
      answer.ok ? '' : answer.error,
      /exit status 3: [\s\S]*helm template failed \(exit code 1\): Error: bad \.\/chart\/templates\/x\.yaml/,
    )
  })

  test('what a killed one left is taken away by one that comes later', async () => {
    await using daemon = await echo()
    const temporary = path.join(folder, 'tmp', `argocd-external-secrets-${process.getuid?.()}`)
    const left = path.join(temporary, 'source-left')
    await mkdir(path.join(left, 'home'), { recursive: true })
    await utimes(left, 0, 0)
    await generate(daemon, 'chart')
    assert.equal(existsSync(left), false)
  })
})
