import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyOf } from '../../../../plugin/cli/doctor/proxy-of.ts'

const PROXIES = { HTTPS_PROXY: 'http://user:canary@proxy:3128', HTTP_PROXY: 'http://plain:80' }

for (const [what, url, exceptions, wanted] of [
  ['a request goes through the proxy of its scheme, without its password', 'https://vault:8200/', '', 'proxy:3128'],
  ['plain http has another one', 'http://vault/', '', 'plain'],
  ['a name that is excepted', 'https://vault.corp/', 'other, VAULT.corp', undefined],
  ['a suffix with a point', 'https://vault.corp/', '.corp', undefined],
  ['a suffix with a star', 'https://vault.corp/', '*.corp', undefined],
  ['a suffix is no part of a word', 'https://vaultcorp/', '.corp', 'proxy:3128'],
  ['everything', 'https://vault.corp/', '*', undefined],
  ['a port that is the right one', 'https://vault.corp/', 'vault.corp:443', undefined],
  ['a port that is another one', 'https://vault.corp:8200/', 'vault.corp:443', 'proxy:3128'],
  ['what is under a name', 'https://vault.corp/', 'corp', undefined],
  ['a block of addresses', 'https://10.96.0.1/', '.svc,10.0.0.0/8', undefined],
  ['an address outside of the block', 'https://11.0.0.1/', '10.0.0.0/8', 'proxy:3128'],
  ['a range of addresses', 'https://10.0.0.5/', '10.0.0.1-10.0.0.9', undefined],
  ['an address outside of the range', 'https://10.0.0.10/', '10.0.0.1-10.0.0.9', 'proxy:3128'],
  ['a range that is none', 'https://10.0.0.10/', '10.0.0.9-10.0.0.1', 'proxy:3128'],
] as const) {
  test(`the way to an endpoint: ${what}`, () => {
    assert.equal(proxyOf(new URL(url), new Map(Object.entries({ ...PROXIES, NO_PROXY: exceptions }))), wanted)
  })
}

test('without variables there is no proxy', () => {
  assert.equal(proxyOf(new URL('https://vault/'), new Map()), undefined)
})
