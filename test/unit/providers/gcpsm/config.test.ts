import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gcpSmConfig } from '../../../../plugin/providers/gcpsm/config.ts'
import { endpointsFor } from '../../../../plugin/providers/gcpsm/endpoints.ts'

test('an empty configuration is valid and reads the newest version or fails', () => {
  assert.deepEqual(gcpSmConfig.parse({}), { secretVersionSelectionPolicy: 'LatestOrFail' })
})

test('every field of the schema is taken as it is written', () => {
  const everything = {
    projectID: 'p',
    location: 'europe-west1',
    secretVersionSelectionPolicy: 'LatestOrFetch',
    auth: {
      secretRef: { secretAccessKeySecretRef: { name: 'a', namespace: 'n', key: 'k' } },
      workloadIdentity: {
        serviceAccountRef: { name: 'sa', namespace: 'n', audiences: ['x'] },
        clusterLocation: 'l',
        clusterName: 'c',
        clusterProjectID: 'p',
      },
      workloadIdentityFederation: {
        credConfig: { name: 'c', key: 'k', namespace: 'n' },
        serviceAccountRef: { name: 'sa' },
        awsSecurityCredentials: { region: 'eu-west-1', awsCredentialsSecretRef: { name: 'aws', namespace: 'n' } },
        audience: 'a',
        externalTokenEndpoint: 'https://example.test',
        gcpServiceAccountEmail: 'a@b.iam.gserviceaccount.com',
      },
    },
  }
  assert.deepEqual(gcpSmConfig.parse(everything), everything)
})

for (const [what, wrong] of [
  ['another policy', { secretVersionSelectionPolicy: 'Latest' }],
  ['a project that is a number', { projectID: 12 }],
  ['a workload identity of nobody', { auth: { workloadIdentity: {} } }],
  [
    'an AWS region with a dot',
    {
      auth: { workloadIdentityFederation: { awsSecurityCredentials: { region: 'a.b', awsCredentialsSecretRef: { name: 'x' } } } },
    },
  ],
] as const) {
  test(`${what} is refused`, () => assert.equal(gcpSmConfig.safeParse(wrong).success, false))
}

test('global secrets are read at the global endpoint, regional ones at that of their region', () => {
  const nothing = new Map<string, string>()
  assert.equal(endpointsFor(undefined, nothing).secretManager.href, 'https://secretmanager.googleapis.com/')
  assert.equal(endpointsFor('europe-west3', nothing).secretManager.href, 'https://secretmanager.europe-west3.rep.googleapis.com/')
})

test('the endpoint of the environment wins over both', () => {
  const environment = new Map([['GCPSM_ENDPOINT', 'https://secretmanager-mine.p.googleapis.com']])
  assert.equal(endpointsFor('europe-west3', environment).secretManager.host, 'secretmanager-mine.p.googleapis.com')
})

for (const location of ['evil.example/', 'a.b', 'x@y', '']) {
  test(`the location "${location}" cannot become part of another host`, () => {
    assert.throws(() => endpointsFor(location, new Map()), { kind: 'InvalidSpec' })
  })
}

for (const endpoint of ['secretmanager.example', 'ftp://x', 'https://x/path']) {
  test(`GCPSM_ENDPOINT=${endpoint} is InvalidSpec`, () => {
    assert.throws(() => endpointsFor(undefined, new Map([['GCPSM_ENDPOINT', endpoint]])), { kind: 'InvalidSpec' })
  })
}
