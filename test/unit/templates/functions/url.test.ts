import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteTextOf } from '../../../../templates/byte-text.ts'
import { urlFunctions } from '../../../../templates/functions/url-functions.ts'
import { int } from '../../../../templates/go-number.ts'
import { mapOfAny } from '../../../../templates/value.ts'
import { plainValue } from '../go-value.ts'
import { printed, valueOf } from './call-one.ts'

const EMPTY = { scheme: '', host: '', hostname: '', path: '', query: '', opaque: '', fragment: '', userinfo: '' }

/** Expectations come from Go 1.26, net/url. */
describe('the parts of a URL', () => {
  const cases: readonly (readonly [url: string, parts: Partial<typeof EMPTY>])[] = [
    ['', {}],
    ['a b', { path: 'a b' }],
    ['*', { path: '*' }],
    ['mailto:a@b.c', { scheme: 'mailto', opaque: 'a@b.c' }],
    ['jdbc:mysql://h/db', { scheme: 'jdbc', opaque: 'mysql://h/db' }],
    ['HTTP://EXAMPLE.com', { scheme: 'http', host: 'EXAMPLE.com', hostname: 'EXAMPLE.com' }],
    ['http://h:', { scheme: 'http', host: 'h:', hostname: 'h' }],
    ['http://[::1]:80/', { scheme: 'http', host: '[::1]:80', hostname: '::1', path: '/' }],
    ['http://[fe80::1%25en0]', { scheme: 'http', host: '[fe80::1%en0]', hostname: 'fe80::1%en0' }],
    ['//h/p', { host: 'h', hostname: 'h', path: '/p' }],
    ['///p', { path: '///p' }],
    ['/rel?x=1&y=2', { path: '/rel', query: 'x=1&y=2' }],
    ['http://h/a%2Fb?b?c#d%20e', { scheme: 'http', host: 'h', hostname: 'h', path: '/a/b', query: 'b?c', fragment: 'd e' }],
    ['postgres://u:p%40s@h:5432/db', { scheme: 'postgres', userinfo: 'u:p%40s', host: 'h:5432', hostname: 'h', path: '/db' }],
    ['redis://:pw@h', { scheme: 'redis', userinfo: ':pw', host: 'h', hostname: 'h' }],
    ['mongodb://a:1,b:2/', { scheme: 'mongodb', host: 'a:1,b:2', hostname: 'a:1,b', path: '/' }],
  ]
  for (const [url, parts] of cases) {
    test(JSON.stringify(url), () => {
      assert.deepEqual(plainValue(valueOf(urlFunctions, 'urlParse', [url])), { ...EMPTY, ...parts })
    })
  }
})

describe('what is no URL', () => {
  const cases: readonly (readonly [url: string, why: string])[] = [
    ['http://[bad', "missing ']' in host"],
    ['http://[x]', 'invalid host: ParseAddr("x"): unable to parse IP'],
    ['http://[1::2::3]', 'invalid host: ParseAddr("1::2::3"): multiple :: in address (at ":3")'],
    ['http://[1:2]', 'invalid host: ParseAddr("1:2"): address string too short'],
    ['http://[1.2.3.4]', 'invalid IP-literal'],
    ['http://a[::1]', 'invalid IP-literal'],
    ['http://a b.com/', 'invalid character " " in host name'],
    ['http://%41/', 'invalid URL escape "%41"'],
    ['http://h/%zz', 'invalid URL escape "%zz"'],
    ['http://x:port/', 'invalid port ":port" after host'],
    ['http://h:80:90', 'invalid port ":80:90" after host'],
    ['http://a"b@h', 'net/url: invalid userinfo'],
    ['1http://x', 'first path segment in URL cannot contain colon'],
    [':x', 'missing protocol scheme'],
  ]
  for (const [url, why] of cases) {
    test(JSON.stringify(url), () => {
      const quoted = JSON.stringify(url)
      assert.equal(printed(urlFunctions, 'urlParse', [url]), `!unable to parse url: parse ${quoted}: ${why}`)
    })
  }

  test('a control character is shown as Go quotes it', () => {
    const message = '!unable to parse url: parse "http://h/\\x7f": net/url: invalid control character in URL'
    assert.equal(printed(urlFunctions, 'urlParse', ['http://h/\x7f']), message)
  })
})

describe('a URL of its parts', () => {
  const cases: readonly (readonly [parts: Readonly<Record<string, string>>, expected: string])[] = [
    [{}, ''],
    [{ scheme: 'mailto', opaque: 'a@b.c' }, 'mailto:a@b.c'],
    [{ host: 'h', path: 'nolead' }, '//h/nolead'],
    [{ path: 'a:b/c' }, './a:b/c'],
    [{ path: '*' }, '*'],
    [{ scheme: 'http', host: 'h', path: '/a b', query: 'q=%', fragment: 'f g' }, 'http://h/a%20b?q=%#f%20g'],
    [{ scheme: 'x', userinfo: 'u:p@s', host: 'h' }, 'x://u:p%40s@h'],
    [{ userinfo: 'a b' }, '!unable to parse userinfo in dict: parse "proto://a b@host": net/url: invalid userinfo'],
  ]
  for (const [parts, expected] of cases) {
    test(JSON.stringify(parts), () => {
      assert.equal(printed(urlFunctions, 'urlJoin', [mapOfAny(Object.entries(parts))]), expected)
    })
  }

  test('a part that is no text is named', () => {
    const dict = mapOfAny([['host', int(5)]])
    assert.equal(printed(urlFunctions, 'urlJoin', [dict]), '!unable to parse host key, must be of type string, but int found')
  })
})

test('a password of any characters comes back from the URL that it was joined into', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (password) => {
      const userinfo = `u:${encodeURIComponent(password)}`
      const url = valueOf(urlFunctions, 'urlJoin', [
        mapOfAny([
          ['scheme', 'x'],
          ['host', 'h'],
          ['userinfo', userinfo],
        ]),
      ])
      const again = plainValue(valueOf(urlFunctions, 'urlParse', [url]))
      assert.ok(typeof again === 'object' && again !== null && 'userinfo' in again && typeof again.userinfo === 'string')
      assert.equal(byteTextOf(decodeURIComponent(again.userinfo.slice(2))), byteTextOf(password))
    }),
  )
})
