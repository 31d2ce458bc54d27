import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestedPermissions } from '../../../plugin/cli/requested-permissions.ts'
import * as options from '../../../plugin/config/options.ts'

const sources = (environment: Readonly<Record<string, string>>) => ({
  flags: { [options.genericTargets.name]: 'ConfigMap, traefik.io/Middleware' },
  environment: new Map(Object.entries(environment)),
  file: {},
})

test('a user of the command line allows the kinds that he names, and no other', () => {
  const { permissions } = requestedPermissions(sources({}))
  assert.deepEqual(
    ['ConfigMap', 'traefik.io/Middleware', 'Middleware', ''].map((kind) => permissions?.mayTarget(kind)),
    [true, true, false, false],
  )
})

test('inside Argo CD no flag allows anything', () => {
  assert.deepEqual(requestedPermissions(sources({ ARGOCD_APP_NAME: 'app' })), {})
})
