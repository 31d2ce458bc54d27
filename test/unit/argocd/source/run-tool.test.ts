import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { runTool, type ToolResult, type ToolRun } from '../../../../plugin/argocd/source/run-tool.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { isRunning } from '../../../support/is-running.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'run-tool-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a script as if it were a tool. */
function run(script: string, given: Partial<ToolRun> = {}): Promise<ToolResult> {
  return runTool({
    program: 'sh',
    title: 'the tool',
    arguments: ['-c', script],
    directory: folder,
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: 30_000,
    maxOutputBytes: 1000,
    shownAs: [],
    ...given,
  })
}

function isFailure(kind: string, message: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof SecretError && thrown.kind === kind && message.test(thrown.message)
}

/** Waits until a process that a script noted in `file` is gone. */
async function isGone(file: string): Promise<void> {
  const pid = Number(readFileSync(file, 'utf8'))
  assert.ok(pid > 0)
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('output, exit code and words of a tool come back', async () => {
  const { exitCode, output, said } = await run('echo out; echo "first" >&2; echo "second" >&2; exit 3')
  assert.deepEqual([exitCode, Buffer.from(output).toString(), said], [3, 'out\n', 'first | second'])
})

test('a tool has its own environment and no input', async () => {
  const { output } = await run('cat; env', { environment: { PATH: '/usr/bin:/bin', ONLY: 'this' } })
  const names = Buffer.from(output)
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.replace(/=.*/, ''))
  assert.deepEqual(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)).toSorted(), ['ONLY', 'PATH'])
})

test('words are handed over as they are', async () => {
  const { output } = await run('printf "[%s]" "$@"', { arguments: ['-c', 'printf "[%s]" "$@"', 'sh', '', '$(id)', 'a b', "'"] })
  assert.equal(Buffer.from(output).toString(), "[][$(id)][a b][']")
})

test('what a tool says is escaped, bounded, and without folders of this machine', async () => {
  const { said } = await run(`printf 'in ${folder}/x\\033[31m' >&2`, { shownAs: [[folder, '.']] })
  assert.equal(said, 'in ./x\\u001b[31m')
  const long = await run('head -c 200000 /dev/zero | tr "\\0" x >&2')
  assert.ok(long.said.length <= 1201)
  assert.equal(long.exitCode, 0)
})

test('a tool that takes too long is stopped with all that it started', async () => {
  const noted = path.join(folder, 'slow')
  const slow = run(`sleep 1000 & echo $! > ${noted}; wait`, { timeoutMs: 300 })
  await assert.rejects(slow, isFailure('Deadline', /^the tool was not ready after the 300 ms/))
  await isGone(noted)
})

test('a tool that prints too much is stopped', async () => {
  await assert.rejects(run('yes'), isFailure('InvalidSpec', /printed more than 1000 bytes/))
})

test('what a tool leaves running ends with it', async () => {
  const noted = path.join(folder, 'left')
  await run(`sleep 1000 >/dev/null 2>&1 & echo $! > ${noted}`)
  await isGone(noted)
})

test('a tool ends when the process that runs it is killed', async () => {
  const noted = path.join(folder, 'orphan')
  const module = new URL('../../../../plugin/argocd/source/run-tool.ts', import.meta.url)
  const program = path.join(folder, 'parent.mjs')
  const script = `echo $$ > ${noted}; sleep 1000`
  writeFileSync(
    program,
    `import { runTool } from ${JSON.stringify(module.href)}
await runTool({ program: 'sh', title: 't', arguments: ['-c', ${JSON.stringify(script)}], directory: '/', environment: { PATH: '/bin' }, timeoutMs: 60000, maxOutputBytes: 10, shownAs: [] })`,
  )
  const parent = spawn(process.execPath, [program], { stdio: 'ignore' })
  while (!existsSync(noted) || readFileSync(noted, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 10))
  parent.kill('SIGKILL')
  await isGone(noted)
})

test('a tool that is not installed is named', async () => {
  const missing = run('', { program: 'no-such-tool' })
  await assert.rejects(missing, isFailure('Unavailable', /^no-such-tool is not installed/))
})

test('a tool is looked for in absolute folders alone', async () => {
  writeFileSync(path.join(folder, 'local-tool'), '#!/bin/sh\n', { mode: 0o755 })
  const local = run('', { program: 'local-tool', environment: { PATH: '.::/bin' } })
  await assert.rejects(local, isFailure('Unavailable', /is not installed/))
})
