import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bundleClient } from '../../.ci/build.ts'
import { encodeExpandAnswer } from '../../plugin/argocd/wire/expand-exchange.ts'
import { type PluginAnswer, type PluginRequest, runPlugin } from '../support/fake-cmp-server.ts'
import { type FakeDaemon, httpAnswer, startFakeDaemon, startRawDaemon } from '../support/fake-daemon.ts'
import { runCli } from '../support/run-cli.ts'

const POD = 'kind: Pod\napiVersion: v1\nmetadata: {name: shop}\n'
const SECRET = 'kind: Secret\napiVersion: v1\nmetadata: {name: shop}\n'
const REQUEST = {
  ARGOCD_APP_NAME: 'team-a_shop',
  ARGOCD_APP_NAMESPACE: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_REVISION: 'f00f',
  ARGOCD_APP_SOURCE_PATH: 'apps/shop',
  KUBE_VERSION: '1.36.3',
}

describe('the client under argocd-cmp-server', { concurrency: 2 }, () => {
  let folder: string
  let application: string
  let client: string

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'client-'))
    application = path.join(folder, 'checkout/apps/shop')
    await mkdir(application, { recursive: true })
    await writeFile(path.join(application, 'pod.yaml'), POD)
    await bundleClient(folder)
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
    client = path.join(folder, 'client.js')
  })
  after(() => rm(folder, { recursive: true }))

  function generate(daemon: Pick<FakeDaemon, 'socket'>, given: Partial<PluginRequest> = {}): Promise<PluginAnswer> {
    return runPlugin({
      command: [process.execPath, client, 'generate', '.'],
      directory: application,
      ...given,
      sidecar: { ARGOCD_EXTERNAL_SECRETS_SOCKET: daemon.socket, ...given.sidecar },
      request: { ...REQUEST, ...given.request },
    })
  }

  function assertNothingRendered(answer: PluginAnswer, error: RegExp): void {
    assert.deepEqual([answer.ok, answer.output], [false, ''])
    assert.match(answer.ok ? '' : answer.error, error)
  }

  test('prints what the daemon rendered, warnings on standard error', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: 'a warning\n', output: Buffer.from(SECRET) }))
    const answer = await generate(daemon)
    assert.ok(answer.ok, answer.ok ? '' : answer.error)
    assert.deepEqual([answer.output, answer.stderr], [SECRET, 'a warning\n'])
    assert.deepEqual(answer.manifests, [{ kind: 'Secret', apiVersion: 'v1', metadata: { name: 'shop' } }])
  })

  test('sends the manifests and the variables of the request, nothing of the container', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: '', output: Buffer.from(POD) }))
    await generate(daemon, {
      sidecar: { ARGOCD_GIT_ASKPASS: 'x', AWS_PROFILE: 'x' },
      request: { PARAM_X: 'y', ARGOCD_ENV_X: 'y' },
    })
    const [request] = daemon.requests
    assert.deepEqual(
      request?.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
      [['pod.yaml', POD]],
    )
    assert.deepEqual(Object.fromEntries(request?.environment ?? []), { ...REQUEST, ARGOCD_ENV_X: 'y' })
  })

  test('a refusal is its report and its exit code, and no output', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 5, report: 'error: not yours\n', output: new Uint8Array() }))
    assertNothingRendered(await generate(daemon), /failed exit status 5: error: not yours$/)
  })

  test('a full queue is its report and its exit code', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 6, report: 'error: busy\n', output: new Uint8Array() }), 503)
    assertNothingRendered(await generate(daemon), /failed exit status 6: error: busy$/)
  })

  test('without a daemon it fails with the remedy', async () => {
    assertNothingRendered(
      await generate({ socket: '/nowhere/daemon.sock' }),
      /exit status 6: [\s\S]*no daemon listens at "\/nowhere\/daemon.sock"[\s\S]*-> .*both containers mount/,
    )
  })

  test('a daemon that goes away at any byte of its answer leaves standard output empty', async () => {
    const whole = httpAnswer(encodeExpandAnswer({ exitCode: 0, report: 'r', output: Buffer.from(SECRET) }))
    const cuts = [0, 1, 20, Buffer.from(whole).indexOf('\r\n\r\n') + 4, whole.byteLength - SECRET.length, whole.byteLength - 1]
    for (const cut of cuts) {
      await using daemon = await startRawDaemon(whole.subarray(0, cut))
      assertNothingRendered(await generate(daemon), /exit status 6: [\s\S]*went away before its answer was whole/)
    }
  })

  test('an answer whose output was changed on its way is refused', async () => {
    const whole = Buffer.from(httpAnswer(encodeExpandAnswer({ exitCode: 0, report: '', output: Buffer.from(SECRET) })))
    whole.writeUInt8((whole.at(-2) ?? 0) ^ 1, whole.byteLength - 2)
    await using daemon = await startRawDaemon(whole)
    assertNothingRendered(await generate(daemon), /exit status 6: [\s\S]*checksum/)
  })

  for (const [what, bytes] of [
    ['no HTTP', Buffer.from('SSH-2.0-OpenSSH\r\n\r\n')],
    ['HTTP without a length', Buffer.from('HTTP/1.1 200 OK\r\n\r\nx')],
    ['another body', httpAnswer(Buffer.from('<html>'))],
    ['another protocol', httpAnswer(Buffer.from('{"protocol":2}\n'))],
    [
      'a failure that calls itself a success',
      httpAnswer(encodeExpandAnswer({ exitCode: 0, report: '', output: Buffer.from(POD) }), 500),
    ],
  ] as const)
    test(`${what} at the socket is no answer`, async () => {
      await using daemon = await startRawDaemon(bytes)
      assertNothingRendered(await generate(daemon), /exit status 6: /)
    })

  test('a daemon that does not answer in time is given up, before the caller gives up', async () => {
    await using daemon = await startFakeDaemon(() => new Promise(() => {}))
    const answer = await generate(daemon, { sidecar: { ARGOCD_EXTERNAL_SECRETS_TIMEOUT: '300' } })
    assertNothingRendered(answer, /exit status 6: [\s\S]*Deadline[\s\S]*did not answer within/)
  })

  test('an author shortens the time and cannot lengthen it', async () => {
    await using daemon = await startFakeDaemon(() => new Promise(() => {}))
    const withTimeout = (timeout: string): Partial<PluginRequest> => ({
      sidecar: { ARGOCD_EXTERNAL_SECRETS_TIMEOUT: '400' },
      request: { ARGOCD_APP_PARAMETERS: JSON.stringify([{ name: 'timeout', string: timeout }]) },
    })
    for (const timeout of ['200', '90000']) assertNothingRendered(await generate(daemon, withTimeout(timeout)), /Deadline/)
  })

  test('killed by its caller, it leaves standard output empty', async () => {
    await using daemon = await startFakeDaemon(() => new Promise(() => {}))
    assertNothingRendered(await generate(daemon, { deadlineMs: 700, graceMs: 200 }), /signal: SIGKILL/)
  })

  test('killed at any moment, it has printed everything or has failed', async () => {
    const output = Buffer.from(`kind: ConfigMap\ndata: {x: "${'x'.repeat(2_000_000)}"}\n`)
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: '', output }))
    for (let afterMs = 1; afterMs <= 120; afterMs += 12) {
      const answer = await generate(daemon, { deadlineMs: 100 + afterMs, graceMs: 100 })
      if (answer.ok) assert.equal(answer.output.length, output.length)
      else assert.match(answer.error, /signal: SIGKILL/)
    }
  })

  test('an answer of several megabytes arrives whole', async () => {
    const output = Buffer.from(`kind: ConfigMap\ndata: {x: "${'x'.repeat(8_000_000)}"}\n`)
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: '', output }))
    const answer = await generate(daemon)
    assert.equal(answer.output, output.toString())
  })

  test('a daemon that refuses a large request without reading it is heard', async () => {
    const large = path.join(folder, 'large')
    await mkdir(large, { recursive: true })
    await writeFile(path.join(large, 'large.yaml'), `kind: ConfigMap\ndata: {x: "${'x'.repeat(8_000_000)}"}\n`)
    const refusal = encodeExpandAnswer({ exitCode: 6, report: 'error: busy\n', output: new Uint8Array() })
    await using daemon = await startRawDaemon(httpAnswer(refusal, 503))
    assertNothingRendered(await generate(daemon, { directory: large }), /failed exit status 6: error: busy$/)
  })

  test('what it does not know is a usage error', async () => {
    const command = [process.execPath, client, 'generate', '--delivery', 'inline']
    assertNothingRendered(
      await generate({ socket: '/nowhere' }, { command }),
      /exit status 2: .*unexpected argument "--delivery"/,
    )
  })

  test('filters what another tool printed', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: '', output: Buffer.from(SECRET) }))
    const large = `kind: ConfigMap\ndata: {x: "${'x'.repeat(300_000)}"}\n`
    const { exitCode, stdout } = await runCli(['generate', '-'], {
      main: client,
      input: large,
      environment: { ...REQUEST, ARGOCD_EXTERNAL_SECRETS_SOCKET: daemon.socket },
    })
    assert.deepEqual([exitCode, stdout], [0, SECRET])
    assert.deepEqual(
      daemon.requests[0]?.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
      [['-', large]],
    )
  })

  test('announces the parameters of the folder', async () => {
    const command = [process.execPath, client, 'parameters', '.']
    const answer = await generate({ socket: '/nowhere' }, { command })
    const names = answer.ok ? (answer.manifests.flat() as { name: string }[]).map(({ name }) => name) : [answer.error]
    assert.deepEqual(names, ['directory-recurse', 'directory-include', 'directory-exclude'])
  })

  test('the program hands generate over to it inside Argo CD', async () => {
    await using daemon = await startFakeDaemon(() => ({ exitCode: 0, report: '', output: Buffer.from(SECRET) }))
    const main = new URL('../../plugin/main.ts', import.meta.url).pathname
    const answer = await generate(daemon, { command: [process.execPath, main, 'generate'] })
    assert.equal(answer.output, SECRET)
  })
})
