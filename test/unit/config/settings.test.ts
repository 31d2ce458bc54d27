import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { intakeServiceAccounts } from '../../../plugin/config/applications-options.ts'
import { detectQuota } from '../../../plugin/config/controller-options.ts'
import type { Option } from '../../../plugin/config/option.ts'
import * as options from '../../../plugin/config/options.ts'
import { setting } from '../../../plugin/config/settings.ts'
import { UsageError } from '../../../plugin/config/usage-error.ts'

const { timeout } = options
const sources = (flag?: string, variable?: string, file?: unknown) => ({
  flags: { ...(flag !== undefined && { timeout: flag }) },
  environment: new Map(variable === undefined ? [] : [[timeout.env ?? '', variable]]),
  file: file === undefined ? {} : { timeout: file },
})

describe('a setting', () => {
  test('is the strongest of flag, environment, file and default', () => {
    const number = fc.integer({ min: 100, max: 90_000 })
    const maybe = fc.option(number, { nil: undefined })
    fc.assert(
      fc.property(maybe, maybe, maybe, (flag, variable, file) => {
        const given = sources(flag?.toString(), variable?.toString(), file)
        assert.equal(setting(timeout, given), flag ?? variable ?? file ?? timeout.default)
      }),
    )
  })

  test('of an empty variable is that of the next source', () => assert.equal(setting(timeout, sources(undefined, '', 200)), 200))

  test('is not looked for in what every object has', () => {
    const option: Option<unknown> = { ...timeout, name: 'constructor', default: 'the default' }
    const nothing = { flags: Object.create(null), environment: new Map<string, string>(), file: {} }
    assert.equal(setting(option, nothing), 'the default')
  })

  for (const [what, given, source] of [
    ['a flag', sources('x', '200', 300), '--timeout'],
    ['a variable', sources(undefined, 'x', 300), 'ARGOCD_EXTERNAL_SECRETS_TIMEOUT'],
    ['the file', sources(undefined, undefined, 'x'), 'timeout in the configuration file'],
    ['the file, with an object without a prototype', sources(undefined, undefined, Object.create(null)), 'timeout in the'],
    ['the file, with null', sources(undefined, undefined, null), 'timeout in the configuration file'],
  ] as const) {
    test(`that is wrong in ${what} is refused by the name of its source`, () => {
      assert.throws(
        () => setting(timeout, given),
        (thrown) => thrown instanceof UsageError && thrown.message.startsWith(source),
      )
    })
  }

  test('takes numbers of digits alone, whatever JavaScript makes of other things', () => {
    const odd: readonly unknown[] = [
      '0x100',
      '1e3',
      ' 500',
      '500 ',
      '+500',
      '5_00',
      '500.0',
      '',
      true,
      [500],
      { valueOf: 500 },
      500n,
      Number.NaN,
    ]
    for (const value of odd) assert.throws(() => setting(timeout, sources(undefined, undefined, value)), UsageError)
  })
})

describe('every option', () => {
  const all: readonly Option<unknown>[] = Object.values(options)

  for (const option of all) {
    test(`${option.name}: its default is a value that it takes`, () => {
      assert.deepEqual(
        setting(option, { flags: {}, environment: new Map(), file: { [option.name]: option.default } }),
        option.default,
      )
      assert.match(option.doc, /\.$/)
      assert.match(option.name, /^[a-z]+(-[a-z]+)*$/)
    })
  }

  test('has a name and a variable of its own', () => {
    const names = all.map((option) => option.name)
    const variables = all.flatMap((option) => option.env ?? [])
    assert.equal(new Set(names).size, names.length)
    assert.equal(new Set(variables).size, variables.length)
  })
})

test('quotas are numbers above nothing, by provider', () => {
  const read = (text: string): unknown => {
    const sources = { flags: { 'detect-quota': text }, environment: new Map<string, string>(), file: {} }
    return Object.fromEntries(setting(detectQuota, sources))
  }
  assert.deepEqual(read('aws=40,vault=0.5'), { aws: 40, vault: 0.5 })
  assert.deepEqual(read(''), {})
  for (const text of ['aws', 'aws=', 'aws=-1', 'aws=0', 'aws=1;vault=2', 'aws=1,'])
    assert.throws(() => read(text), { message: /--detect-quota/ }, text)
})

test('ServiceAccounts are named in full, with their namespaces, and by no pattern', () => {
  const read = (text: string): readonly string[] => {
    const flags = { 'intake-service-accounts': text }
    return [...setting(intakeServiceAccounts, { flags, environment: new Map(), file: {} })]
  }
  assert.deepEqual(read('argocd/argocd-repo-server,b/c.d'), ['argocd/argocd-repo-server', 'b/c.d'])
  assert.deepEqual(read(''), [])
  for (const text of [
    'argocd',
    'argocd/',
    '/x',
    '*/x',
    'argocd/*',
    'a/b,',
    'a/b, c/d',
    'a:b',
    'system:serviceaccount:a:b',
    'a/b/c',
  ])
    assert.throws(() => read(text), { message: /--intake-service-accounts/ }, text)
})
