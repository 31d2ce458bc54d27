import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { catalogue } from '../../templates/functions/catalogue.ts'
import { signatureOf } from '../../templates/functions/template-function.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

const SECRET = 'hunter2-of-bob'

let folder = ''
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cli-template-'))
})
after(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(path.join(folder, name), content)
  return name
}

/** Renders what comes by standard input, with a data file of its own. */
async function rendered(template: string, data: string | undefined, ...flags: readonly string[]): Promise<CliResult> {
  const name = `data-${Math.random().toString(36).slice(2)}`
  const given = data === undefined ? [] : ['--data', await file(name, data)]
  return runCli(['template', '-', ...given, ...flags], { directory: folder, input: template })
}

function assertOutput({ stdout, stderr, exitCode }: CliResult, expected: string): void {
  assert.deepEqual({ stdout, stderr, exitCode }, { stdout: expected, stderr: '', exitCode: 0 })
}

function assertReport({ stdout, stderr, exitCode }: CliResult, ...lines: readonly string[]): void {
  assert.deepEqual(
    { stdout, report: stderr.split('\n'), exitCode },
    { stdout: '', report: ['error: 1 problem: nothing was rendered', ...lines, ''], exitCode: 3 },
  )
}

function assertUsageError(result: CliResult, said: RegExp): void {
  assert.equal(result.exitCode, 2, result.stderr)
  assert.equal(result.stdout, '')
  assert.match(result.stderr, /^error: [^\n]+\n {2}-> [^\n]+\n$/)
  assert.match(result.stderr, said)
}

describe('template prints what a template gives, to the byte', { concurrency: 2 }, () => {
  test('a Go template of a file, with the last line break that it has', async () => {
    const template = await file('url.tpl', 'postgres://{{ .user }}:{{ .password | urlquery }}@db\n')
    const data = await file('values.yaml', 'user: bob\npassword: a&b\n')
    assertOutput(await runCli(['template', template, '--data', data], { directory: folder }), 'postgres://bob:a%26b@db\n')
  })

  test('Handlebars', async () => {
    assertOutput(await rendered('{{upper user}}<{{{user}}}>', 'user: bob', '--engine', 'handlebars'), 'BOB<bob>')
  })

  test('without data', async () => {
    assertOutput(await rendered('{{ list 1 2 | join "," }}', undefined), '1,2')
  })

  test('data by standard input', async () => {
    const template = await file('user.tpl', '{{ .user }}')
    assertOutput(await runCli(['template', template, '--data', '-'], { directory: folder, input: 'user: bob' }), 'bob')
  })

  test('data of a named pipe, as the shell makes one for <(…)', async () => {
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const template = await file('piped.tpl', '{{ .user }}')
    const [result] = await Promise.all([
      runCli(['template', template, '--data', 'pipe'], { directory: folder }),
      writeFile(pipe, 'user: bob'),
    ])
    assertOutput(result, 'bob')
  })

  test('bytes that are no text', async () => {
    assertOutput(await rendered('{{ .key | b64enc }} {{ len .key }}', 'key: !!binary /wA='), '/wA= 2')
  })
})

describe('values are texts as the data file spells them:', { concurrency: 2 }, () => {
  const cases: readonly (readonly [what: string, data: string, expected: string])[] = [
    ['a number', 'v: 0123', '0123'],
    ['a fraction', 'v: 1.50', '1.50'],
    ['a number of many digits in JSON', '{"v": 12345678901234567890.10}', '12345678901234567890.10'],
    ['a word that is a boolean in YAML 1.1', 'v: yes', 'yes'],
    ['a boolean', 'v: true', 'true'],
    ['a text in quotes', 'v: "a\\tb"', 'a\tb'],
    ['a block', 'v: |\n  a\n  b\n', 'a\nb\n'],
    ['nothing', 'v:', ''],
    ['a list and a map', 'v: [1, {a: x}]', '[1,{"a":"x"}]'],
    ['a map in JSON', '{"v": {"a": 1.0}}', '{"a": 1.0}'],
    ['an alias', 'a: &x foo\nv: *x', 'foo'],
    ['names that are words of YAML 1.1', 'n: a\nv: b', 'b'],
  ]
  for (const [what, data, expected] of cases) {
    test(what, async () => assertOutput(await rendered('{{ .v }}', data), expected))
  }

  test('a name that is a word of YAML 1.1 stays a name', async () => {
    assertOutput(await rendered('{{ .y }}{{ .n }}{{ index . "1" }}', 'y: a\nn: b\n1: c'), 'abc')
  })

  test('__proto__ is a name like any other', async () => {
    assertOutput(await rendered('{{ .__proto__ }}{{ index . "constructor" }}', '__proto__: a'), 'a')
  })
})

