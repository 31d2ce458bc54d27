import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsInLog } from '../../../plugin/policy/needs-in-log.ts'
import type { PolicyNeed } from '../../../plugin/policy/policy-need.ts'

const NEED: PolicyNeed = {
  tenant: { project: 'p', application: 'a', namespace: 'n' },
  objectNamespaces: ['other'],
  store: {
    provider: 'vault',
    kinds: ['ClusterSecretStore'],
    facts: { server: ['https://vault'] },
    hosts: ['vault'],
    credentials: { stream: true, folder: ['x'], ambient: true },
    keys: ['secret/a'],
  },
}
const OWN: PolicyNeed = { tenant: NEED.tenant, store: { administrator: 'shared', keys: ['a'] } }

const GENERATOR: PolicyNeed = { tenant: NEED.tenant, generators: ['ClusterGenerator', 'Password'] }

function line(fields: object): string {
  return JSON.stringify({ level: 40, msg: 'would be refused', ...fields })
}

test('what a dry run noted is found among all other lines', () => {
  const log = [
    'plain text',
    line({ need: JSON.stringify(NEED) }),
    line({}),
    '{"broken',
    '[1]',
    line({ need: JSON.stringify(OWN) }),
    line({ need: JSON.stringify(GENERATOR) }),
    line({ need: JSON.stringify({ ...GENERATOR, generators: [] }) }),
    '',
  ].join('\n')
  assert.deepEqual(needsInLog(log), [NEED, OWN, GENERATOR])
})

test('what is no need is passed over', () => {
  const wrong: readonly unknown[] = [
    'text',
    '{}',
    JSON.stringify({ ...OWN, store: { administrator: 'shared', keys: [] } }),
    JSON.stringify({ ...NEED, store: { ...NEED.store, credentials: { ambient: 'yes' } } }),
    JSON.stringify({ ...OWN, more: 1 }),
    NEED,
  ]
  assert.deepEqual(needsInLog(wrong.map((need) => line({ need })).join('\n')), [])
})
