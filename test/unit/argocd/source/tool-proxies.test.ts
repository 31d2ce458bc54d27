import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEAD_PROXY, toolProxies } from '../../../../plugin/argocd/source/tool-proxies.ts'

const GIVEN = new Map([
  ['HTTP_PROXY', 'http://proxy.example:3128'],
  ['https_proxy', 'http://proxy.example:3128'],
  ['NO_PROXY', '.svc, 10.0.0.0/8,169.254.169.254,metadata.google.internal,*,[fe80::1],fd00:ec2::254'],
  ['AWS_PROFILE', 'x'],
])

test('plain http goes to a proxy that is not there, https to that of the administrator', () => {
  assert.deepEqual(toolProxies(GIVEN, 'refused'), {
    HTTP_PROXY: DEAD_PROXY,
    http_proxy: DEAD_PROXY,
    https_proxy: 'http://proxy.example:3128',
    NO_PROXY: '.svc,10.0.0.0/8',
  })
  assert.deepEqual(toolProxies(new Map(), 'refused'), { HTTP_PROXY: DEAD_PROXY, http_proxy: DEAD_PROXY })
})

test('where it is allowed it takes the way of the administrator, and never one to link-local addresses past his proxy', () => {
  assert.deepEqual(toolProxies(GIVEN, 'allowed'), {
    HTTP_PROXY: 'http://proxy.example:3128',
    https_proxy: 'http://proxy.example:3128',
    NO_PROXY: '.svc,10.0.0.0/8',
  })
  assert.deepEqual(toolProxies(new Map(), 'allowed'), {})
})
