import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WrittenObjects } from '../../../../plugin/controller/external-secrets/written-objects.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'

const at = (resourceVersion: string, uid = 'u'): KubeObject => ({ metadata: { namespace: 'n', name: 'a', uid, resourceVersion } })
const KEY = { namespace: 'n', name: 'a' }

function setUp(first?: KubeObject) {
  let told = first
  const objects = new WrittenObjects<KubeObject>({ get: () => told })
  const versionNow = (): string | undefined => objects.get(KEY)?.metadata.resourceVersion
  return {
    objects,
    versionNow,
    tell: (object: KubeObject): void => {
      told = object
      objects.told(object)
    },
  }
}

test('what was written counts until the watch has told of it', () => {
  const { objects, versionNow, tell } = setUp(at('5'))
  objects.wrote(at('9'))
  assert.equal(versionNow(), '9')
  tell(at('7'))
  assert.equal(versionNow(), '9')
  tell(at('9'))
  tell(at('12'))
  assert.equal(versionNow(), '12')
})

test('versions are compared as numbers of any length', () => {
  const { objects, versionNow, tell } = setUp()
  objects.wrote(at('99999999999999999999'))
  tell(at('100000000000000000000'))
  assert.equal(versionNow(), '100000000000000000000')
})

test('a watch that was faster than the answer to the write is right', () => {
  const { objects, versionNow } = setUp(at('9'))
  objects.wrote(at('7'))
  assert.equal(versionNow(), '9')
})

test('an object that was made again, and one that is gone, replace what was written', () => {
  const { objects, versionNow, tell } = setUp()
  objects.wrote(at('9'))
  tell(at('3', 'another'))
  assert.equal(versionNow(), '3')
  objects.wrote(at('9'))
  objects.told(at('9'), true)
  assert.equal(versionNow(), '3')
})
