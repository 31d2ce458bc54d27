import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { CanarySearch, everythingOf, plainCanary, specialCanary } from './canary-search.ts'

// The canary tests are worth what their search finds: here everything leaks.

const random = seededRandom('canary-search')
const canaries = [plainCanary(random, 'plain'), specialCanary(random, 'special')]
const search = new CanarySearch(canaries, [['a bearer token', /Bearer \w/]])

for (const { name, text } of canaries) {
  const bytes = Buffer.from(text)
  const leaks: Readonly<Record<string, string>> = {
    'as it is': `cannot parse ${text} here`,
    'eight bytes of it': `value starts with ${text.slice(9, 17)}…`,
    reversed: Array.from(text).toReversed().join(''),
    'as JSON': JSON.stringify({ error: text }),
    'as JSON in JSON': JSON.stringify(JSON.stringify({ error: text })),
    'as part of a URL': `https://host/?q=${encodeURIComponent(text)}`,
    'as Base64': bytes.toString('base64'),
    'as Base64 at another offset': Buffer.from(`xy${text}z`).toString('base64'),
    'as Base64 of a URL': Buffer.from(`x${text}`).toString('base64url'),
    'as hex': bytes.toString('hex'),
    'as hex in capitals': bytes.toString('hex').toUpperCase(),
    'as a buffer that was inspected': inspect(bytes),
    'as bytes that were inspected': inspect(new Uint8Array(bytes)),
    'as bytes in JSON': JSON.stringify(new Uint8Array(bytes)),
    'as a buffer in JSON': JSON.stringify(bytes),
    'broken into lines': text.replaceAll(/.{5}/g, '$&\n'),
  }
  describe(`the search finds a ${name} canary`, () => {
    for (const [what, leak] of Object.entries(leaks)) {
      test(what, () => {
        const found = search.findIn(`some words before ${leak} and after`)
        assert.ok(
          found.some((one) => one.startsWith(name)),
          'nothing was found',
        )
      })
    }

    test('in the message, the cause and hidden fields of an error, wherever it is', () => {
      const hidden = new SecretError('Bug', 'nothing')
      Object.defineProperty(hidden, 'body', { value: { deep: [{ er: text }] }, enumerable: false })
      const leaky: readonly unknown[] = [
        new SecretError('NotFound', `no ${text}`),
        new SecretError('NotFound', 'x', { remedy: text }),
        new SecretError('NotFound', 'x', { place: { field: text } }),
        new Error('outer', { cause: new Error(text) }),
        hidden,
        [[new Map([[text, 1]])]],
      ]
      for (const thing of leaky) assert.ok(search.findIn(everythingOf(thing)).length > 0, 'nothing was found')
    })

    test('but not in a SecretValue', () => {
      assert.deepEqual(search.findIn(everythingOf({ value: SecretValue.fromText(text) })), [])
    })
  })
}

test('the search finds what only has the form of a secret', () => {
  assert.deepEqual(search.findIn('Authorization: Bearer abc'), ['a bearer token'])
})

test('the search finds nothing in other text', () => {
  const other = plainCanary(random, 'other').text
  assert.deepEqual(search.findIn(`error: 1 problem\n${other} ${Buffer.from(other).toString('base64')}`), [])
})
