import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

const MAIN = path.resolve('plugin/main.ts')
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
/** Moments, spread over the time of a run; every one of them must find all or nothing. */
const KILLS = { SIGTERM: 25, SIGINT: 8 }

/** A stream whose output is far larger than the buffer of a pipe. */
function largeStream(): string {
  const store =
    'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s}\nspec: {provider: {fake: {data: [{key: a, value: alpha}]}}}\n'
  const externalSecret = (index: number): string =>
    `---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app-${index}}\nspec: {secretStoreRef: {name: s}, data: [{secretKey: k, remoteRef: {key: a}}]}\n`
  const padding = `---\nkind: ConfigMap\ndata: {padding: ${'x'.repeat(2_000_000)}}\n`
  return store + Array.from({ length: 50 }, (_, index) => externalSecret(index)).join('') + padding
}

describe('standard output is empty or complete', { concurrency: false }, () => {
  let folder = ''
  let input = ''
  let complete = ''

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'output-'))
    input = path.join(folder, 'input.yaml')
    await writeFile(input, largeStream())
    complete = execFileSync(process.execPath, [MAIN, 'generate', input], {
      encoding: 'utf8',
      maxBuffer: 10_000_000,
      env: ENVIRONMENT,
    })
    assert.match(complete, /name: app-49\n/)
    assert.ok(complete.length > 2_000_000)
  })
  after(() => rm(folder, { recursive: true }))

  /** Runs `generate` by a shell, so that the shell's own redirections and limits hold. */
  async function shell(
    script: string,
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = spawn('bash', ['-c', script], {
      env: { ...ENVIRONMENT, NODE: process.execPath, MAIN, INPUT: input, OUT: path.join(folder, 'out.yaml') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: code as number | null, stdout, stderr }
  }
  const output = (): string => readFileSync(path.join(folder, 'out.yaml'), 'utf8')

  test('in a file and through a pipe it is the same', async () => {
    assert.equal((await shell('"$NODE" "$MAIN" generate "$INPUT" > "$OUT"')).code, 0)
    assert.equal(output(), complete)
    assert.equal((await shell('set -o pipefail; "$NODE" "$MAIN" generate "$INPUT" | (sleep 0.2; cat)')).stdout, complete)
  })

  test('on an error it is empty', async () => {
    await writeFile(
      path.join(folder, 'bad.yaml'),
      `${largeStream()}---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\n`,
    )
    const { code } = await shell('"$NODE" "$MAIN" generate "${INPUT%/*}/bad.yaml" > "$OUT"')
    assert.equal(code, 3)
    assert.equal(output(), '')
  })

  test('a full device is an error of one line', async () => {
    const { code, stderr } = await shell('"$NODE" "$MAIN" generate "$INPUT" > /dev/full')
    assert.equal(code, 1)
    assert.equal(stderr, 'error: cannot write the output (ENOSPC)\n')
  })

  test('a file that cannot grow far enough is cut back to empty', async () => {
    const { code, stderr } = await shell('ulimit -f 64; "$NODE" "$MAIN" generate "$INPUT" > "$OUT"')
    assert.equal(code, 1)
    assert.equal(stderr, 'error: cannot write the output (EFBIG)\n')
    assert.equal(output(), '')
  })

  test('what was in the file before stays, with or without room', async () => {
    const { code } = await shell('ulimit -f 64; echo before > "$OUT"; "$NODE" "$MAIN" generate "$INPUT" >> "$OUT"')
    assert.equal(code, 1)
    assert.equal(output(), 'before\n')
    await shell('{ echo before; "$NODE" "$MAIN" generate "$INPUT"; echo after; } > "$OUT"')
    assert.equal(output(), `before\n${complete}after\n`)
  })

  for (const words of [['generate', 'input.yaml'], ['validate', 'input.yaml'], ['generate', '--help'], ['--help'], ['version']]) {
    test(`${words.join(' ')}: a reader that has gone away is an error of one line`, async () => {
      const child = spawn(process.execPath, [MAIN, ...words], {
        cwd: folder,
        env: ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout.destroy()
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
      assert.equal(stderr, 'error: cannot write the output (EPIPE)\n')
      assert.equal(code, 1)
    })
  }

  test('nobody reading the warnings is no reason to fail', async () => {
    const warned = path.join(folder, 'warned.yaml')
    await writeFile(warned, largeStream().replace('spec: {secretStoreRef', 'spec: {oops: 1, secretStoreRef'))
    const child = spawn(process.execPath, [MAIN, 'generate', warned], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stderr.destroy()
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    assert.equal(code, 0)
    assert.equal(stdout, complete)
  })

  async function runTime(): Promise<number> {
    const started = performance.now()
    await once(spawn(process.execPath, [MAIN, 'generate', input], { env: ENVIRONMENT, stdio: 'ignore' }), 'close')
    return performance.now() - started
  }

  async function endOf(child: ChildProcess, afterMs: number, signal: NodeJS.Signals): Promise<number | null> {
    const closed = once(child, 'close')
    await sleep(afterMs)
    child.kill(signal)
    const [code] = await closed
    return code as number | null
  }

  /** Points in time over the whole run and a little beyond. */
  async function moments(count: number): Promise<readonly number[]> {
    const whole = (await runTime()) * 1.2
    return Array.from({ length: count }, (_, index) => (whole * (index + 1)) / count)
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`in a file, whenever ${signal} comes`, async () => {
      const lengths = new Set<number>()
      for (const [index, moment] of (await moments(KILLS[signal])).entries()) {
        const file = path.join(folder, `${signal}-${index}.yaml`)
        const out = openSync(file, 'w')
        const child = spawn(process.execPath, [MAIN, 'generate', input], { env: ENVIRONMENT, stdio: ['ignore', out, 'ignore'] })
        closeSync(out)
        const code = await endOf(child, moment, signal)
        lengths.add(statSync(file).size)
        if (code === 0) assert.equal(statSync(file).size, Buffer.byteLength(complete), 'success without the output')
      }
      for (const length of lengths)
        assert.ok(length === 0 || length === Buffer.byteLength(complete), `half of it: ${length} bytes`)
    })
  }

  test('through a pipe, whenever SIGTERM comes', async () => {
    for (const moment of await moments(KILLS.SIGTERM)) {
      const child = spawn(process.execPath, [MAIN, 'generate', input], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] })
      const [stdout, code] = await Promise.all([text(child.stdout), endOf(child, moment, 'SIGTERM')])
      assert.ok(stdout === '' || stdout === complete, `half of it: ${stdout.length} characters`)
      if (code === 0) assert.equal(stdout, complete)
    }
  })

  test('through a pipe that is read slowly, when SIGTERM comes while it is written', async () => {
    for (const moment of [5, 50, 200]) {
      const child = spawn(process.execPath, [MAIN, 'generate', input], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] })
      await once(child.stdout, 'readable')
      const [stdout] = await Promise.all([text(child.stdout), endOf(child, moment, 'SIGTERM')])
      assert.equal(stdout.length, complete.length)
    }
  })
})
