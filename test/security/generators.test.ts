import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import type { StoreOpener } from '../../plugin/stores/open-store.ts'
import { externalSecret, generates, generator, stream } from '../support/render-cases.ts'
import { REQUEST, renderUnderPolicy } from './render-trial.ts'

const SEED = SecretValue.fromText('a seed for tests, 32 bytes long.')
const NO_STORE: StoreOpener = { open: () => Promise.reject(new Error('a store was opened')) }

interface Asked {
  readonly kinds?: readonly string[] | undefined
  readonly manifests: string
  readonly environment?: Readonly<Record<string, string>>
  readonly seed?: SecretValue | undefined
  readonly policy?: object
}

/** A render of team-a's application, whose only rule lists `kinds`; without them there is no rule. */
async function asked({ kinds, manifests, environment = {}, policy = {}, ...rest }: Asked) {
  const rule = { name: 'team', projects: ['team-*'], namespaces: ['team-*'], generators: kinds }
  const head = { apiVersion: 'argocd-external-secrets.io/v1', kind: 'TenancyPolicy', metadata: { name: 'test' } }
  const seed = 'seed' in rest ? rest.seed : SEED
  const { exitCode, report, output } = await renderUnderPolicy({
    policy: JSON.stringify({ ...head, rules: kinds ? [rule] : [], ...policy }),
    manifests: manifests.replaceAll('namespace: default', 'namespace: team-a'),
    environment: { ...REQUEST, ...environment },
    opener: NO_STORE,
    credentials: '/nonexistent',
    ...(seed && { seed }),
  })
  const lines = new TextDecoder().decode(output).split('\n').filter(Boolean)
  const objects = lines.map((line): { kind: string; data?: Record<string, string> } => JSON.parse(line))
  const data = objects.find(({ kind }) => kind === 'Secret')?.data ?? {}
  const values = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
  return { exitCode, report, values, kinds: objects.map(({ kind }) => kind) }
}

const PASSWORD = stream(generator('Password'), externalSecret({ spec: generates('Password') }))
const CLUSTER = stream(
  generator('ClusterGenerator', '{kind: UUID, generator: {uuidSpec: {}}}'),
  externalSecret({ spec: generates('ClusterGenerator') }),
)
const SSH_KEY = stream(generator('SSHKey', '{keyType: ed25519}'), externalSecret({ spec: generates('SSHKey') }))

/** Whoever changes these changes what runs in clusters (plugin/expansion/generator-streams.ts). */
const GOLDEN = {
  password: '4nO"q[7f(sl\\96Dy]SQYc52,',
  uuid: 'c90c742d-67a8-4d28-b228-0ce600f9c117',
}

describe('a generator inside Argo CD', () => {
  test('gives a tenant the values that it has always given, once a rule lists its kind', async () => {
    assert.equal((await asked({ kinds: ['Password'], manifests: PASSWORD })).values['password'], GOLDEN.password)
    assert.equal((await asked({ kinds: ['ClusterGenerator', 'UUID'], manifests: CLUSTER })).values['uuid'], GOLDEN.uuid)
  })

  test('is consumed', async () => {
    assert.deepEqual((await asked({ kinds: ['Password'], manifests: PASSWORD })).kinds, ['Secret'])
  })

  test('gives another project something else', async () => {
    const environment = { ARGOCD_APP_PROJECT_NAME: 'team-b' }
    const { values } = await asked({ kinds: ['Password'], manifests: PASSWORD, environment })
    assert.ok(values['password'])
    assert.notEqual(values['password'], GOLDEN.password)
  })

  for (const [what, kinds, remedy] of [
    ['no rule names the tenant', undefined, /add to rules of the policy: \[\{name: .*generators: \[Password\]\}\]/],
    ['the rule lists none', [], /add \[Password\] to generators of rule "team"/],
    ['the rule lists another kind', ['UUID', 'ClusterGenerator'], /add \[Password\] to generators of rule "team"/],
  ] as const) {
    test(`is refused when ${what}`, async () => {
      const { exitCode, report, kinds: printed } = await asked({ kinds, manifests: PASSWORD })
      assert.equal(exitCode, 5)
      assert.match(report, /the tenancy policy does not allow Password team-a\/gen to application "shop" of project "team-a"/)
      assert.match(report, remedy)
      assert.deepEqual(printed, [])
    })
  }

  for (const [kinds, missing] of [
    [['ClusterGenerator'], 'UUID'],
    [['UUID'], 'ClusterGenerator'],
    [[], 'ClusterGenerator, UUID'],
  ] as const) {
    test(`in a ClusterGenerator is refused when the rule lists ${kinds.join() || 'none'}`, async () => {
      const { exitCode, report } = await asked({ kinds, manifests: CLUSTER })
      assert.equal(exitCode, 5)
      assert.ok(report.includes(`add [${missing}] to generators of rule "team"`), report)
    })
  }

  test('that expires is refused whatever the rule lists, with the way out', async () => {
    const { exitCode, report } = await asked({ kinds: ['SSHKey'], manifests: SSH_KEY })
    assert.equal(exitCode, 3)
    assert.match(report, /SSHKey team-a\/gen would give another value with every render/)
    assert.match(report, /delivery: passthrough/)
    const passed = SSH_KEY.replace(
      '  name: app',
      '  name: app\n  annotations: {argocd-external-secrets.io/delivery: passthrough}',
    )
    assert.deepEqual((await asked({ kinds: [], manifests: passed })).kinds, ['SSHKey', 'ExternalSecret'])
  })

  test('is refused without keys that last, unless it gives the same in any case', async () => {
    const without = await asked({ kinds: ['Password'], manifests: PASSWORD, seed: undefined })
    assert.equal(without.exitCode, 3)
    assert.match(without.report, /--keys DIR/)
    const fake = stream(generator('Fake', '{data: {a: b}}'), externalSecret({ spec: generates('Fake') }))
    assert.deepEqual((await asked({ kinds: ['Fake'], manifests: fake, seed: undefined })).values, { a: 'b' })
  })

  test('is not asked for files that somebody uploaded (R12)', async () => {
    const environment = { ARGOCD_APP_REVISION: 'streamed' }
    const { kinds } = await asked({ kinds: ['Password'], manifests: PASSWORD, environment })
    assert.deepEqual(kinds, ['Password', 'ExternalSecret'])
  })

  test('of another namespace is refused', async () => {
    const { exitCode } = await asked({ kinds: ['Password'], manifests: PASSWORD.replaceAll('default', 'team-b') })
    assert.equal(exitCode, 5)
  })

  test('passes in a dry run', async () => {
    const { values } = await asked({ kinds: [], manifests: PASSWORD, policy: { mode: 'dryRun' } })
    assert.equal(values['password'], GOLDEN.password)
  })
})
