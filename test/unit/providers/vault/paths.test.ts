import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { escapedPath, type KvMount, pathOf } from '../../../../plugin/providers/vault/paths.ts'

const mounted = (path: string): KvMount => ({ path, version: 'v2' })
const v1 = (path?: string): KvMount => ({ path, version: 'v1' })
const v2: KvMount = { version: 'v2' }

/** external-secrets.md 7.4, "path build". */
const DATA: readonly (readonly [KvMount, string, string])[] = [
  [mounted('secret'), 'app', 'secret/data/app'],
  [mounted('secret'), 'team/app', 'secret/data/team/app'],
  [mounted('secret'), 'secret/app', 'secret/data/app'],
  [mounted('secret'), 'secret/data/app', 'secret/data/app'],
  [mounted('secret'), 'data/app', 'secret/data/data/app'],
  [mounted('secret'), 'secretive/app', 'secret/data/secretive/app'],
  [mounted('team/kv'), 'team/kv/data/app', 'team/kv/data/app'],
  [mounted('team/kv'), 'team/app', 'team/kv/data/team/app'],
  [mounted('secret/'), '/app/', 'secret/data/app'],
  [v2, 'secret/app', 'secret/data/app'],
  [v2, 'secret/team/app', 'secret/data/team/app'],
  [v2, 'secret/data/app', 'secret/data/app'],
  [v2, 'team/kv/data/app', 'team/kv/data/app'],
  [v2, 'team/kv/app', 'team/data/kv/app'],
  [v1('kv'), 'app', 'kv/app'],
  [v1('kv'), 'kv/app', 'kv/app'],
  [v1('kv'), 'kv/data/app', 'kv/data/app'],
  [v1(), 'kv/app', 'kv/app'],
]

for (const [mount, key, path] of DATA) {
  test(`the value of ${key} under ${mount.path ?? 'no mount'}, ${mount.version}, is at ${path}`, () => {
    assert.equal(pathOf(mount, { key, part: 'value' }), path)
  })
}

const METADATA: readonly (readonly [KvMount, string, string])[] = [
  [mounted('secret'), 'team/app', 'secret/metadata/team/app'],
  [v2, 'secret/data/app', 'secret/metadata/app'],
  [v2, 'team/kv/data/data/app', 'team/kv/metadata/data/app'],
]

for (const [mount, key, path] of METADATA) {
  test(`the metadata of ${key} under ${mount.path ?? 'no mount'} is at ${path}`, () => {
    assert.equal(pathOf(mount, { key, part: 'metadata' }), path)
  })
}

test('metadata of version 1, or of a key without "data" and a mount, is InvalidSpec', () => {
  assert.throws(() => pathOf(v1('kv'), { key: 'app', part: 'metadata' }), { kind: 'InvalidSpec' })
  assert.throws(() => pathOf(v2, { key: 'secret/app', part: 'metadata' }), { kind: 'InvalidSpec' })
})

test('an empty key is InvalidSpec', () => {
  assert.throws(() => pathOf(v1(), { key: '//', part: 'value' }), { kind: 'InvalidSpec' })
})

test('no key leaves its mount: what it names stays below, whatever is in it', () => {
  const segment = fc.oneof(fc.constantFrom('.', '..', '%2e%2e', '?', '#', 'a?b', 'a#b', '%', '\\', ' ', 'é'), fc.string())
  const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(
      key,
      fc.constantFrom('v1' as const, 'v2' as const),
      fc.constantFrom('value' as const, 'metadata' as const),
      (key, version, part) => {
        let path: string
        try {
          path = pathOf({ path: 'kv', version }, { key, part })
        } catch {
          return
        }
        const url = new URL(`https://vault/v1/${escapedPath(path)}`)
        assert.ok(url.pathname.startsWith('/v1/kv'), url.pathname)
        assert.equal(url.search + url.hash, '')
        assert.equal(decodeURIComponent(url.pathname.slice('/v1/'.length)), path.toWellFormed())
      },
    ),
  )
})
