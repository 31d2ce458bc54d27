import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type CliResult, runCli } from '../support/run-cli.ts'

const pod = (name: string): string => `kind: Pod\nmetadata: {name: ${name}}\n`

/** Names of the objects in the output, in its order. */
const namesIn = (result: CliResult): readonly string[] => {
  assert.equal(result.exitCode, 0, result.stderr)
  return Array.from(result.stdout.matchAll(/name: ([\w.-]+)/g), ([, name]) => name ?? '')
}

describe('generate reads', { concurrency: false }, () => {
  let base = ''
  let root = ''

  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'cli-input-'))
  })
  beforeEach(async () => {
    root = await mkdtemp(path.join(base, 'case-'))
  })
  after(() => rm(base, { recursive: true }))

  async function files(contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(contents)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true })
      await writeFile(path.join(root, name), content)
    }
  }
  const generate = (...words: readonly string[]): Promise<CliResult> => runCli(['generate', ...words], { directory: root })

  test('one file, whatever it is called', async () => {
    await files({ 'manifest.txt': pod('a') })
    assert.equal((await generate('manifest.txt')).stdout, pod('a'))
    assert.equal((await generate(path.join(root, 'manifest.txt'))).stdout, pod('a'))
  })

  test('standard input for -, also when there is a file of that name', async () => {
    await files({ '-': pod('file') })
    const result = await runCli(['generate', '-'], { directory: root, input: pod('stdin') })
    assert.equal(result.stdout, pod('stdin'))
  })

  test('empty standard input: nothing in, nothing out', async () => {
    assert.deepEqual(await runCli(['generate', '-']), { stdout: '', stderr: '', exitCode: 0 })
  })

  test('an empty folder: nothing in, nothing out', async () => {
    assert.deepEqual(await generate('.'), { stdout: '', stderr: '', exitCode: 0 })
  })

  test('a folder and those below it in the order of their paths, .yaml, .yml and .json alone', async () => {
    await files({
      'b.yaml': pod('b'),
      'a/z.yml': pod('a-z'),
      'a/deep/er/m.json': '{"kind":"Pod","metadata":{"name": "deep"}}',
      'a.yaml': pod('a'),
      'README.md': pod('readme'),
      'values.yaml.tpl': pod('tpl'),
      yaml: pod('no-extension'),
      'c.YAML': pod('upper'),
    })
    const output = await generate('.')
    assert.deepEqual(
      Array.from(output.stdout.matchAll(/"?name"?: "?([\w-]+)/g), ([, name]) => name),
      ['a', 'deep', 'a-z', 'b'],
    )
  })

  test('the folder where the user stands when no path is given', async () => {
    await files({ 'x.yaml': pod('x') })
    assert.deepEqual(namesIn(await generate()), ['x'])
  })

  test('an ExternalSecret in one file with a store in another, and names the file in a report', async () => {
    await files({
      'apps/app.yaml':
        'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app}\nspec:\n  secretStoreRef: {name: s}\n  data:\n  - {secretKey: k, remoteRef: {key: a}}\n',
      'stores/store.yaml':
        'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s}\nspec: {provider: {fake: {data: [{key: a, value: v}]}}}\n',
    })
    assert.match((await generate('.')).stdout, /kind: Secret\n[\s\S]*k: dg==/)
    await files({ 'stores/store.yaml': '' })
    const failed = await runCli(['generate', path.basename(root)], { directory: base })
    assert.equal(failed.exitCode, 3)
    assert.ok(
      failed.stderr.includes(`\n${path.basename(root)}/apps/app.yaml:5: InvalidSpec: ExternalSecret app spec.secretStoreRef`),
    )
  })

  test('never what is in .git, at the top or below, nor by a link into it', async () => {
    await files({
      '.git/a.yaml': pod('git'),
      'sub/.git/b.yaml': pod('submodule'),
      'x.yaml': pod('x'),
      '.github/c.yaml': pod('github'),
    })
    await symlink('.git/a.yaml', path.join(root, 'link.yaml'))
    assert.deepEqual(namesIn(await generate('.')), ['github', 'x'])
  })

  test('a link to a file inside, but none that leads out, over however many links', async () => {
    await files({ 'real/in.yaml': pod('inside') })
    await writeFile(path.join(base, 'outside.yaml'), pod('outside'))
    await symlink(path.join(base, 'outside.yaml'), path.join(root, 'absolute.yaml'))
    await symlink('../outside.yaml', path.join(root, 'relative.yaml'))
    await symlink('relative.yaml', path.join(root, 'twice.yaml'))
    await symlink('/etc/hostname', path.join(root, 'etc.yaml'))
    await symlink('real/in.yaml', path.join(root, 'zz.yaml'))
    assert.deepEqual(namesIn(await generate('.')), ['inside', 'inside'])
  })

  test('no folder whose name only begins like the root', async () => {
    await mkdir(`${root}-secret`)
    await writeFile(path.join(`${root}-secret`, 'x.yaml'), pod('neighbour'))
    await symlink(path.join(`${root}-secret`, 'x.yaml'), path.join(root, 'x.yaml'))
    assert.deepEqual(namesIn(await generate('.')), [])
  })

  test('no folder behind a link, so that loops end', async () => {
    await files({ 'a/x.yaml': pod('x') })
    await symlink('..', path.join(root, 'a/up'))
    await symlink('.', path.join(root, 'self.yaml'))
    await symlink('b', path.join(root, 'c.yaml'))
    await symlink('c.yaml', path.join(root, 'b'))
    assert.deepEqual(namesIn(await generate('.')), ['x'])
  })

  test('a root that is itself a link', async () => {
    await files({ 'real/x.yaml': pod('x') })
    await symlink('real', path.join(root, 'alias'))
    assert.deepEqual(namesIn(await generate('alias')), ['x'])
  })

  test('past dangling links, pipes, sockets and folders that are called like manifests', async () => {
    await files({ 'x.yaml': pod('x'), 'folder.yaml/y.yaml': pod('y') })
    await symlink('nowhere.yaml', path.join(root, 'dangling.yaml'))
    execFileSync('mkfifo', [path.join(root, 'pipe.yaml')])
    await symlink('pipe.yaml', path.join(root, 'to-pipe.yaml'))
    await symlink('/dev/zero', path.join(root, 'zero.yaml'))
    const server = net.createServer().listen(path.join(root, 's.yaml'))
    try {
      assert.deepEqual(namesIn(await generate('.')), ['y', 'x'])
    } finally {
      server.close()
    }
  })

  test('no file whose name is not UTF-8: that is said, it is no failure of the program', async () => {
    await files({ 'x.yaml': pod('x') })
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff]), Buffer.from('.yaml')]), pod('y'))
    const result = await generate('.')
    assert.equal(result.exitCode, 2)
    assert.equal(result.stdout, '')
    assert.match(result.stderr, /cannot be read \(ENOENT\)/)
  })

  test('a file with control characters in its name, escaped in the report', async () => {
    await files({ 'a\u001b[31m\nerror: x.yaml': 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n' })
    const result = await generate('.')
    assert.equal(result.exitCode, 3)
    assert.ok(!result.stderr.includes('\u001b'))
    assert.match(result.stderr, /^a\\u001b\[31m\\u000aerror: x\.yaml:\d+: InvalidSpec/m)
  })

  test('bytes of other documents as they are, joined to a stream that YAML reads', async () => {
    const odd = Buffer.from('kind: Pod\r\nmetadata: {name: \xe9}', 'latin1')
    await files({ 'a.yaml': odd, 'b.yaml': pod('b') })
    const node = path.resolve('plugin/main.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [node, 'generate', '.'], { cwd: root, encoding: 'buffer' })
    assert.ok(stdout.includes(odd), 'the bytes of the first file are changed')
    assert.match(stdout.toString('latin1'), /\n---\n[\s\S]*name: b/)
  })
})

describe('npm run --silent cli', () => {
  test('takes paths relative to where the user stands, and passes flags, standard input and exit codes through', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'cli-npm-'))
    try {
      await writeFile(path.join(folder, 'x.yaml'), pod('npm'))
      const npm = (...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
        new Promise((resolve) => {
          const environment = Object.fromEntries(
            Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|ARGOCD_)/i.test(name)),
          )
          const child = execFile(
            'npm',
            ['--prefix', process.cwd(), 'run', '--silent', 'cli', '--', ...words],
            { cwd: folder, env: environment },
            (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
          )
          child.stdin?.end(pod('stdin'))
        })
      assert.deepEqual(await npm('generate', 'x.yaml'), { code: 0, stdout: pod('npm'), stderr: '' })
      assert.deepEqual(await npm('generate'), { code: 0, stdout: pod('npm'), stderr: '' })
      assert.equal((await npm('generate', '-', '--output', 'json')).stdout, '{"kind":"Pod","metadata":{"name":"stdin"}}\n')
      assert.equal((await npm('generate', 'absent.yaml')).code, 2)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('INIT_CWD of any other npm script means nothing', async () => {
    const environment = { INIT_CWD: '/nonexistent', npm_lifecycle_event: 'test', npm_package_name: 'somebody' }
    const result = await runCli(['generate', 'package.json'], { environment })
    assert.equal(result.exitCode, 0, result.stderr)
  })
})
