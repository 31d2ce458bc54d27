import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPrivateAddress, publicOnly } from '../../../plugin/providers/private-address.ts'

/** As getaddrinfo gives them, and as URLs write them. */
const PRIVATE: readonly (readonly [string, string])[] = [
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'the end of loopback'],
  ['0.0.0.0', 'unspecified'],
  ['10.0.0.1', 'RFC 1918'],
  ['172.16.0.1', 'RFC 1918'],
  ['172.31.255.255', 'RFC 1918'],
  ['192.168.1.1', 'RFC 1918'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', 'the metadata service of Alibaba Cloud'],
  ['169.254.169.254', 'the metadata service of most clouds'],
  ['169.254.170.2', 'the credentials of a task of ECS'],
  ['168.63.129.16', "Azure's platform channel"],
  ['192.0.0.192', 'the metadata service of Oracle Cloud'],
  ['198.18.0.1', 'benchmarks'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback in a URL'],
  ['::ffff:127.0.0.1', 'loopback, mapped'],
  ['[::ffff:7f00:1]', 'loopback, mapped, in a URL'],
  ['::ffff:8.8.8.8', 'a mapped address, which no resolver gives'],
  ['::7f00:1', 'loopback, compatible'],
  ['64:ff9b::7f00:1', 'loopback behind NAT64'],
  ['64:ff9b::a9fe:a9fe', 'a metadata service behind NAT64'],
  ['64:ff9b::127.0.0.1', 'loopback behind NAT64, with dots'],
  ['64:ff9b::', 'unspecified behind NAT64'],
  ['64:ff9b:1::1', "a network's own NAT64"],
  ['2002:7f00:1::', '6to4'],
  ['2001:0:7f00:1::1', 'Teredo'],
  ['fd00:ec2::254', 'the metadata service of AWS'],
  ['fd20:ce::254', 'the metadata service of Google Cloud'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with its zone'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['', 'no address'],
  ['localhost', 'a name'],
  ['0x7f.1', 'an address that no resolver gives so'],
]

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '52.94.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '168.63.129.17',
  '198.17.255.255',
  '2600:1f18::1',
  '64:ff9b::808:808',
  '64:ff9b::8.8.8.8',
]

describe('addresses that are not of the internet (R5)', () => {
  for (const [address, meaning] of PRIVATE) {
    test(`${address === '' ? 'an empty text' : address} is private: ${meaning}`, () =>
      assert.equal(isPrivateAddress(address), true))
  }
  for (const address of PUBLIC) test(`${address} is public`, () => assert.equal(isPrivateAddress(address), false))
})

describe('connections of a store from Git', () => {
  test('go to public addresses of any host', () => {
    assert.equal(publicOnly([])('vault.example.com', '8.8.8.8'), true)
    assert.equal(publicOnly([])('vault.example.com', '10.0.0.1'), false)
  })

  test('go to private addresses of a listed host, whatever its port', () => {
    const may = publicOnly(['vault.internal'])
    assert.equal(may('vault.internal', '10.0.0.1'), true)
    assert.equal(may('vault.internal:8200', '10.0.0.1'), true)
    assert.equal(may('other.internal', '10.0.0.1'), false)
    assert.equal(may('vault.internal.example.com', '10.0.0.1'), false)
  })

  test('go to the listed port alone, where there is one', () => {
    const may = publicOnly(['vault.internal:8200'])
    assert.equal(may('vault.internal:8200', '10.0.0.1'), true)
    assert.equal(may('vault.internal:8201', '10.0.0.1'), false)
    assert.equal(may('vault.internal', '10.0.0.1'), false)
  })

  test('know a host in every spelling of a rule', () => {
    assert.equal(publicOnly(['Vault.Internal:443'])('vault.internal', '10.0.0.1'), true)
    assert.equal(publicOnly(['vault.internal:80'])('vault.internal', '10.0.0.1'), true)
    assert.equal(publicOnly(['bücher.internal'])('xn--bcher-kva.internal', '10.0.0.1'), true)
    assert.equal(publicOnly(['[::1]:8200'])('[::1]:8200', '::1'), true)
  })
})
