import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExpandAnswer, ExpandRequest } from '../../plugin/argocd/wire/expand-exchange.ts'
import { listenOnPluginSocket, type PluginSocket, pluginSocketName } from '../../plugin/cmp/listen-on-plugin-socket.ts'
import { UploadSpace } from '../../plugin/cmp/upload-space.ts'
import { systemClock } from '../../plugin/model/clock.ts'
import { callPlugin, manifestsOf, type PluginUpload } from '../support/fake-repo-server.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'cmp-'))
/** Nobody makes it beforehand. */
const temporaryFolder = path.join(folder, 'not/yet/there')
const POD = '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}'
const UPLOAD: PluginUpload = {
  path: 'apps/shop',
  environment: { ARGOCD_APP_NAME: 'shop', KUBE_VERSION: '1.36.3', SECRET_OF_NOBODY: 'x' },
  files: [
    { name: 'apps/shop/pod.yaml', bytes: 'kind: Pod\n' },
    { name: 'apps/shop/link.yaml', link: '../../base/service.yaml' },
    { name: 'apps/shop/README.md', bytes: 'kind: of text' },
    { name: 'apps/shop/deeper/pod.yaml', bytes: 'kind: Pod\n' },
    { name: 'base/service.yaml', bytes: 'kind: Service\n' },
  ],
}

let socket: PluginSocket
let requests: ExpandRequest[] = []
let answer: (signal: AbortSignal) => Promise<ExpandAnswer>

before(async () => {
  socket = await listenOnPluginSocket(folder, pluginSocketName('argocd-external-secrets', ''), {
    clock: systemClock,
    limits: { bytes: 1_000_000, entries: 1_000 },
    // Less than one upload: all the others wait for the oldest one.
    space: new UploadSpace(1_000),
    sourceTools: {
      path: '',
      proxies: {},
      temporaryFolder,
      clock: systemClock,
      kustomizeEnableHelm: false,
      cache: undefined,
      slots: undefined,
    },
    expand: (request, signal) => {
      requests.push(request)
      return answer(signal)
    },
    announcements: () => [{ name: 'delivery', title: 'Delivery', required: true, array: ['a'], map: { k: 'v' } }],
    report: (error) => `${error.kind}: ${error.message}`,
  })
})

beforeEach(() => {
  requests = []
  answer = async () => ({ exitCode: 0, report: '', output: Buffer.from(`${POD}\n${POD}\n`) })
})

after(async () => {
  await socket.close(AbortSignal.timeout(1_000))
  rmSync(folder, { recursive: true, force: true })
})

const generate = (more: Partial<PluginUpload> = {}): Promise<Buffer> =>
  callPlugin(socket.path, 'GenerateManifest', { ...UPLOAD, ...more })

describe('GenerateManifest', () => {
  test('every line of the output is a manifest', async () => {
    assert.deepEqual(manifestsOf(await generate()), [JSON.parse(POD), JSON.parse(POD)])
  })

  test('a chart is unpacked for helm, the first time too; what is said is about helm', async () => {
    const chart = { name: 'apps/shop/Chart.yaml', bytes: 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' }
    await assert.rejects(generate({ files: [...UPLOAD.files, chart] }), /helm/)
  })

  test('the manifests of the folder go in, links followed, with the variables of a request and the time that is left', async () => {
    await generate({ deadlineMs: 10_000 })
    const [request] = requests
    assert.deepEqual(
      request?.files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]),
      [
        ['link.yaml', 'kind: Service\n'],
        ['pod.yaml', 'kind: Pod\n'],
      ],
    )
    assert.deepEqual([...(request?.environment.keys() ?? [])], ['ARGOCD_APP_NAME', 'KUBE_VERSION'])
    assert.ok((request?.timeoutMs ?? 0) <= 9_900)
  })

  test('the root of the repository is a folder too', async () => {
    await generate({ path: '.', files: [{ name: 'pod.yaml', bytes: 'kind: Pod\n' }] })
    assert.equal(requests[0]?.files.length, 1)
  })

  test('the report of a refused render is the error, as it is', async () => {
    answer = async () => ({ exitCode: 5, report: 'app.yaml:3: no rule allows it', output: Buffer.from('') })
    await assert.rejects(generate(), { code: 2, details: 'app.yaml:3: no rule allows it' })
  })

  for (const [what, more] of [
    ['a wrong checksum', { checksum: 'ab'.repeat(32) }],
    ['no metadata', { parts: 'without metadata' }],
    ['metadata twice', { parts: 'metadata twice' }],
    ['half of the archive', { parts: 'half of the archive' }],
    ['a path out of the repository', { path: '../other' }],
    ['a folder that is not there', { path: 'apps/none' }],
    ['a file out of the repository', { files: [{ name: '../x', bytes: 'x' }] }],
    ['more than is allowed', { files: [{ name: 'apps/shop/x.yaml', bytes: 'x'.repeat(1_000_001) }] }],
  ] as const) {
    test(`${what} is refused, and nothing is expanded`, async () => {
      await assert.rejects(generate(more), { code: 2, details: /^InvalidSpec: / })
      assert.deepEqual(requests, [])
    })
  }

  test('who goes away ends the render', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    answer = (signal) => {
      signal.addEventListener('abort', () => resolve())
      return new Promise(() => {})
    }
    const call = generate({ deadlineMs: 700 })
    await assert.rejects(call, { code: 4 })
    await ended
  })

  test('200 calls at once are all answered', async () => {
    answer = async () => {
      await sleep(5)
      return { exitCode: 0, report: '', output: Buffer.from(`${POD}\n`) }
    }
    const answers = await Promise.all(Array.from({ length: 200 }, () => generate()))
    assert.ok(answers.every((bytes) => manifestsOf(bytes).length === 1))
    assert.equal(requests.length, 200)
  })
})

describe('the other calls', () => {
  test('there is no discovery, and no wish for credentials of Git', async () => {
    assert.equal((await callPlugin(socket.path, 'CheckPluginConfiguration')).byteLength, 0)
    assert.equal((await callPlugin(socket.path, 'MatchRepository', UPLOAD)).byteLength, 0)
  })

  test('parameters are announced', async () => {
    const bytes = await callPlugin(socket.path, 'GetParametersAnnouncement', UPLOAD)
    assert.match(bytes.toString('latin1'), /delivery[\s\S]*Delivery/)
  })
})

test('nothing of a checkout is left on disk', () => {
  assert.deepEqual(readdirSync(temporaryFolder), [])
})
