import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { awsConfig } from '../../../../plugin/providers/aws/config.ts'

const base = { service: 'SecretsManager', region: 'eu-central-1' }

function problems(changes: object): readonly string[] {
  const result = z.safeParse(awsConfig, { ...base, ...changes })
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'))
}

describe('spec.provider.aws', () => {
  test('needs service and region alone', () => {
    assert.deepEqual(problems({}), [])
    assert.deepEqual(problems({ service: undefined, region: undefined }), ['service', 'region'])
    assert.deepEqual(problems({ service: 'S3' }), ['service'])
  })

  test('takes every field that ESO knows', () => {
    const key = { name: 'n', key: 'k', namespace: 'ns' }
    const all = {
      service: 'ParameterStore',
      auth: {
        secretRef: { accessKeyIDSecretRef: key, secretAccessKeySecretRef: key, sessionTokenSecretRef: key },
        jwt: { serviceAccountRef: { name: 'n', namespace: 'ns', audiences: ['a'] } },
      },
      role: 'arn:aws:iam::1:role/r',
      additionalRoles: ['arn:aws:iam::1:role/r'],
      externalID: 'x',
      sessionTags: [{ key: 'k', value: 'v' }],
      sessionTagsPolicy: 'Custom',
      customSessionTags: { env: 'prod' },
      transitiveTagKeys: ['k'],
      prefix: 'prod/',
      secretsManager: { recoveryWindowInDays: 7 },
    }
    const parsed = z.parse(awsConfig, { ...base, ...all })
    assert.deepEqual(parsed, { ...base, ...all })
  })

  test('knows regions of every partition, and nothing that would lead to another host', () => {
    for (const region of ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'us-iso-east-1', 'eusc-de-east-1', 'ap-southeast-5']) {
      assert.deepEqual(problems({ region }), [])
    }
    for (const region of ['', 'eu-central', 'Frankfurt', 'eu-central-1.evil.example', 'x/eu-central-1', 'eu-central-1\n']) {
      assert.deepEqual(problems({ region }), ['region'])
    }
  })

  test('wants both halves of a key', () => {
    const ref = { name: 'n', key: 'k' }
    assert.deepEqual(problems({ auth: { secretRef: { accessKeyIDSecretRef: ref } } }), ['auth.secretRef'])
    assert.deepEqual(problems({ auth: { secretRef: { sessionTokenSecretRef: ref } } }), ['auth.secretRef'])
    assert.deepEqual(problems({ auth: { secretRef: {} } }), [])
  })

  test('keeps the tags that say who asks for itself', () => {
    assert.deepEqual(problems({ customSessionTags: { esoNamespace: 'kube-system' } }), ['customSessionTags.esoNamespace'])
  })

  test('deletes at once or with a window of 7 to 30 days', () => {
    assert.deepEqual(problems({ secretsManager: { recoveryWindowInDays: 30, forceDeleteWithoutRecovery: false } }), [])
    for (const secretsManager of [
      { recoveryWindowInDays: 6 },
      { recoveryWindowInDays: 31 },
      { recoveryWindowInDays: 7, forceDeleteWithoutRecovery: true },
    ]) {
      assert.deepEqual(problems({ secretsManager }), ['secretsManager.recoveryWindowInDays'])
    }
  })
})
