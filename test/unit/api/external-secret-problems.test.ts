import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { changed, type Path } from './changed.ts'
import { fullExternalSecret } from './full-external-secret.ts'

const ENUMS: readonly (readonly [Path, readonly string[]])[] = [
  [['apiVersion'], ['external-secrets.io/v1', 'external-secrets.io/v1beta1']],
  [
    ['spec', 'secretStoreRef', 'kind'],
    ['SecretStore', 'ClusterSecretStore'],
  ],
  [
    ['spec', 'refreshPolicy'],
    ['CreatedOnce', 'Periodic', 'OnChange'],
  ],
  [
    ['spec', 'syncWindows', 'kind'],
    ['allow', 'deny'],
  ],
  [
    ['spec', 'target', 'creationPolicy'],
    ['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'],
  ],
  [
    ['spec', 'target', 'deletionPolicy'],
    ['Delete', 'Merge', 'Retain'],
  ],
  [
    ['spec', 'target', 'template', 'mergePolicy'],
    ['Replace', 'Merge'],
  ],
  [
    ['spec', 'target', 'template', 'templateFrom', 0, 'configMap', 'items', 0, 'templateAs'],
    ['Values', 'KeysAndValues'],
  ],
  [
    ['spec', 'target', 'template', 'templateFrom', 0, 'valuesDecodingStrategy'],
    ['Auto', 'Base64', 'Base64URL', 'None'],
  ],
  [
    ['spec', 'data', 0, 'remoteRef', 'metadataPolicy'],
    ['None', 'Fetch'],
  ],
  [
    ['spec', 'data', 0, 'remoteRef', 'conversionStrategy'],
    ['Default', 'Unicode'],
  ],
  [
    ['spec', 'data', 0, 'remoteRef', 'decodingStrategy'],
    ['Auto', 'Base64', 'Base64URL', 'None'],
  ],
  [
    ['spec', 'data', 0, 'remoteRef', 'nullBytePolicy'],
    ['Ignore', 'Fail'],
  ],
  [
    ['spec', 'dataFrom', 1, 'rewrite', 0, 'merge', 'strategy'],
    ['Extract', 'JSON'],
  ],
  [
    ['spec', 'dataFrom', 1, 'rewrite', 0, 'merge', 'priorityPolicy'],
    ['Strict', 'IgnoreNotFound'],
  ],
  [
    ['spec', 'dataFrom', 1, 'rewrite', 0, 'merge', 'conflictPolicy'],
    ['Error', 'Ignore'],
  ],
]

for (const [path, values] of ENUMS) {
  test(`${fieldName(path)} takes each of its values and refuses others with the nearest`, () => {
    for (const value of values)
      assert.deepEqual(readExternalSecret(changed(fullExternalSecret(), path, value)).problems, [], value)
    const wrong = `${values.at(-1)}x`
    const listed = values.map((value) => value || '""').join(', ')
    assert.deepEqual(readExternalSecret(changed(fullExternalSecret(), path, wrong)).problems, [
      { path, message: `is "${wrong}"; expected one of ${listed}`, remedy: `write ${values.at(-1)}` },
    ])
  })
}

const NAME_RULE = 'expected a DNS name: lower-case letters, digits, "-" and ".", at most 253 characters'
const KEY_RULE = 'expected a key of a Secret: letters, digits, "-", "_" and ".", at most 253 characters'
const NO_DURATION = 'is no Go duration; expected a number with a unit, such as 1h30m'
const DURATION_REMEDY = 'use the units ns, us, ms, s, m and h'
const NO_SCHEDULE = 'is no schedule; expected a cron expression of five fields, "@daily" or the like, or "@every" and a duration'

