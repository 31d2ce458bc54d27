import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { Checkout } from '../../../plugin/cmp/checkout.ts'
import { TarReader } from '../../../plugin/cmp/tar-reader.ts'
import { type TarEntry, tar } from '../../support/tar-writer.ts'

const LIMITS = { bytes: 100_000, entries: 1_000 }

function readTar(archive: Uint8Array, pieceSize = archive.byteLength, limits = LIMITS): TarReader['checkout'] {
  const reader = new TarReader(limits)
  for (let start = 0; start < archive.byteLength; start += pieceSize) reader.push(archive.subarray(start, start + pieceSize))
  reader.end()
  return reader.checkout
}

const textAt = (entries: readonly TarEntry[], name: string): string | undefined => {
  const bytes = readTar(tar(entries)).read(name)
  return bytes && new TextDecoder().decode(bytes)
}

test('files and names of any length, in pieces of any size, are what was written', () => {
  const name = fc
    .string({ unit: fc.constantFrom('a', 'b', 'é', '.', '-'), minLength: 1, maxLength: 150 })
    .filter((text) => !/^\.+$/.test(text))
  const files = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 1_500 }) }), {
    selector: (file) => file.name,
    maxLength: 6,
  })
  fc.assert(
    fc.property(files, fc.integer({ min: 1, max: 3_000 }), (written, pieceSize) => {
      const checkout = readTar(tar(written), pieceSize)
      assert.deepEqual(
        new Map(written.map(({ name: key, bytes }) => [key, Buffer.from(bytes)])),
        new Map(checkout.below('').map((key) => [key, Buffer.from(checkout.read(key) ?? [])])),
      )
    }),
  )
})

describe('what leads out of the repository is refused', () => {
  for (const [what, entries] of [
    ['a path upwards', [{ name: '../x', bytes: 'x' }]],
    ['a path upwards in the middle', [{ name: 'a/../../x', bytes: 'x' }]],
    ['an absolute path', [{ name: '/etc/x', bytes: 'x' }]],
    ['a link upwards', [{ name: 'a', link: '../x' }]],
    ['an absolute link', [{ name: 'a', link: '/etc/passwd' }]],
    [
      'a file behind a link',
      [
        { name: 'a', link: 'b' },
        { name: 'a/x', bytes: 'x' },
      ],
    ],
    [
      'a link in place of a folder',
      [
        { name: 'a/x', bytes: 'x' },
        { name: 'a', link: 'b' },
      ],
    ],
    [
      'up again behind a link',
      [
        { name: 'a/b/k', link: '../..' },
        { name: 'l', link: 'a/b/k/../x' },
      ],
    ],
    ['a hard link', [{ name: 'a', link: 'b', type: '1' }]],
    ['a device', [{ name: 'a', type: '3' }]],
  ] as const satisfies readonly (readonly [string, readonly TarEntry[]])[]) {
    test(what, () => {
      assert.throws(() => readTar(tar(entries)), { kind: 'InvalidSpec' })
    })
  }
})

describe('symbolic links', () => {
  const entries = [
    { name: 'base/x.yaml', bytes: 'x' },
    { name: 'app/link.yaml', link: '../base/x.yaml' },
    { name: 'folder', link: 'base' },
    { name: 'loop', link: 'loop' },
    { name: 'broken', link: 'nowhere' },
  ]

  test('lead to files, also through folders', () => {
    assert.equal(textAt(entries, 'app/link.yaml'), 'x')
    assert.equal(textAt(entries, 'folder/x.yaml'), 'x')
  })

  test('to nothing, or to themselves, are no file', () => {
    assert.equal(textAt(entries, 'broken'), undefined)
    assert.equal(textAt(entries, 'loop'), undefined)
  })
})

describe('bounds', () => {
  test('more bytes, or more files, than allowed', () => {
    assert.throws(
      () => readTar(tar([{ name: 'a', bytes: 'x'.repeat(200) }]), 512, { bytes: 199, entries: 9 }),
      /more than 199 bytes/,
    )
    const many = Array.from({ length: 4 }, (_, index) => ({ name: `f${index}`, bytes: 'x' }))
    assert.throws(() => readTar(tar(many), 512, { bytes: 999, entries: 3 }), /more than 3 files/)
  })

  test('.git is not kept, and counts as nothing', () => {
    const checkout = readTar(
      tar([
        { name: '.git/pack', bytes: 'x'.repeat(500) },
        { name: 'a', bytes: 'y' },
      ]),
      512,
      { bytes: 10, entries: 9 },
    )
    assert.deepEqual(checkout.below(''), ['a'])
  })

  test('an archive that stops in the middle, or is none', () => {
    const archive = tar([{ name: 'a', bytes: 'x'.repeat(600) }])
    for (const length of [100, 512, 1_000]) assert.throws(() => readTar(archive.subarray(0, length)), { kind: 'InvalidSpec' })
    assert.throws(() => readTar(Buffer.alloc(512, 'x')), /damaged/)
  })
})

test('a checkout tells what lies below a folder, and its folders from the root on', () => {
  const checkout = new Checkout()
  for (const name of ['a/b/c/z', 'a/b/y', 'ab/x', 'top']) checkout.add(name, { kind: 'file', bytes: new Uint8Array() })
  assert.deepEqual(checkout.below('a'), ['b/c/z', 'b/y'])
  assert.deepEqual(checkout.below('.'), ['a/b/c/z', 'a/b/y', 'ab/x', 'top'])
  assert.deepEqual(checkout.below('top'), [])
  assert.deepEqual(checkout.folders, [['a', 'ab'], ['a/b'], ['a/b/c']])
})
