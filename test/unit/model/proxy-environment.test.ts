import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyEnvironment } from '../../../plugin/model/proxy-environment.ts'

for (const [what, given, wanted] of [
  ['a block of addresses is a range', '10.0.0.0/8', '10.0.0.0-10.255.255.255'],
  ['whatever address of the block is named', '192.168.17.9/20', '192.168.16.0-192.168.31.255'],
  ['a block of one address', '172.16.0.1/32', '172.16.0.1-172.16.0.1'],
  ['a block of all', '0.0.0.0/0', '0.0.0.0-255.255.255.255'],
  ['with a name all that is under it', 'corp, vault.corp:8200', 'corp,.corp,vault.corp:8200,.vault.corp:8200'],
  [
    'what Node reads itself stays',
    '.svc *.local * 10.0.0.1 10.0.0.1:443 10.0.0.1-10.0.0.9 [fe80::1]',
    '.svc,*.local,*,10.0.0.1,10.0.0.1:443,10.0.0.1-10.0.0.9,[fe80::1]',
  ],
  ['a block that is none stays as it is', '10.0.0.0/33,300.0.0.0/8,fd00::/8', '10.0.0.0/33,300.0.0.0/8,fd00::/8'],
] as const) {
  test(`exceptions of proxies: ${what}`, () => {
    for (const name of ['NO_PROXY', 'no_proxy']) assert.deepEqual(proxyEnvironment(new Map([[name, given]])), { [name]: wanted })
  })
}

test('proxies are taken as they are, other variables not at all, and empty ones neither', () => {
  const proxies = { HTTPS_PROXY: 'http://proxy:3128', http_proxy: 'http://plain:80' }
  assert.deepEqual(proxyEnvironment(new Map(Object.entries({ ...proxies, HTTP_PROXY: '', PATH: '/bin' }))), proxies)
})
