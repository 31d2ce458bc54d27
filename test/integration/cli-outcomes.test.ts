import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Fault } from '../support/call-control.ts'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

const FAKE = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: fake}
spec: {provider: {fake: {data: [{key: a, value: alpha}, {key: b, value: beta}]}}}
`

interface Parts {
  readonly name?: string
  readonly store?: string
  readonly key?: string
  readonly extra?: string
}

function externalSecret({ name = 'app', store = 'fake', key = 'a', extra = '' }: Parts = {}): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}}
spec:
  secretStoreRef: {name: ${store}}
${extra}  data:
  - secretKey: k
    remoteRef: {key: ${key}}
`
}

const stream = (...documents: readonly string[]): string => documents.join('---\n')

function generate(input: string, words: readonly string[] = [], environment: Record<string, string> = {}): Promise<CliResult> {
  return runCli(['generate', '-', ...words], { input, environment })
}

function assertFails(result: CliResult, exitCode: number, ...said: readonly RegExp[]): void {
  assert.equal(result.exitCode, exitCode, result.stderr)
  assert.equal(result.stdout, '', 'there is output although something failed')
  for (const pattern of said) assert.match(result.stderr, pattern)
}

describe('exit codes of generate', { concurrency: 2 }, () => {
  test('0 with the Secret alone on standard output', async () => {
    const result = await generate(stream(FAKE, externalSecret()))
    assert.equal(result.exitCode, 0)
    assert.equal(result.stderr, '')
    assert.match(result.stdout, /kind: Secret\n[\s\S]*k: YWxwaGE=\n/)
  })

  test('3 for an invalid object, with its line, field and what was expected', async () => {
    const text = stream(FAKE, externalSecret().replace('secretKey: k', 'secretKey: [k]'))
    assertFails(
      await generate(text),
      3,
      /^error: 1 problem: nothing was rendered$/m,
      /^standard input:12: InvalidSpec: ExternalSecret app spec\.data\[0\]\.secretKey$/m,
    )
  })

  test('3 for a stream that is no YAML', async () => {
    assertFails(await generate(stream(FAKE, `${externalSecret()}  broken: [\n`)), 3, /InvalidSpec/)
  })

  test('3 for two owners of one target, naming both', async () => {
    const extra = '  target: {name: same}\n'
    const text = stream(FAKE, externalSecret({ name: 'one', extra }), externalSecret({ name: 'two', extra }))
    assertFails(await generate(text), 3, /Conflict: ExternalSecret two[\s\S]*ExternalSecret one \(-:6\)/)
  })

  test('3 for a target that is already a Secret of the stream', async () => {
    const text = stream(FAKE, externalSecret(), 'apiVersion: v1\nkind: Secret\nmetadata: {name: app}\n')
    assertFails(await generate(text), 3, /Conflict: ExternalSecret app/)
  })

  test('4 for what is not at the provider, naming store and key', async () => {
    assertFails(await generate(stream(FAKE, externalSecret({ key: 'absent' }))), 4, /NotFound[\s\S]*"absent"[\s\S]*"fake"/)
  })

  test('the highest of several kinds, whichever comes first', async () => {
    const limited = `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: limited}
spec: {conditions: [{namespaces: [elsewhere]}], provider: {fake: {data: []}}}
`
    const denied = externalSecret({ name: 'denied' }).replace('{name: fake}', '{name: limited, kind: ClusterSecretStore}')
    const noStore = externalSecret({ name: 'lost', store: 'nowhere' })
    for (const documents of [
      [denied, noStore],
      [noStore, denied],
    ]) {
      const result = await generate(stream(FAKE, limited, ...documents))
      assertFails(result, 5, /error: 2 problems/, /InvalidSpec: ExternalSecret lost/, /AccessDenied: ExternalSecret denied/)
    }
  })

  test('every problem of every document is in the one report', async () => {
    const broken = (name: string): string =>
      externalSecret({ name }).replace('secretStoreRef: {name: fake}', 'refreshPolicy: Sometimes')
    const result = await generate(stream(broken('a'), FAKE.replace('fake:', 'faek:'), broken('b')))
    assertFails(result, 3, /ExternalSecret a/, /ExternalSecret b/, /SecretStore fake/, /did you mean|fake/)
  })
})

