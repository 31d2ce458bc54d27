import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'

const keys = (...names: readonly string[]): object => ({
  data: names.map((secretKey) => ({ secretKey, remoteRef: { key: 'k' } })),
})
const find = { name: { regexp: '^db' } }
const generator = { sourceRef: { generatorRef: { kind: 'UUID', name: 'x' } } }

/** `field: message` of each warning, `(strict)` where a strict validation fails. */
const CASES: readonly (readonly [name: string, spec: object, says: readonly RegExp[]])[] = [
  ['different keys', keys('a', 'b'), []],
  [
    'a key twice, and Retain',
    keys('a', 'b', 'a'),
    [/^spec\.data\[2\]\.secretKey: duplicate secretKey found: a \(strict\) -> remove one of the two.*spec\.data\[0\] is lost$/],
  ],
  [
    'a key three times, and Merge',
    { ...keys('a', 'a', 'a'), target: { deletionPolicy: 'Merge' } },
    [
      /^spec\.data\[1\]\.secretKey: is "a" as in spec\.data\[0\]: where both exist, the value of that one is lost -> remove one .*when-missing$/,
      /^spec\.data\[2\]\.secretKey: is "a" as in spec\.data\[0\]/,
    ],
  ],
  [
    'an extract twice',
    { dataFrom: [{ extract: { key: 'k' } }, { find }, { extract: { key: 'k' } }] },
    [/^spec\.dataFrom\[2\]: is the same as spec\.dataFrom\[0\], and gives the same keys once more -> remove one of the two$/],
  ],
  ['a search twice', { dataFrom: [{ find }, { find }] }, [/^spec\.dataFrom\[1\]: is the same as spec\.dataFrom\[0\]/]],
  [
    'an extract with another version, property or store',
    {
      dataFrom: [
        { extract: { key: 'k' } },
        { extract: { key: 'k', version: '1' } },
        { extract: { key: 'k', property: 'p' } },
        { extract: { key: 'k' }, sourceRef: { storeRef: { name: 'other' } } },
      ],
    },
    [],
  ],
  [
    'an extract with another rewrite',
    { dataFrom: [{ extract: { key: 'k' } }, { extract: { key: 'k' }, rewrite: [{ regexp: { source: '^', target: 'x_' } }] }] },
    [],
  ],
  ['a generator twice, which makes other values', { dataFrom: [generator, generator] }, []],
]

describe('what is written twice is warned of:', () => {
  for (const [name, spec, says] of CASES) {
    test(name, () => {
      const { value, warnings } = readExternalSecret({
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'x' },
        spec,
      })
      assert.ok(value)
      const said = warnings.map(
        ({ path, message, strict, remedy }) => `${fieldName(path)}: ${message}${strict ? ' (strict)' : ''} -> ${remedy}`,
      )
      assert.equal(said.length, says.length, said.join('\n'))
      for (const [index, expected] of says.entries()) assert.match(said[index] ?? '', expected)
    })
  }
})
