import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../vectors/run.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
after(() => rmSync(folder, { recursive: true }))

function runVectors(...cases: readonly Readonly<Record<string, unknown>>[]) {
  writeFileSync(join(folder, 'cases.json'), JSON.stringify({ meta: {}, cases }))
  return run('cases.json')
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  })
  return { status, lines: stdout.trimEnd().split('\n'), stderr }
}

const named = { name: 'n', origin: 'generated' }
const good = { ...named, id: 'good', op: 'decode', input: { strategy: 'Base64', in: 'YQ==' }, expected: 'a' }

test('all passed: the last line says so and the exit code is 0', () => {
  const { status, lines } = runVectors(good, {
    ...good,
    id: 'b64',
    input: { strategy: 'Base64', in: '/w==' },
    expected: { b64: '/w==' },
  })
  assert.deepEqual({ status, lines }, { status: 0, lines: ['2 passed, 0 failed'] })
})

test('each failure has a line of its own, and the exit code is 1', () => {
  const { status, lines } = runVectors(
    good,
    { ...good, id: 'other', expected: 'b' },
    { ...good, id: 'no-error', expectedError: 'illegal' },
    {
      ...named,
      id: 'wrong-error',
      op: 'decode',
      input: { strategy: 'Base64', in: '?' },
      expectedError: 'illegal base64 data at input byte 7',
    },
    { ...good, id: 'unknown', op: 'rewind', input: {} },
    { ...named, id: 'template', template: '{{ .a }}', expected: '' },
  )
  assert.equal(status, 1)
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.split(' ')[0]),
    ['other', 'no-error', 'wrong-error', 'unknown', 'template'],
  )
  assert.equal(lines.at(-1), '1 passed, 5 failed')
})

test('without a file there is usage, and the exit code is 1', () => {
  const { status, stderr } = run()
  assert.equal(status, 1)
  assert.match(stderr, /^usage: npm run vectors/)
})

test('a file that is not there or holds no vectors counts as failed', () => {
  writeFileSync(join(folder, 'other.json'), '[]')
  const { status, lines, stderr } = run('absent.json', 'other.json')
  assert.equal(status, 1)
  assert.equal(lines.at(-1), '0 passed, 2 failed')
  assert.match(stderr, /absent\.json.*\n.*other\.json: not a vector file/)
})