describe('a template that fails names the place, shows its line and prints nothing:', { concurrency: 2 }, () => {
  test('a missing name, with the names that there are', async () => {
    const template = await file('missing.tpl', 'a\n\tü {{ .usr }} x\n')
    const data = await file('missing.yaml', `user: bob\npassword: ${SECRET}\n`)
    assertReport(
      await runCli(['template', template, '--data', data], { directory: folder }),
      'missing.tpl:2:7: InvalidSpec',
      '  template: missing.tpl:2:7: executing "missing.tpl" at <.usr>: map has no entry for key "usr"',
      '  2 |  ü {{ .usr }} x',
      '    |       ^',
      '  -> "usr" is not defined; defined are: "password", "user"',
    )
  })

  test('as the page of templates shows it', async () => {
    const template = await file('url.tpl', '# primary\npostgres://{{ .pasword }}@db\n')
    const data = await file('url.yaml', `user: bob\npassword: ${SECRET}\n`)
    const { stderr } = await runCli(['template', template, '--data', data], { directory: folder })
    const page = await readFile(new URL('../../docs/templates.md', import.meta.url), 'utf8')
    assert.ok(page.includes(`\n\`\`\`\n${stderr}\`\`\`\n`), stderr)
  })

  test('an action that does not end', async () => {
    assertReport(
      await rendered('é{{ if .a', undefined),
      'standard input:1:10: InvalidSpec',
      '  template: stdin:1: unclosed action',
      '  1 | é{{ if .a',
      '    |          ^',
    )
  })

  test('an unknown function, with the one that was meant', async () => {
    assertReport(
      await rendered('{{ .a | upperr }}', undefined),
      'standard input:1:9: InvalidSpec',
      '  template: stdin:1: function "upperr" not defined',
      '  1 | {{ .a | upperr }}',
      '    |         ^',
      '  -> there is no function "upperr"; did you mean upper?',
    )
  })

  test('a block of Handlebars that ends as another', async () => {
    assertReport(
      await rendered('a\n{{#if a}}{{/each}}', undefined, '--engine', 'handlebars'),
      'standard input:2:4: InvalidSpec',
      "  parse error: if doesn't match each",
      '  2 | {{#if a}}{{/each}}',
      '    |    ^',
    )
  })

  test('of a long line a piece', async () => {
    const result = await rendered(`${'x'.repeat(1000)}{{ .a }}${'y'.repeat(1000)}`, undefined)
    const [, , , shown = '', caret = ''] = result.stderr.split('\n')
    assert.match(shown, /^ {2}1 \| …x+\{\{ \.a \}\}y+…$/)
    assert.ok(shown.length < 120)
    assert.equal(shown.slice(caret.indexOf('^')).slice(0, 2), '.a')
  })

  test('nothing that a terminal obeys', async () => {
    const { stderr } = await rendered('\u001b[2J\u202e{{ .a }}', undefined)
    for (const character of ['\u001b', '\u202e']) assert.ok(!stderr.includes(character))
  })

  test('a limit', async () => {
    const { stderr, exitCode } = await rendered('{{ repeat 100000000 "x" }}', undefined)
    assert.equal(exitCode, 3)
    assert.match(stderr, /more than 1048576 bytes/)
  })
})

describe('what a function says of a value is withheld without --show-values:', { concurrency: 2 }, () => {
  const data = `password: ${SECRET}`
  const cases: readonly (readonly [what: string, template: string, flags: readonly string[]])[] = [
    ['fail', '{{ fail .password }}', []],
    ['a date', '{{ mustToDate "2006" .password }}', []],
    ['a name computed from it', '{{ template "a" . }}{{ define "a" }}{{ fail (index . "password") }}{{ end }}', []],
    ['fail in Handlebars', '{{fail password}}', ['--engine', 'handlebars']],
  ]
  for (const [what, template, flags] of cases) {
    test(what, async () => {
      const withheld = await rendered(template, data, ...flags)
      assert.equal(withheld.exitCode, 3)
      assert.ok(!(withheld.stdout + withheld.stderr).includes(SECRET))
      assert.match(withheld.stderr, /error calling \w+: \(message withheld\)[\s\S]*--show-values/)

      const shown = await rendered(template, data, ...flags, '--show-values')
      assert.equal(shown.exitCode, 3)
      assert.match(shown.stderr, new RegExp(`error calling \\w+: .*${SECRET}`))
      assert.doesNotMatch(shown.stderr, /withheld/)
    })
  }
})

