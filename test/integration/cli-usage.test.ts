import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CliOptions, type CliResult, runCli } from '../support/run-cli.ts'

const POD = 'kind: Pod\napiVersion: v1\nmetadata: {name: x}\n'

function assertUsageError(result: CliResult, ...said: readonly RegExp[]): void {
  assert.equal(result.exitCode, 2, result.stderr)
  assert.equal(result.stdout, '')
  assert.match(result.stderr, /^error: [^\n]+\n {2}-> [^\n]+\n$/, 'one line that says what, one that says what to do')
  for (const pattern of said) assert.match(result.stderr, pattern)
}

describe('--help', { concurrency: 2 }, () => {
  for (const words of [['--help'], ['-h'], ['help']]) {
    test(`of the program, by ${words.join(' ')}, names every command with an example`, async () => {
      const { stdout, stderr, exitCode } = await runCli(words)
      assert.equal(exitCode, 0)
      assert.equal(stderr, '')
      for (const command of ['generate [PATH|-]', 'validate [PATH|-]', 'template [FILE|-]', 'version'])
        assert.ok(stdout.includes(`  ${command}  `))
      assert.match(stdout, /Examples:\n {2}# /)
    })
  }

  test('is what no command at all gets, as a usage error', async () => {
    const { stdout, exitCode } = await runCli([])
    assert.equal(exitCode, 2)
    assert.match(stdout, /usage: argocd-external-secrets COMMAND/)
  })

  for (const [command, flags] of [
    ['generate', ['--output', '--keep-stores', '--timeout', '--max-concurrency', '--config', '--credentials', '--namespace']],
    ['validate', ['--strict', '--config']],
    ['diff', ['--against FILE', '--cluster', '--exit-code', '--kubeconfig FILE']],
    ['explain', ['--output text|json', '--digests', '--digest-key FILE']],
    ['template', ['--data FILE', '--engine v2|handlebars', '--show-values', '--list', '--explain FUNCTION']],
    ['version', []],
  ] as const) {
    test(`of ${command} has its flags and examples`, async () => {
      const { stdout, exitCode } = await runCli([command, '--help'])
      assert.equal(exitCode, 0)
      assert.ok(stdout.startsWith(`usage: argocd-external-secrets ${command}`))
      assert.match(stdout, new RegExp(`Examples:\\n {2}# [^\\n]+\\n {2}.*argocd-external-secrets ${command}`))
      for (const flag of flags) assert.ok(stdout.includes(`  ${flag}`), flag)
    })
  }

  test('wins over what is wrong with the input', async () => {
    assert.equal((await runCli(['generate', 'no-such-file', '--timeout', '1', '-h'])).exitCode, 0)
  })

  test('tells defaults and variables', async () => {
    const { stdout } = await runCli(['generate', '--help'])
    assert.match(stdout, /--timeout MS\n.*default 50000, variable ARGOCD_EXTERNAL_SECRETS_TIMEOUT/)
  })

  test('tells no default of a list that is empty without one', async () => {
    const { stdout } = await runCli(['controller', '--help'])
    assert.match(
      stdout,
      /--intake-service-accounts NAMESPACE\/NAME,…\n.*\(variable ARGOCD_EXTERNAL_SECRETS_INTAKE_SERVICE_ACCOUNTS\)/,
    )
    assert.doesNotMatch(stdout, /\[object/)
  })
})

describe('what is not understood is a usage error with a hint:', { concurrency: 2 }, () => {
  const cases: readonly (readonly [name: string, words: readonly string[], said: RegExp])[] = [
    ['a command with a typing mistake', ['generat'], /"generat"[\s\S]*did you mean generate\?/],
    [
      'a command that is like none',
      ['frobnicate'],
      /known are generate, validate, explain, diff, template, migrate, daemon, refresh, controller, doctor, version/,
    ],
    ['a command that would break the terminal', ['\u001b[2J'], /\\u001b\[2J/],
    ['an unknown flag', ['generate', '--outptu', 'json'], /--outptu[\s\S]*generate --help/],
    ['an unknown flag with a control character', ['generate', '--\u001b[31m'], /\\u001b/],
    ['an unknown short flag', ['generate', '-x'], /-x/],
    ['a flag of another command', ['generate', '--strict'], /--strict/],
    ['a flag without its value', ['generate', '--output'], /--output/],
    ['a flag with another flag as its value', ['generate', '--output', '--keep-stores'], /--output/],
    ['a value for a flag that takes none', ['generate', '--keep-stores=no'], /--keep-stores/],
    ['one argument too many', ['generate', 'a.yaml', 'b.yaml'], /"b\.yaml"/],
    ['an argument of version', ['version', 'x'], /"x"/],
    ['a path that is not there', ['generate', 'no-such-file.yaml'], /"no-such-file\.yaml" does not exist/],
    ['a path below a file', ['generate', 'package.json/x.yaml'], /does not exist/],
    ['a path to a device', ['generate', '/dev/null'], /neither a file nor a folder/],
    [
      'a configuration file that is not there',
      ['generate', '--config', 'no-such-config.yaml'],
      /no-such-config\.yaml: cannot be read/,
    ],
    ['a validation of a path that is not there', ['validate', 'no-such-file.yaml'], /does not exist/],
  ]
  for (const [name, words, said] of cases) {
    test(name, async () => assertUsageError(await runCli(words), said))
  }
})

describe('a value that an option does not take is a usage error that names its source:', { concurrency: 2 }, () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'cli-options-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function withConfig(text: string, words: readonly string[] = [], environment = {}): Promise<CliResult> {
    const file = path.join(await mkdtemp(path.join(folder, 'config-')), 'config.yaml')
    await writeFile(file, text)
    return runCli(['generate', '-', '--config', file, ...words], { input: POD, environment })
  }

  const flags: readonly (readonly [string, string])[] = [
    ['--output', 'toml'],
    ['--timeout', 'soon'],
    ['--timeout', '99'],
    ['--timeout', '90001'],
    ['--timeout', '1.5e3'],
    ['--timeout', ''],
    ['--max-concurrency', '0'],
    ['--max-concurrency', '257'],
    ['--max-concurrency', '0x10'],
    ['--call-timeout', 'NaN'],
    ['--delivery', 'Inline'],
    ['--namespace', 'Not_A_Name'],
    ['--namespace', '../etc'],
  ]
  for (const [flag, value] of flags) {
    test(`${flag} "${value}"`, async () => {
      const result = await runCli(['generate', '-', flag, value], { input: POD })
      assertUsageError(result, new RegExp(`^error: ${flag}: "${value}" is not allowed`))
    })
  }

  for (const [variable, value] of [
    ['ARGOCD_EXTERNAL_SECRETS_TIMEOUT', 'abc'],
    ['ARGOCD_EXTERNAL_SECRETS_KEEP_STORES', 'yes'],
    ['ARGOCD_EXTERNAL_SECRETS_MAX_CONCURRENCY', '-1'],
    ['ARGOCD_EXTERNAL_SECRETS_DELIVERY', 'by-post'],
    ['ARGOCD_APP_NAMESPACE', 'Not_A_Name'],
  ] as const) {
    test(`${variable}=${value}`, async () => {
      const result = await runCli(['generate', '-'], { input: POD, environment: { [variable]: value } })
      assertUsageError(result, new RegExp(`^error: ${variable}: "${value}" is not allowed`))
    })
  }

  for (const text of [
    'timeout: abc',
    'timeout:',
    'timeout: [500]',
    'timeout: {a: 1}',
    'timeout: true',
    'max-concurrency: true',
    'max-concurrency: 1.5',
    'keep-stores: "yes"',
    'keep-stores: 1',
    'output: [json]',
    'namespace: 7',
  ]) {
    test(`${text} in the configuration file`, async () => {
      const name = text.split(':')[0]
      assertUsageError(await withConfig(text), new RegExp(`^error: ${name} in the configuration file: .+ is not allowed`))
    })
  }

  test('an unknown name in the configuration file, with the known ones', async () => {
    assertUsageError(await withConfig('timeuot: 500'), /unknown option "timeuot", known are .*timeout/)
  })

  test('an option of another command in the configuration file', async () => {
    assertUsageError(await withConfig('strict: true'), /unknown option "strict"/)
  })

  for (const [what, text, said] of [
    ['a list', '- timeout', /expected a map/],
    ['a text', 'timeout', /expected a map/],
    ['no YAML', 'timeout: [500', /config\.yaml:\d+: /],
    ['hostile YAML', `a: &a ${'['.repeat(500)}`, /levels deep/],
  ] as const) {
    test(`a configuration file that is ${what}`, async () => assertUsageError(await withConfig(text), said))
  }

  for (const text of ['', '# nothing\n', '{}']) {
    test(`but a configuration file of ${JSON.stringify(text)} says nothing`, async () => {
      const { stdout, exitCode } = await withConfig(text)
      assert.equal(exitCode, 0)
      assert.equal(stdout, POD)
    })
  }
})

describe('of an option that is set more than once', { concurrency: 2 }, () => {
  const store =
    'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s}\nspec: {provider: {fake: {data: []}}}\n'
  let folder = ''
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'cli-precedence-'))
    await writeFile(path.join(folder, 'keep.yaml'), 'keep-stores: true\noutput: json\n')
    await writeFile(path.join(folder, 'drop.json'), '{"keep-stores": "false"}')
  })
  after(() => rm(folder, { recursive: true }))

  async function rendered(words: readonly string[], options: CliOptions = {}): Promise<string> {
    const result = await runCli(['generate', '-', ...words], { input: store, directory: folder, ...options })
    assert.equal(result.exitCode, 0, result.stderr)
    return result.stdout
  }
  const environment = (value: string): CliOptions => ({ environment: { ARGOCD_EXTERNAL_SECRETS_KEEP_STORES: value } })

  test('the default holds when nothing else does', async () => assert.equal(await rendered([]), ''))

  test('the configuration file wins over the default, its path starts where the user stands', async () => {
    assert.equal(JSON.parse(await rendered(['--config', 'keep.yaml'])).kind, 'SecretStore')
  })

  test('the environment wins over the configuration file', async () => {
    assert.equal(await rendered(['--config', 'keep.yaml'], environment('false')), '')
    assert.equal(await rendered(['--config', 'drop.json'], environment('true')), store)
  })

  test('an empty variable is not set', async () => {
    assert.notEqual(await rendered(['--config', 'keep.yaml'], environment('')), '')
  })

  test('the flag wins over everything, and the last one over those before', async () => {
    assert.equal(await rendered(['--keep-stores', '--config', 'drop.json'], environment('false')), store)
    assert.equal(await rendered(['--keep-stores', '--output', 'json', '--output', 'yaml']), store)
  })

  test('the configuration file may be named by its variable', async () => {
    assert.notEqual(await rendered([], { environment: { ARGOCD_EXTERNAL_SECRETS_CONFIG: 'keep.yaml' } }), '')
  })

  test('a wrong value that something stronger hides is not looked at', async () => {
    assert.equal(await rendered(['--keep-stores'], environment('yes')), store)
  })
})