const BAD: readonly (readonly [string, Path, unknown, string, string?])[] = [
  ['a name with capitals', ['metadata', 'name'], 'Full', `is "Full"; ${NAME_RULE}`],
  ['a missing name', ['metadata', 'name'], undefined, 'is missing; expected a string'],
  ['an empty name', ['metadata', 'name'], '', `is ""; ${NAME_RULE}`],
  ['a long name', ['spec', 'target', 'name'], 'a'.repeat(254), `is "${'a'.repeat(200)}…"; ${NAME_RULE}`],
  ['a label that is a number', ['metadata', 'labels', 'app'], 7, 'is a number; expected a string', 'put it in quotes'],
  ['a label that is a boolean', ['metadata', 'labels', 'app'], true, 'is true or false; expected a string', 'put it in quotes'],
  ['a missing spec', ['spec'], undefined, 'is missing; expected an object'],
  ['a spec that is a list', ['spec'], [], 'is a list; expected an object'],
  ['data that is an object', ['spec', 'data'], {}, 'is an object; expected a list'],
  ['an entry that is null', ['spec', 'data', 0], null, 'is null; expected an object'],
  ['a missing remoteRef', ['spec', 'data', 0, 'remoteRef'], undefined, 'is missing; expected an object'],
  ['a key with a space', ['spec', 'data', 0, 'secretKey'], 'a b', `is "a b"; ${KEY_RULE}`],
  ['an interval that is a number', ['spec', 'refreshInterval'], 3600, 'is a number; expected a string', 'put it in quotes'],
  ['an interval without a unit', ['spec', 'refreshInterval'], '60', NO_DURATION, DURATION_REMEDY],
  ['immutable as text', ['spec', 'target', 'immutable'], 'true', 'is a string; expected true or false'],
  [
    'Handlebars as an engine version',
    ['spec', 'target', 'template', 'engineVersion'],
    'handlebars',
    'is not v2; Handlebars is chosen by the annotation argocd-external-secrets.io/template-engine: handlebars',
  ],
  [
    'a template that is a map',
    ['spec', 'target', 'template', 'data', 'config.json'],
    { a: 1 },
    'is an object; expected a string',
  ],
  ['no windows', ['spec', 'syncWindows', 'windows'], [], 'is too short; expected at least 1 item'],
  ['a schedule of four fields', ['spec', 'syncWindows', 'windows', 0, 'schedule'], '0 2 * *', NO_SCHEDULE],
  ['a window without a unit', ['spec', 'syncWindows', 'windows', 0, 'duration'], '4', NO_DURATION, DURATION_REMEDY],
  [
    'a source of data that is empty',
    ['spec', 'data', 0, 'sourceRef'],
    {},
    'is empty; expected one of storeRef, generatorRef',
    'set storeRef or generatorRef',
  ],
  [
    'a source of dataFrom that is empty',
    ['spec', 'dataFrom', 2, 'sourceRef'],
    {},
    'is empty; expected one of storeRef, generatorRef',
    'set storeRef or generatorRef',
  ],
  [
    'a source that is a store and a generator',
    ['spec', 'dataFrom', 2, 'sourceRef', 'storeRef'],
    { name: 'main' },
    'has storeRef and generatorRef; expected only one',
    'keep one of storeRef, generatorRef',
  ],
  [
    'a rewrite without an operation',
    ['spec', 'dataFrom', 0, 'rewrite', 1],
    {},
    'is empty; expected one of regexp, transform, merge',
    'set regexp or transform or merge',
  ],
  [
    'a merge into JSON without a name',
    ['spec', 'dataFrom', 1, 'rewrite', 0, 'merge', 'into'],
    '',
    'is missing; strategy JSON needs it',
  ],
  [
    'a manifest without a kind',
    ['spec', 'target', 'manifest'],
    { apiVersion: 'v1', kind: '' },
    'is too short; expected at least 1 character',
  ],
]

/** A problem of a whole is reported there, one of a missing or wrong part at the part. */
const PLACES: Readonly<Record<string, Path>> = {
  'a source that is a store and a generator': ['spec', 'dataFrom', 2, 'sourceRef'],
  'a manifest without a kind': ['spec', 'target', 'manifest', 'kind'],
}

for (const [name, path, value, message, remedy] of BAD) {
  test(`${name} is one problem that says what was expected`, () => {
    const reading = readExternalSecret(changed(fullExternalSecret(), path, value))
    assert.deepEqual(reading.problems, [{ path: PLACES[name] ?? path, message, ...(remedy !== undefined && { remedy }) }])
    assert.equal(reading.value, undefined)
  })
}

for (const schedule of [
  '@annually',
  '@yearly',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
  '@every 1h',
  '*/5 0-6 1,15 * MON',
]) {
  test(`the schedule ${schedule} is accepted`, () => {
    assert.deepEqual(
      readExternalSecret(changed(fullExternalSecret(), ['spec', 'syncWindows', 'windows', 0, 'schedule'], schedule)).problems,
      [],
    )
  })
}