describe('exit codes of what a provider does', () => {
  let vault: VaultEmulator
  before(async () => {
    vault = await startVaultEmulator()
    vault.root.enableKv2('secret').put('a', '{"text":"alpha"}')
  })
  beforeEach(() => vault.control.reset())
  after(() => vault.close())

  const stores = (): string => `${FAKE}---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {token: ${vault.rootToken}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault}
spec:
  retrySettings: {maxRetries: 1, retryInterval: 10ms}
  provider: {vault: {server: "${vault.url}", path: secret, auth: {tokenSecretRef: {name: login, key: token}}}}
`
  const inVault = (parts: Parts = {}): string => externalSecret({ name: 'in-vault', store: 'vault', ...parts })

  test('0 when all is well; the Secret with the credential stays in the output', async () => {
    const result = await generate(stream(stores(), inVault()))
    assert.equal(result.exitCode, 0, result.stderr)
    assert.match(result.stdout, /name: login/)
    assert.match(result.stdout, /name: in-vault/)
  })

  const cases: readonly (readonly [Fault, number, RegExp, readonly string[]])[] = [
    ['denied', 5, /AccessDenied/, []],
    ['throttled', 6, /Throttled/, []],
    ['internalError', 6, /Unavailable/, []],
    ['connectionReset', 6, /Unavailable/, []],
    ['hang', 6, /Timeout[\s\S]*no answer within 100 ms/, ['--call-timeout', '100']],
    ['hang', 6, /Deadline/, ['--timeout', '600']],
  ]
  for (const [fault, exitCode, said, words] of cases) {
    test(`${exitCode} for ${said.source.split(/\W/)[0]} (${fault})`, async () => {
      vault.control.inject(fault, 100)
      const result = await generate(stream(stores(), inVault()), words)
      assertFails(result, exitCode, said, /in-vault/)
      assert.match(result.stderr, /\n {2}-> /)
    })
  }

  test('the highest of what several stores say', async () => {
    vault.control.inject('denied', 100)
    const result = await generate(stream(stores(), externalSecret({ key: 'absent' }), inVault()))
    assertFails(result, 5, /NotFound/, /AccessDenied/)
    vault.control.reset()
    vault.control.inject('internalError', 100)
    assertFails(await generate(stream(stores(), externalSecret({ key: 'absent' }), inVault())), 6, /NotFound/, /Unavailable/)
  })

  test('--timeout ends a provider that hangs at the login as well', async () => {
    vault.control.injectLogin('hang', 100)
    vault.control.inject('hang', 100)
    const approle = stores().replace(
      'tokenSecretRef: {name: login, key: token}',
      'appRole: {path: approle, roleId: r, secretRef: {name: login, key: token}}',
    )
    assertFails(await generate(stream(approle, inVault()), ['--timeout', '500']), 6, /Deadline/)
  })
})

describe('inside Argo CD without a daemon', { concurrency: 2 }, () => {
  const text = stream(FAKE, externalSecret())
  const nowhere = { ARGOCD_EXTERNAL_SECRETS_SOCKET: '/nowhere/daemon.sock' }

  test('a render that needs a store fails with the remedy', async () => {
    const result = await generate(text, [], { ...nowhere, ARGOCD_APP_NAME: 'guestbook' })
    assertFails(result, 6, /Unavailable\n {2}no daemon listens at "\/nowhere\/daemon.sock"[\s\S]*-> .*container daemon/)
  })

  test('also when the name is empty', async () => {
    assertFails(await generate(text, [], { ...nowhere, ARGOCD_APP_NAME: '' }), 6, /Unavailable/)
  })

  test('also when it would need no store', async () => {
    const environment = { ...nowhere, ARGOCD_APP_NAME: 'guestbook' }
    assertFails(await generate('kind: Pod\nmetadata: {name: x}\n', [], environment), 6, /Unavailable/)
    assertFails(await generate(text, ['--delivery', 'passthrough'], environment), 2, /unexpected argument "--delivery"/)
  })

  test('nothing in the environment, the flags or the manifests chooses the looser mode', async () => {
    const environment = {
      ...nowhere,
      ARGOCD_APP_NAME: 'guestbook',
      ARGOCD_ENV_MODE: 'local',
      ARGOCD_ENV_ARGOCD_APP_NAME: '',
      PARAM_MODE: 'local',
      ARGOCD_EXTERNAL_SECRETS_MODE: 'local',
      ARGOCD_APP_PARAMETERS: '[{"name":"mode","string":"local"}]',
      npm_lifecycle_event: 'cli',
    }
    const annotated = text.replaceAll(
      'metadata: {name: app}',
      'metadata: {name: app, annotations: {argocd-external-secrets.io/mode: local}}',
    )
    assertFails(await generate(annotated, [], environment), 6, /Unavailable/)
    for (const words of [['--mode', 'local'], ['--local'], ['--policy', '/tmp'], ['--keep-stores'], ['--namespace', 'other']]) {
      assertFails(await generate(text, words, environment), 2)
    }
  })

  test('validate opens no store and works', async () => {
    const result = await runCli(['validate', '-'], { input: text, environment: { ARGOCD_APP_NAME: 'guestbook' } })
    assert.equal(result.exitCode, 0, result.stderr)
  })
})

