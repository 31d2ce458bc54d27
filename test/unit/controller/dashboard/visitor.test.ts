import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DashboardAccess, visitorOf } from '../../../../plugin/controller/dashboard/visitor.ts'

const TOKEN = 'a-long-token'
const withToken: DashboardAccess = { token: () => TOKEN }
const withProxy: DashboardAccess = { proxy: { header: 'x-forwarded-user', addresses: ['10.0.0.0/8', 'fd00::1'] } }

function visitor(
  access: DashboardAccess,
  { authorization, from = '192.0.2.1', user }: { authorization?: string; from?: string; user?: string },
): string | undefined {
  return visitorOf(
    { remoteAddress: from, authorization, header: (name) => (name === 'x-forwarded-user' ? user : undefined) },
    access,
  )
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

describe('the token', () => {
  test('counts as a bearer token and as the password of any user name', () => {
    assert.equal(visitor(withToken, { authorization: `Bearer ${TOKEN}` }), 'token')
    assert.equal(visitor(withToken, { authorization: basic('ann', TOKEN) }), 'token')
    assert.equal(visitor(withToken, { authorization: basic('', TOKEN) }), 'token')
  })

  for (const authorization of [
    undefined,
    '',
    'Bearer',
    'Bearer other',
    `Digest ${TOKEN}`,
    basic('ann', 'other'),
    basic(TOKEN, ''),
  ]) {
    test(`is not ${JSON.stringify(authorization)?.replaceAll(TOKEN, '…')}`, () => {
      assert.equal(visitor(withToken, authorization === undefined ? {} : { authorization }), undefined)
    })
  }

  test('that is empty or gone lets nobody in', () => {
    assert.equal(visitor({ token: () => '' }, { authorization: 'Bearer ' }), undefined)
    assert.equal(visitor({ token: () => '' }, { authorization: basic('a', '') }), undefined)
    assert.equal(visitor({ token: () => undefined }, { authorization: basic('a', '') }), undefined)
  })
})

describe('the header of a proxy', () => {
  test('counts from the addresses of the proxy, in either form of them', () => {
    assert.equal(visitor(withProxy, { from: '10.1.2.3', user: 'ann' }), 'ann')
    assert.equal(visitor(withProxy, { from: '::ffff:10.1.2.3', user: 'ann' }), 'ann')
    assert.equal(visitor(withProxy, { from: 'fd00::1', user: 'ann' }), 'ann')
  })

  test('counts from no other address, and an empty one counts for nothing', () => {
    assert.equal(visitor(withProxy, { from: '11.1.2.3', user: 'ann' }), undefined)
    assert.equal(visitor(withProxy, { from: 'fd00::2', user: 'ann' }), undefined)
    assert.equal(visitor(withProxy, { from: '', user: 'ann' }), undefined)
    assert.equal(visitor(withProxy, { from: '10.1.2.3', user: '' }), undefined)
    assert.equal(visitor(withToken, { from: '10.1.2.3', user: 'ann' }), undefined)
  })
})