describe('a data file that cannot be read names its line and no value:', { concurrency: 2 }, () => {
  const cases: readonly (readonly [what: string, data: string, said: RegExp])[] = [
    ['no YAML', `a: 1\n b: ${SECRET}: 2`, /:2: InvalidSpec\n {2}not valid YAML/],
    ['a name that is there twice', `a: 1\na: ${SECRET}`, /:2: InvalidSpec\n {2}a name that is there before/],
    ['a list', `- ${SECRET}`, /expected a map of names to values/],
    ['a text', SECRET, /expected a map of names to values/],
    ['two documents', `a: 1\n---\na: ${SECRET}`, /more than one document/],
    ['broken JSON', `{"a": "${SECRET}`, /not valid YAML/],
  ]
  for (const [what, data, said] of cases) {
    test(what, async () => {
      const { stdout, stderr, exitCode } = await rendered('x', data)
      assert.equal(exitCode, 3)
      assert.equal(stdout, '')
      assert.match(stderr, said)
      assert.ok(!stderr.includes(SECRET))
    })
  }
})

describe('a call that makes no sense is a usage error:', { concurrency: 2 }, () => {
  const cases: readonly (readonly [what: string, words: readonly string[], said: RegExp])[] = [
    ['nothing to render', [], /no template to render/],
    ['a file and --list', ['a.tpl', '--list'], /FILE and --list do not go together/],
    ['--list and --explain', ['--list', '--explain', 'upper'], /--list and --explain/],
    ['a file that is not there', ['no-such.tpl'], /"no-such\.tpl" does not exist/],
    ['a folder', ['.'], /"\." is not a file/],
    ['data that are not there', ['-', '--data', 'no-such.yaml'], /"no-such\.yaml" does not exist/],
    ['both from standard input', ['-', '--data', '-'], /both come from standard input/],
    ['an engine that does not exist', ['-', '--engine', 'v1'], /--engine: "v1" is not allowed/],
    ['a function that does not exist', ['--explain', 'toYml'], /"toYml"\n {2}-> did you mean toYaml\?/],
    ['a function that is like none', ['--explain', 'frobnicate'], /"frobnicate"\n {2}-> see .*--list/],
    ['no function', ['--explain', ''], /there is no function ""/],
  ]
  for (const [what, words, said] of cases) {
    test(what, async () => assertUsageError(await runCli(['template', ...words], { directory: folder }), said))
  }

  test('a template that is no text', async () => {
    const template = await file('bytes.tpl', Uint8Array.of(0xff, 0xfe))
    assertUsageError(await runCli(['template', template], { directory: folder }), /bytes\.tpl is not UTF-8/)
  })
})

describe('the catalogue', { concurrency: 2 }, () => {
  test('--list has one line for each function, with signature and what it gives', async () => {
    const { stdout, exitCode } = await runCli(['template', '--list'])
    assert.equal(exitCode, 0)
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines.length, catalogue.size)
    for (const fn of catalogue.values()) {
      assert.ok(
        lines.some((line) => line.startsWith(`${signatureOf(fn)} `) && line.endsWith(` ${fn.doc}`)),
        fn.name,
      )
    }
  })

  test('--explain has signature, doc, source, example and its result', async () => {
    const { stdout, exitCode } = await runCli(['template', '--explain', 'trunc'])
    assert.equal(exitCode, 0)
    const fn = catalogue.get('trunc')
    assert.ok(fn && typeof fn.example.gives === 'string')
    assert.ok(stdout.startsWith(`${signatureOf(fn)}\n\n${fn.doc}\n`))
    assert.ok(stdout.includes('\nSource: sprig\n'))
    assert.ok(stdout.includes(`\nExample:\n  ${fn.example.go}\n`))
    assert.ok(stdout.endsWith(`\nResult:\n  ${fn.example.gives}\n`))
  })

  test('--explain renders the example of a random function anew', async () => {
    const { stdout } = await runCli(['template', '--explain', 'randAlpha'])
    assert.match(stdout, /Result, this time:\n {2}[A-Za-z]{6}\n$/)
  })
})