describe('the report', { concurrency: 2 }, () => {
  test('lists 50 problems and counts the rest', async () => {
    const many = Array.from({ length: 120 }, (_, index) => externalSecret({ name: `app-${index}`, key: 'absent' }))
    const result = await generate(stream(FAKE, ...many))
    assertFails(result, 4, /^error: 120 problems: nothing was rendered\n/, /\nand 70 more\n$/)
    assert.equal(result.stderr.match(/: NotFound: /g)?.length, 50)
  })

  test('of exactly 50 problems has no more', async () => {
    const many = Array.from({ length: 50 }, (_, index) => externalSecret({ name: `app-${index}`, key: 'absent' }))
    const { stderr } = await generate(stream(FAKE, ...many))
    assert.equal(stderr.match(/: NotFound: /g)?.length, 50)
    assert.doesNotMatch(stderr, /more/)
  })

  test('counts kinds that it no longer lists', async () => {
    const limited = FAKE.replace(
      'kind: SecretStore\nmetadata: {name: fake}\nspec: {',
      'kind: ClusterSecretStore\nmetadata: {name: limited}\nspec: {conditions: [{namespaces: [elsewhere]}], ',
    )
    const many = Array.from({ length: 60 }, (_, index) => externalSecret({ name: `app-${index}`, store: 'nowhere' }))
    const denied = externalSecret({ name: 'denied' }).replace('{name: fake}', '{name: limited, kind: ClusterSecretStore}')
    const result = await generate(stream(limited, ...many, denied))
    assertFails(result, 5, /and 11 more\n$/)
    assert.doesNotMatch(result.stderr, /AccessDenied/)
  })

  test('escapes and cuts the names of keys, objects and stores', async () => {
    const evil = String.raw`"\e[31mred\u202Etxt\nerror: fake line\u2028"`
    const result = await generate(
      stream(FAKE, externalSecret({ key: evil }), externalSecret({ name: 'long', key: 'x'.repeat(5_000) })),
    )
    assertFails(result, 4, /\\u001b\[31mred\\u202etxt\\u000aerror: fake line\\u2028/, /"x{200}…"/)
    assert.doesNotMatch(result.stderr, /[^\n\P{Cc}]|\p{Cf}|\p{Zl}|x{201}/u)
  })

  test('escapes and cuts the names of fields', async () => {
    const evil = String.raw`"\e[2J\u202E"`
    const unknown = `  ${evil}: 1\n  ${'y'.repeat(100_000)}: 2\n`
    const result = await generate(stream(FAKE, externalSecret({ extra: unknown, key: 'absent' })))
    assertFails(result, 4, /warning: ExternalSecret app spec\[\\u001b\[2J\\u202e\]/)
    assert.doesNotMatch(result.stderr, /[^\n\P{Cc}]|\p{Cf}|\p{Zl}|y{501}/u)
  })
})

describe('warnings', { concurrency: 2 }, () => {
  const clean = stream(FAKE, externalSecret())
  const odd = stream(FAKE, externalSecret({ extra: '  refreshIntervall: 1h\n  target: {}\n  target: {creationPolicy: Owner}\n' }))

  test('go to standard error, with line and nearest name, and change neither output nor exit code', async () => {
    const [plain, warned] = await Promise.all([generate(clean), generate(odd)])
    assert.equal(warned.exitCode, 0)
    assert.equal(warned.stdout, plain.stdout)
    assert.match(warned.stderr, /^standard input:11: warning: ExternalSecret app spec\.refreshIntervall: .*refreshInterval/m)
    assert.match(warned.stderr, /^standard input:1[23]: warning: spec\.target: .*twice/m)
  })

  test('are bounded as well', async () => {
    const unknown = Array.from({ length: 200 }, (_, index) => `  unknown${index}: 1\n`).join('')
    const { exitCode, stderr } = await generate(stream(FAKE, externalSecret({ extra: unknown })))
    assert.equal(exitCode, 0)
    assert.match(stderr, /and 150 more warnings\n$/)
  })

  test('stand before the problems of the same run', async () => {
    const { stderr } = await generate(stream(FAKE, externalSecret({ extra: '  oops: 1\n', key: 'absent' })))
    assert.match(stderr, /warning[\s\S]*error: 1 problem/)
  })
})

describe('what is printed', { concurrency: 2 }, () => {
  const pod = '# kept\napiVersion: v1\nkind: Pod\nmetadata: {name: "\\u00e9", labels: {on: yes, n: 0o10}}\n'
  const text = stream('# only a comment\n', FAKE, externalSecret(), pod, '')

  test('--output json: one object a line, passed-through ones too, nothing for empty documents', async () => {
    const { stdout, exitCode } = await generate(text, ['--output', 'json'])
    assert.equal(exitCode, 0)
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      objects.map((object) => object.kind),
      ['Secret', 'Pod'],
    )
    assert.equal(objects[1].metadata.name, 'é')
    assert.ok(stdout.endsWith('\n'))
  })

  test('stores disappear, and --keep-stores keeps their bytes', async () => {
    assert.doesNotMatch((await generate(text)).stdout, /SecretStore/)
    assert.ok((await generate(text, ['--keep-stores'])).stdout.includes(FAKE))
  })

  test('everything else is there byte for byte', async () => {
    assert.ok((await generate(text)).stdout.includes(pod))
  })

  test('the same twice', async () => {
    const [one, two] = await Promise.all([generate(text), generate(text)])
    assert.equal(one.stdout, two.stdout)
  })

  test('--namespace is what finds stores of objects without one, and is not written', async () => {
    const inNamespace = text.replace('metadata: {name: fake}', 'metadata: {name: fake, namespace: team}')
    assertFails(await generate(inNamespace), 3, /no SecretStore "fake" in namespace "default"/)
    const { stdout, exitCode } = await generate(inNamespace, ['--namespace', 'team'])
    assert.equal(exitCode, 0)
    assert.doesNotMatch(stdout, /namespace/)
  })
})

describe('validate', { concurrency: 2 }, () => {
  const validate = (input: string, ...words: readonly string[]): Promise<CliResult> =>
    runCli(['validate', '-', ...words], { input })
  const doubtful: readonly (readonly [string, string, RegExp])[] = [
    ['a store that is not in the stream', externalSecret({ store: 'elsewhere' }), /no SecretStore "elsewhere"/],
    [
      'two owners of one target',
      stream(
        FAKE,
        externalSecret({ name: 'one', extra: '  target: {name: same}\n' }),
        externalSecret({ name: 'two', extra: '  target: {name: same}\n' }),
      ),
      /"same" is also made by ExternalSecret one/,
    ],
    [
      'a Secret of the stream as a target',
      stream(FAKE, externalSecret(), 'apiVersion: v1\nkind: Secret\nmetadata: {name: app}\n'),
      /also made by a Secret/,
    ],
    ['two stores of one name', stream(FAKE, FAKE, externalSecret()), /SecretStore default\/fake is also defined/],
    [
      "what ESO's webhook refuses",
      stream(FAKE, externalSecret({ extra: '  target: {creationPolicy: Merge, deletionPolicy: Delete}\n' })),
      /deletionPolicy=Delete must not be used/,
    ],
    [
      'no data at all',
      stream(
        FAKE,
        'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app}\nspec: {secretStoreRef: {name: fake}}\n',
      ),
      /either data or dataFrom/,
    ],
  ]
  for (const [what, text, said] of doubtful) {
    test(`${what}: a warning, and an error with --strict`, async () => {
      const [lenient, strict] = await Promise.all([validate(text), validate(text, '--strict')])
      assert.equal(lenient.exitCode, 0, lenient.stderr)
      assert.match(lenient.stdout, /^valid: [1-9] ExternalSecrets, \d stores\n$/)
      assert.match(lenient.stderr, /warning: /)
      assert.match(lenient.stderr, said)
      assertFails(strict, 3, said, /^error: \d problems?: the manifests are not valid$/m)
    })
  }

  test('what is right is valid, strictly too, and counted', async () => {
    const result = await validate(stream(FAKE, externalSecret()), '--strict')
    assert.deepEqual(result, { stdout: 'valid: 1 ExternalSecrets, 1 stores\n', stderr: '', exitCode: 0 })
  })

  test('a schema problem is an error without --strict', async () => {
    assertFails(await validate(FAKE.replace('{key: a, value: alpha}', '{key: a}')), 3, /spec\.provider\.fake\.data\[0\]\.value/)
  })

  test('an unknown field is a warning even with --strict', async () => {
    const result = await validate(stream(FAKE, externalSecret({ extra: '  oops: 1\n' })), '--strict')
    assert.equal(result.exitCode, 0, result.stderr)
    assert.match(result.stderr, /warning.*spec\.oops/)
  })

  test('asks no provider', async () => {
    const text = stream(FAKE, externalSecret({ key: 'absent' }))
    assert.equal((await validate(text, '--strict')).exitCode, 0)
  })
})
