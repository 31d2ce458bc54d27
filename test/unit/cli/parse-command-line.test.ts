import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import type { Command } from '../../../plugin/cli/command.ts'
import { parseCommandLine } from '../../../plugin/cli/parse-command-line.ts'
import { UsageError } from '../../../plugin/config/usage-error.ts'

const command: Command = {
  name: 'cook',
  summary: '',
  usage: 'cook [PATH]',
  description: '',
  options: [
    { name: 'heat', doc: '', value: 'N', schema: z.string(), default: '' },
    { name: 'lid', doc: '', schema: z.boolean(), default: false },
  ],
  examples: [],
  maxArguments: 1,
  run: async () => 0,
}

describe('a command line', () => {
  for (const [words, expected] of [
    [[], { arguments: [], flags: {} }],
    [['soup'], { arguments: ['soup'], flags: {} }],
    [['-'], { arguments: ['-'], flags: {} }],
    [['--heat', '5', 'soup', '--lid'], { arguments: ['soup'], flags: { heat: '5', lid: true } }],
    [['--heat=5'], { arguments: [], flags: { heat: '5' } }],
    [['--heat='], { arguments: [], flags: { heat: '' } }],
    [['--heat=-5'], { arguments: [], flags: { heat: '-5' } }],
    [['--heat', '1', '--heat', '2'], { arguments: [], flags: { heat: '2' } }],
    [['--', '--lid'], { arguments: ['--lid'], flags: {} }],
    [['-h'], { arguments: [], flags: { help: true } }],
  ] as const) {
    test(`of ${JSON.stringify(words)} is read`, () => {
      const { arguments: given, flags } = parseCommandLine(command, words)
      assert.deepEqual({ arguments: given, flags: { ...flags } }, expected)
    })
  }

  for (const words of [
    ['--fire'],
    ['-x'],
    ['--lid=yes'],
    ['--heat'],
    ['--heat', '--lid'],
    ['--heat', '-5'],
    ['soup', 'bread'],
    ['--no-lid'],
    ['--__proto__'],
    ['--constructor=1'],
  ]) {
    test(`of ${JSON.stringify(words)} is refused in one line, with where to read on`, () => {
      assert.throws(
        () => parseCommandLine(command, words),
        (thrown) => {
          assert.ok(thrown instanceof UsageError)
          assert.doesNotMatch(thrown.message, /\n/)
          assert.ok(thrown.message.length > 5)
          assert.match(thrown.remedy, /cook --help/)
          return true
        },
      )
    })
  }
})
