import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CliResult, runCli } from '../support/run-cli.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: a}
stringData: {k: <path:kv/data/x#user>}
`
const OTHER = 'apiVersion: v1\nkind: ConfigMap # as it is\nmetadata:   {name: c}\n'
const LEFT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  fine: text\n  k: <path:kv/data/x#user>\n'

function assertEnds({ exitCode, stderr }: CliResult, expected: number, ...said: readonly RegExp[]): void {
  assert.equal(exitCode, expected, stderr)
  for (const pattern of said) assert.match(stderr, pattern)
}

describe('migrate', () => {
  let folder = ''

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'migrate-'))
    await mkdir(path.join(folder, 'in', 'deep'), { recursive: true })
    await writeFile(path.join(folder, 'in', 'deep', 'secret.yaml'), SECRET)
    await writeFile(path.join(folder, 'in', 'other.yaml'), OTHER)
  })

  after(() => rm(folder, { recursive: true, force: true }))

  const migrate = (words: readonly string[], input = ''): Promise<CliResult> =>
    runCli(['migrate', ...words], { input, directory: folder })
  const file = (...names: readonly string[]): Promise<string> => readFile(path.join(folder, ...names), 'utf8')

  test('prints one stream that validates, and ends with 0 when all is migrated', async () => {
    const result = await migrate(['avp', 'in'])
    assertEnds(result, 0, /^migrated: 1 objects, 1 stores to fill in\n$/)
    assert.ok(result.stdout.includes(OTHER))
    const validated = await runCli(['validate', '--strict', '-'], { input: result.stdout })
    assertEnds(validated, 0)
    assert.equal(validated.stdout, 'valid: 1 ExternalSecrets, 1 stores\n')
  })

  test('prints what it could, says what it left with place and remedy, and ends with 3', async () => {
    const result = await migrate(['avp', '-', '--skip-stores'], `${SECRET}---\n${LEFT}`)
    assertEnds(
      result,
      3,
      /^error: 1 problem: these are left as they are\nstandard input:11: InvalidSpec: ConfigMap c data\.k\n/m,
      /-> move the key/,
    )
    assert.match(result.stdout, /^kind: ExternalSecret$/m)
    assert.ok(result.stdout.endsWith(LEFT))
  })

  test('reports as JSON when asked to', async () => {
    const { stderr } = await migrate(['avp', '-', '--report', 'json'], LEFT)
    const report = JSON.parse(stderr) as { readonly migrated: number; readonly left: readonly object[] }
    assert.equal(report.migrated, 0)
    assert.partialDeepStrictEqual(report.left, [{ file: '-', line: 6, object: 'ConfigMap c', field: 'data.k' }])
  })

  test('writes every file below a folder, and overwrites none unless it is told to', async () => {
    assertEnds(await migrate(['avp', 'in', '--output-dir', 'out']), 0)
    assert.equal(await file('out', 'other.yaml'), OTHER)
    assert.match(await file('out', 'deep', 'secret.yaml'), /^kind: ExternalSecret$/m)
    assert.match(await file('out', 'secret-stores.yaml'), /^kind: SecretStore$/m)

    await rm(path.join(folder, 'out', 'deep'), { recursive: true })
    assertEnds(
      await migrate(['avp', 'in', '--output-dir', 'out']),
      2,
      /"other\.yaml" is there already\n {2}-> give another folder, or --force/,
    )
    await assert.rejects(file('out', 'deep', 'secret.yaml'), 'it wrote some of the files')
    assertEnds(await migrate(['avp', 'in', '--output-dir', 'out', '--force']), 0)
    assert.match(await file('out', 'deep', 'secret.yaml'), /^kind: ExternalSecret$/m)
  })

  test('never writes stores over a file that was read', async () => {
    await mkdir(path.join(folder, 'place'))
    await writeFile(path.join(folder, 'place', 'secret-stores.yaml'), OTHER)
    await writeFile(path.join(folder, 'place', 'secret.yaml'), SECRET)
    assertEnds(await migrate(['avp', 'place', '--output-dir', 'place', '--force']), 0)
    assert.equal(await file('place', 'secret-stores.yaml'), OTHER)
    assert.match(await file('place', 'secret-stores-2.yaml'), /^kind: SecretStore$/m)
    assert.match(await file('place', 'secret.yaml'), /^kind: ExternalSecret$/m)

    const again = await migrate(['avp', 'place', '--output-dir', 'place', '--force'])
    assertEnds(again, 0, /^migrated: 0 objects, 0 stores/)
    assert.match(await file('place', 'secret-stores-2.yaml'), /^kind: SecretStore$/m)
  })

  test('is told which program, and what of', async () => {
    assertEnds(await migrate([]), 2, /no program to migrate from/)
    assertEnds(await migrate(['sops', 'in']), 2, /manifests of "sops" cannot be migrated/)
    assertEnds(await migrate(['avp', 'nowhere']), 2, /"nowhere" does not exist/)
    assertEnds(await migrate(['avp', 'in', '--backend', 'x']), 2, /--backend: "x" is not allowed/)
    const help = await migrate(['--help'])
    assertEnds(help, 0)
    assert.match(help.stdout, /migrate avp manifests\/ --output-dir migrated\//)
  })

  test('makes what its page shows', async () => {
    for (const program of ['avp', 'kes']) {
      const text = await readFile(`${ROOT}docs/migrating-from-${program}.md`, 'utf8')
      const [from = '', to = ''] = Array.from(text.matchAll(/^```yaml\n([\s\S]*?)^```/gm), ([, yaml = '']) => yaml)
      const { stdout } = await migrate([program, '-'], from)
      assert.equal(stdout, to)
    }
  })
})
