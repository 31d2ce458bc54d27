import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { type DaemonProcess, startDaemonProcess } from '../support/daemon-process.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { externalSecret } from '../support/render-cases.ts'

const CANARY = 'canary-0815'
const POLICY = `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: teams}
stores:
  - kind: ClusterSecretStore
    metadata: {name: store}
    projects: ['**']
    spec:
      provider: {aws: {service: SecretsManager, region: us-east-1}}
      retrySettings: {maxRetries: 1, retryInterval: 10ms}
rules:
  - name: all
    projects: ['**']
    namespaces: ['**']
    stores: [{administrator: store, keys: [db, team-*]}]
`
const FILES = {
  'app.yaml': externalSecret()
    .replace('  namespace: default\n', '')
    .replace('{name: store}', '{name: store, kind: ClusterSecretStore}'),
}

function passwordOf(answer: Awaited<ReturnType<DaemonProcess['generate']>>): string {
  assert.ok(answer.ok, answer.ok ? '' : answer.error)
  const [secret] = answer.manifests as readonly { readonly data: { readonly password: string } }[]
  return Buffer.from(secret?.data.password ?? '', 'base64').toString()
}

/** A daemon over AWS, with a volume of its own, as often as it is started. */
async function withVolume(
  work: (aws: AwsEmulator, start: Parameters<typeof startDaemonProcess>[0]) => Promise<void>,
): Promise<void> {
  const volume = await mkdtemp(path.join(os.tmpdir(), 'volume-'))
  await mkdir(path.join(volume, 'keys'))
  await writeFile(path.join(volume, 'keys/v1'), Buffer.alloc(32, 7))
  const aws = await startAwsEmulator()
  const start = {
    policy: { 'policy.yaml': POLICY },
    flags: ['--keys', path.join(volume, 'keys'), '--state', path.join(volume, 'state'), '--cache-ttl', '0'],
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
    },
  }
  try {
    await work(aws, start)
  } finally {
    await rm(volume, { recursive: true })
  }
}

test('an outage changes nothing in the output, also for a daemon that was killed and started again', async () => {
  await withVolume(async (aws, start) => {
    aws.putSecret('db', JSON.stringify({ password: CANARY }))
    const first = await startDaemonProcess(start)
    assert.equal(passwordOf(await first.generate(FILES)), CANARY)
    await aws.close()
    const stale = await first.generate(FILES)
    assert.equal(passwordOf(stale), CANARY)
    await first[Symbol.asyncDispose]()

    await using second = await startDaemonProcess(start)
    assert.equal(passwordOf(await second.generate(FILES)), CANARY)
    assert.match(second.log(), /\(stale\)/)
    const killed = new Promise((resolve) => second.child.once('exit', resolve))
    second.child.kill('SIGKILL')
    await killed

    await using third = await startDaemonProcess(start)
    assert.equal(passwordOf(await third.generate(FILES)), CANARY)
    const elsewhere = await third.generate({ 'app.yaml': FILES['app.yaml'].replace('key: db', 'key: other') })
    assert.match(elsewhere.ok ? '' : elsewhere.error, /AccessDenied/)
    for (const daemon of [first, second, third]) assert.doesNotMatch(daemon.log(), new RegExp(CANARY))
  })
})

test('nor does it take a key from a search, which has all that it found before or fails', async () => {
  const found = (name: string): Readonly<Record<string, string>> => ({
    'app.yaml': FILES['app.yaml'].replace(/spec:[\s\S]*/, (spec) =>
      spec.replace(/  data:[\s\S]*/, `  dataFrom: [{find: {name: {regexp: "${name}"}}}]\n`),
    ),
  })
  await withVolume(async (aws, start) => {
    for (const name of ['team-a', 'team-b', 'other']) aws.putSecret(name, CANARY)
    const first = await startDaemonProcess(start)
    const fresh = await first.generate(found('^team-'))
    assert.deepEqual(keysOf(fresh), ['team-a', 'team-b'])
    const refused = await first.generate(found('.'))
    assert.match(refused.ok ? '' : refused.error, /AccessDenied.*\n?.*find matches secrets that its tenant may not read/)
    await aws.close()
    assert.deepEqual(await first.generate(found('^team-')), fresh)
    await first[Symbol.asyncDispose]()

    await using second = await startDaemonProcess(start)
    assert.deepEqual(keysOf(await second.generate(found('^team-'))), ['team-a', 'team-b'])
    assert.match(second.log(), /team-a@[^ ]* \(stale\)/)
    // What was found there before is kept too, and refused as it was.
    for (const [name, kind] of [
      ['^team-a', 'Unavailable'],
      ['.', 'AccessDenied'],
    ] as const) {
      const answer = await second.generate(found(name))
      assert.match(answer.ok ? '' : answer.error, new RegExp(kind))
    }
  })
})

function keysOf(answer: Awaited<ReturnType<DaemonProcess['generate']>>): readonly string[] {
  assert.ok(answer.ok, answer.ok ? '' : answer.error)
  const [secret] = answer.manifests as readonly { readonly data: Readonly<Record<string, string>> }[]
  return Object.keys(secret?.data ?? {}).toSorted()
}
