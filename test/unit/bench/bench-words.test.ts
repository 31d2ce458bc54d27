import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readBenchWords } from '../../../bench/bench-words.ts'

const KNOWN = { all: ['cold-aws', 'cold-vault', 'argocd-burst', 'controller'], onRequest: new Set(['controller']) }

describe('the words of a bench', () => {
  test('are everything that is not on request, five times, without any', () => {
    assert.deepEqual(readBenchWords([], KNOWN), {
      kind: 'run',
      workloads: ['cold-aws', 'cold-vault', 'argocd-burst'],
      runs: 5,
      json: false,
    })
  })

  test('pick workloads by name or by how names begin', () => {
    assert.deepEqual(readBenchWords(['--only=cold,controller', '--runs', '2', '--json'], KNOWN), {
      kind: 'run',
      workloads: ['cold-aws', 'cold-vault', 'controller'],
      runs: 2,
      json: true,
    })
  })

  for (const word of ['--help', '-h']) {
    test(`${word} tells the options, every workload, and examples`, () => {
      const { kind, ...said } = readBenchWords([word], KNOWN)
      assert.equal(kind, 'help')
      for (const expected of [...KNOWN.all, '--runs', '--json', 'examples\n  npm run bench -- --only=']) {
        assert.ok('text' in said && said.text.includes(expected), expected)
      }
    })
  }

  for (const [words, why] of [
    [['--no-such'], /^Unknown option '--no-such'; see npm run bench -- --help$/],
    [['cold-aws'], /^Unexpected argument 'cold-aws'; see/],
    [['--only'], /^Option '--only <value>' argument missing; see/],
    [['--only=nothing'], /^unknown workload "nothing"; known are cold-aws, /],
    [['--runs', 'many'], /^--runs many is no whole number above 0/],
    [['--runs=0'], /^--runs 0 is no whole number above 0/],
  ] as const) {
    test(`${words.join(' ')} is misuse, and says why`, () => {
      const { kind, ...said } = readBenchWords(words, KNOWN)
      assert.equal(kind, 'misused')
      assert.match('text' in said ? said.text : '', why)
    })
  }
})
