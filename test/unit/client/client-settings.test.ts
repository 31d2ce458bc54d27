import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientSettings, DEFAULT_SOCKET, DEFAULT_TIMEOUT_MS, variableOf } from '../../../plugin/client/client-settings.ts'
import { kustomizeEnableHelm, sourceCache, sourceConcurrency, sourcePlainHttp } from '../../../plugin/config/client-options.ts'
import { timeout } from '../../../plugin/config/options.ts'
import { UsageError } from '../../../plugin/config/usage-error.ts'

const none = new Map<string, string>()

test('without anything: this folder, the usual socket, the usual time, no cache, no charts', () => {
  assert.deepEqual(clientSettings([], none), {
    where: '.',
    socket: DEFAULT_SOCKET,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    sourceCache: '',
    kustomizeEnableHelm: false,
    sourcePlainHttp: false,
    sourceConcurrency: 0,
  })
})

test('flags win over variables', () => {
  const environment = new Map([
    ['ARGOCD_EXTERNAL_SECRETS_SOCKET', '/variable.sock'],
    ['ARGOCD_EXTERNAL_SECRETS_TIMEOUT', '1000'],
    ['ARGOCD_EXTERNAL_SECRETS_SOURCE_CACHE', '/cache'],
    ['ARGOCD_EXTERNAL_SECRETS_KUSTOMIZE_ENABLE_HELM', 'true'],
    ['ARGOCD_EXTERNAL_SECRETS_SOURCE_PLAIN_HTTP', 'true'],
    ['ARGOCD_EXTERNAL_SECRETS_SOURCE_CONCURRENCY', '3'],
  ])
  assert.deepEqual(clientSettings(['-'], environment), {
    where: '-',
    socket: '/variable.sock',
    timeoutMs: 1000,
    sourceCache: '/cache',
    kustomizeEnableHelm: true,
    sourcePlainHttp: true,
    sourceConcurrency: 3,
  })
  const words = ['--socket', '/flag.sock', 'app', '--timeout=2000', '--kustomize-enable-helm=false']
  const { where, socket, timeoutMs, kustomizeEnableHelm: enabled } = clientSettings(words, environment)
  assert.deepEqual([where, socket, timeoutMs, enabled], ['app', '/flag.sock', 2000, false])
})

test('the variables, the default and the limits are those of the options', () => {
  assert.equal(variableOf('source-cache'), sourceCache.env)
  assert.equal(variableOf('kustomize-enable-helm'), kustomizeEnableHelm.env)
  assert.equal(variableOf('source-plain-http'), sourcePlainHttp.env)
  assert.equal(variableOf('source-concurrency'), sourceConcurrency.env)
  assert.equal(variableOf('timeout'), timeout.env)
  assert.equal(DEFAULT_TIMEOUT_MS, timeout.default)
  for (const text of ['99', '100', '90000', '90001', '1e3', ' 500', '-500', '']) {
    const accepted = text === '' || timeout.schema.safeParse(text).success
    const read = (): unknown => clientSettings([`--timeout=${text}`], none)
    if (accepted) assert.doesNotThrow(read, text)
    else assert.throws(read, UsageError, text)
  }
})

for (const words of [['a', 'b'], ['--policy', '/x'], ['--socket'], ['-x'], ['--kustomize-enable-helm=yes']])
  test(`${words.join(' ')} is refused`, () => {
    assert.throws(() => clientSettings(words, none), UsageError)
  })
