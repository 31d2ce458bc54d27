import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type CliResult, runCli } from '../support/run-cli.ts'
import { type Backends, startBackends } from './backends.ts'

// The main job, told step by step. Ends with a failure if anything is not as it should be.

const EXAMPLES = 'manifests/examples'
const SEED = `${EXAMPLES}/seed-example.yaml`
const showValues = process.argv.includes('--show-values')

interface Secret {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
}

const backends = await startBackends()
try {
  await renderExamples(backends)
  await rotateAndRender(backends)
  await breakAndRender(backends)
  say('Done. Nothing left this machine.')
} finally {
  await backends.close()
}

async function renderExamples({ addresses, environment }: Backends): Promise<void> {
  say('1. Embedded backends, seeded with the values that the examples speak of')
  for (const [name, url] of addresses) tell(`${name}: ${url}`)

  say(`2. argocd-external-secrets generate ${EXAMPLES}`)
  const rendered = await generate([EXAMPLES], environment)
  const objects = objectsOf(rendered.stdout)
  const secrets = objects.filter((object) => object.kind === 'Secret')
  for (const secret of secrets) tellSecret(secret)
  const others = objects.filter((object) => object.kind !== 'Secret')
  tell(`passed through byte for byte: ${others.map((object) => `${object.kind} ${object.metadata.name}`).join(', ')}`)

  assert.equal(valueOf(secrets, 'database-credentials', 'username'), 'db_user')
  assert.equal(valueOf(secrets, 'database-credentials', 'password'), 'supersecretpassword')
  assert.equal(valueOf(secrets, 'payment-gateway', 'previous-api-key'), 'gateway-key-one')
  assert.equal(valueOf(secrets, 'billing', 'storage-key'), 'first-key')
  assert.equal(valueOf(secrets, 'analytics', 'user'), 'analyst')
  assert.equal(valueOf(secrets, 'shop-database', 'host'), 'db.shop.svc')
  assert.equal(valueOf(secrets, 'shop-settings', 'session-key'), 'session-signing-key')
  assert.equal(valueOf(secrets, 'shop-mailer', 'password'), 'stamps-and-envelopes')
  assert.equal(valueOf(secrets, 'shop-queue', 'host'), 'queue.shared.svc')
  assert.equal(valueOf(secrets, 'sandbox', 'pin'), '1815')
  assert.deepEqual(JSON.parse(valueOf(secrets, 'registry-pull', '.dockerconfigjson')), {
    auths: {
      'registry.example.com': {
        username: 'robot$builds',
        password: 'p"ull',
        auth: Buffer.from('robot$builds:p"ull').toString('base64'),
      },
    },
  })
  assert.match(valueOf(secrets, 'reports-database', 'DATABASE_URL'), /^postgres:\/\/reports:p%40ss%2Fw%25rd@db/)
  assert.equal(
    secrets.find((secret) => secret.metadata.name === 'inventory-database')?.metadata.annotations?.[
      'argocd.argoproj.io/sync-wave'
    ],
    '-1',
  )
  assert.deepEqual(others.map((object) => object.kind).toSorted(), ['Deployment', 'Job', 'Pod'])
  const pod = /kind: Pod[\s\S]*/.exec(await readFile(SEED, 'utf8'))?.[0] ?? ''
  assert.ok(rendered.stdout.includes(pod), 'the Pod of the example is not the same bytes')
}

async function rotateAndRender({ aws, environment }: Backends): Promise<void> {
  say('3. The password is rotated at AWS; the next render has the new one')
  const before = valueOf(objectsOf((await generate([SEED], environment)).stdout), 'database-credentials', 'password')
  aws.putSecret('my-app/database-credentials', JSON.stringify({ username: 'db_user', password: 'rotated-password' }))
  const after = valueOf(objectsOf((await generate([SEED], environment)).stdout), 'database-credentials', 'password')
  tell(`password: ${shown(before)} -> ${shown(after)}`)
  assert.equal(before, 'supersecretpassword')
  assert.equal(after, 'rotated-password')
}

async function breakAndRender({ environment }: Backends): Promise<void> {
  say('4. A reference with a typing mistake: no output, one report')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'demo-'))
  const file = path.join(folder, 'broken.yaml')
  await writeFile(file, (await readFile(SEED, 'utf8')).replace('property: password', 'property: pasword'))
  const failed = await runCli(['generate', 'broken.yaml'], { environment, directory: folder })
  await rm(folder, { recursive: true })
  for (const line of failed.stderr.trim().split('\n')) tell(line)
  tell(`exit code ${failed.exitCode}, standard output empty`)
  assert.equal(failed.exitCode, 4)
  assert.equal(failed.stdout, '')
  assert.match(failed.stderr, /broken\.yaml:\d+: NotFound: ExternalSecret default\/database-credentials-secret spec\.data\[1\]/)
  assert.match(failed.stderr, /"pasword"/)
}

async function generate(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<CliResult> {
  const result = await runCli(['generate', ...words], { environment })
  for (const warning of result.stderr.trim().split('\n')) if (warning !== '' && words[0] === EXAMPLES) tell(warning)
  assert.equal(result.exitCode, 0, result.stderr)
  return result
}

function objectsOf(stream: string): readonly Secret[] {
  return parseAllDocuments(stream).flatMap((document) => {
    assert.deepEqual(document.errors, [])
    const value: Secret | null = document.toJS()
    return value === null ? [] : [value]
  })
}

function valueOf(objects: readonly Secret[], name: string, key: string): string {
  const encoded = objects.find((object) => object.kind === 'Secret' && object.metadata.name === name)?.data?.[key]
  assert.ok(encoded !== undefined, `no ${key} in the Secret ${name}`)
  return Buffer.from(encoded, 'base64').toString()
}

function tellSecret({ metadata, data }: Secret): void {
  tell(`Secret ${metadata.namespace ?? 'default'}/${metadata.name}`)
  for (const [key, encoded] of Object.entries(data ?? {})) tell(`  ${key}: ${shown(Buffer.from(encoded, 'base64').toString())}`)
}

function shown(value: string): string {
  return showValues ? JSON.stringify(value) : `******** (${Buffer.byteLength(value)} bytes)`
}

function say(title: string): void {
  console.log(`\n${title}`)
}

function tell(line: string): void {
  console.log(`   ${line}`)
}
