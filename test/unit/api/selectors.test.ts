import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as z from 'zod'
import { readObject } from '../../../plugin/api/read-object.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../../../plugin/api/selectors.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'

const ACCEPTED: readonly (readonly [string, z.ZodType, object])[] = [
  ['a Secret', secretKeySelector, { name: 'a' }],
  ['a key of a Secret elsewhere', secretKeySelector, { name: 'a.b-c', namespace: 'n-1', key: 'TLS_key.pem' }],
  ['names of full length', secretKeySelector, { name: 'a'.repeat(253), namespace: 'n'.repeat(63), key: 'K'.repeat(253) }],
  ['a ServiceAccount', serviceAccountSelector, { name: 'a', namespace: 'n', audiences: ['x', ''] }],
  ['an authority in a Secret', caProvider, { type: 'Secret', name: 'a', key: 'ca.crt', namespace: 'n' }],
  ['an authority in a ConfigMap', caProvider, { type: 'ConfigMap', name: 'a' }],
]

for (const [name, schema, value] of ACCEPTED) {
  test(`${name} is accepted as it is`, () => {
    const reading = readObject(schema, value)
    assert.deepEqual(reading.problems, [])
    assert.deepEqual(reading.value, value)
  })
}

const REFUSED: readonly (readonly [string, z.ZodType, object, readonly string[]])[] = [
  ['no name', secretKeySelector, {}, ['name']],
  ['a name that begins with a dash', secretKeySelector, { name: '-a' }, ['name']],
  ['a name with an empty part', secretKeySelector, { name: 'a..b' }, ['name']],
  ['a name that is too long', serviceAccountSelector, { name: 'a'.repeat(254) }, ['name']],
  ['a namespace with a dot', serviceAccountSelector, { name: 'a', namespace: 'n.m' }, ['namespace']],
  ['a namespace that is too long', secretKeySelector, { name: 'a', namespace: 'n'.repeat(64) }, ['namespace']],
  ['a key with a slash and a name with a space', secretKeySelector, { name: 'a b', key: 'a/b' }, ['name', 'key']],
  ['an audience that is a number', serviceAccountSelector, { name: 'a', audiences: ['x', 1] }, ['audiences[1]']],
  ['an authority of another kind', caProvider, { type: 'Pod', name: 'a' }, ['type']],
  ['an authority without type and name', caProvider, {}, ['type', 'name']],
]

for (const [name, schema, value, fields] of REFUSED) {
  test(`${name} is refused at its field`, () => {
    const { problems } = readObject(schema, value)
    assert.deepEqual(
      problems.map(({ path }) => fieldName(path)),
      fields,
    )
  })
}
