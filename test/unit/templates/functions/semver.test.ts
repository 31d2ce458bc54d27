import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { semverFunctions } from '../../../../templates/functions/semver-functions.ts'
import { compareVersions, parseVersion } from '../../../../templates/functions/semver-version.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { goTypeName, isObject, type TemplateValue } from '../../../../templates/value.ts'
import { printed, valueOf } from './call-one.ts'

/** Expectations come from Masterminds/semver 3.4. */
describe('constraints are those of Masterminds', () => {
  const cases: readonly (readonly [constraint: string, version: string, expected: string])[] = [
    ['1.2.3', '1.2.3', 'true'],
    ['^1.2.0', '1.9.9', 'true'],
    ['^1.2.0', '2.0.0', 'false'],
    ['^0.2.3', '0.2.9', 'true'],
    ['^0.2.3', '0.3.0', 'false'],
    ['^0.0.3', '0.0.4', 'false'],
    ['^0.0', '0.0.9', 'true'],
    ['^0', '0.9.0', 'true'],
    ['~1.2.3', '1.2.9', 'true'],
    ['~1.2.3', '1.3.0', 'false'],
    ['~1', '1.9.0', 'true'],
    ['~>1.2', '1.3.0', 'false'],
    ['~0.0.0', '9.0.0', 'true'],
    ['1.x', '1.9.9', 'true'],
    ['1.2.*', '1.3.0', 'false'],
    ['1.2', '1.2.5', 'true'],
    ['*', '9.9.9', 'true'],
    ['1.0 - 2.0', '2.0.5', 'true'],
    ['^1 || ^3', '3.1.0', 'true'],
    ['>= 1.2 , < 3', '2.9', 'true'],
    ['!=1.2', '1.2.3', 'false'],
    ['!=1', '2.0.0', 'true'],
    ['>1.2', '1.2.9', 'false'],
    ['>1', '1.9.0', 'false'],
    ['<=1.2', '1.2.9', 'true'],
    ['=<1', '1.9.0', 'true'],
    ['=>1.0.0', '1.1.0', 'true'],
    ['=1.2.3', 'v1.2.3', 'true'],
    ['>=1.2.3', '1.3.0-beta', 'false'],
    ['>=1.2.3-0', '1.3.0-beta', 'true'],
    ['>1.0.0-0, <2', '1.5.0-rc', 'true'],
    ['*-0', '1.0.0-rc1', 'true'],
    ['!=1.2-beta', '1.2.3-beta', 'false'],
    ['1.0.0', '01.2.3', 'false'],
    ['', '1.0.0', '!improper constraint: '],
    ['>', '1.0.0', '!improper constraint: >'],
    ['^1..2', '1.0.0', '!improper constraint: ^1..2'],
    ['xx', '1.0.0', '!constraint parser error'],
    ['1.2.3', 'bad', '!invalid semantic version'],
    ['1.0.0', '1.0.0-01', '!version segment starts with 0'],
  ]
  for (const [constraint, version, expected] of cases) {
    test(`${version} within ${constraint}`, () => {
      assert.equal(printed(semverFunctions, 'semverCompare', [constraint, version]), expected)
    })
  }
})

function method(version: TemplateValue, name: string, ...args: readonly TemplateValue[]): TemplateValue {
  assert.ok(isObject(version))
  const found = version.methods().get(name)
  assert.ok(found, `${name} is not a method of ${goTypeName(version)}`)
  return found.run(args)
}

describe('methods', () => {
  const version = parseVersion('v1.2.3-beta.1+c0ff33')

  test('the parts of a version', () => {
    const parts = ['Prerelease', 'Metadata', 'Original', 'String'].map((name) => method(version, name))
    assert.deepEqual(parts, ['beta.1', 'c0ff33', 'v1.2.3-beta.1+c0ff33', '1.2.3-beta.1+c0ff33'])
  })

  test('the next version has the type of the struct, which has no methods of the pointer', () => {
    const next = method(version, 'IncMinor')
    assert.ok(isObject(next))
    assert.equal(next.text(), '1.3.0')
    assert.equal(goTypeName(next), 'semver.Version')
    assert.equal(next.methods().has('Compare'), false)
  })

  test('the patch version of a prerelease is that of its release', () => {
    const next = method(version, 'IncPatch')
    assert.ok(isObject(next))
    assert.equal(next.text(), '1.2.3')
  })

  test('a prerelease that is none is refused', () => {
    assert.throws(() => method(version, 'SetPrerelease', 'a_b'), { message: 'invalid prerelease string' })
  })

  test('metadata do not count when versions are compared', () => {
    assert.equal(method(parseVersion('1.2.3+a'), 'Equal', parseVersion('1.2.3+b')), true)
  })
})

test('versions have one order', () => {
  const identifier = fc.constantFrom('', '-alpha', '-alpha.1', '-1', '-10', '-2', '-beta', '--')
  const text = fc.tuple(fc.nat(2), fc.nat(2), identifier).map(([major, minor, rest]) => `${major}.${minor}.0${rest}`)
  fc.assert(
    fc.property(text, text, text, (...texts) => {
      const [a, b, c] = texts.map(parseVersion).sort(compareVersions)
      assert.ok(a && b && c)
      assert.ok(compareVersions(a, c) <= 0)
      assert.equal(compareVersions(b, a), -compareVersions(a, b) + 0)
    }),
  )
})

test('white space between many terms takes no time', () => {
  const constraint = `${Array.from({ length: 200 }, () => '>=1').join(' '.repeat(50))} !`
  assert.equal(printed(semverFunctions, 'semverCompare', [constraint, '1.0.0']), `!improper constraint: ${constraint}`)
})

test('a constraint of megabytes ends with the budget', () => {
  assert.throws(() => valueOf(semverFunctions, 'semverCompare', ['1 '.repeat(1_000_000), '1']), BudgetExceeded)
})
