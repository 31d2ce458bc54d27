import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorPolicy } from '../../../../plugin/model/error-policy.ts'
import { AwsFailure, distinctCode } from '../../../../plugin/providers/aws/aws-failure.ts'
import { explain } from '../../../../plugin/providers/aws/explain.ts'

const attempt = { action: 'secretsmanager:GetSecretValue', target: 'the secret "db"' }

describe('what a failure of AWS means', () => {
  for (const [code, kind, remedy] of [
    ['ResourceNotFoundException', 'NotFound', /remoteRef/],
    ['ParameterNotFound', 'NotFound', /remoteRef/],
    ['MarkedForDeletion', 'NotFound', /restore/],
    ['ParameterVersionNotFound', 'InvalidSpec', /remoteRef\.version/],
    ['ValidationException', 'InvalidSpec', /check the key/],
    ['AccessDeniedException', 'AccessDenied', /grant secretsmanager:GetSecretValue on the secret "db"/],
    ['DecryptionFailure', 'AccessDenied', /kms:Decrypt/],
    ['KmsAccessDenied', 'AccessDenied', /kms:Decrypt/],
    ['UnrecognizedClientException', 'AccessDenied', /access key/],
    ['InvalidSignatureException', 'AccessDenied', /access key/],
    ['ExpiredTokenException', 'AccessDenied', /new/],
    ['InvalidIdentityTokenException', 'AccessDenied', /OIDC provider/],
    ['NoCredentials', 'AccessDenied', /auth\.secretRef/],
    ['ThrottlingException', 'Throttled', /quota/],
    ['InternalServiceError', 'Unavailable', /render again/],
    ['RegionDisabledException', 'InvalidSpec', /region/],
    ['UnreadableAnswer', 'Unavailable', /endpoint/],
  ] as const) {
    test(`${code} is ${kind}`, () => {
      const error = explain(new AwsFailure(code, 400, 'req-1'), attempt)
      assert.equal(error.kind, kind)
      assert.match(error.message, /request req-1/)
      assert.match(error.remedy ?? '', remedy)
    })
  }

  test('a role that may not be assumed needs both policies', () => {
    const error = explain(new AwsFailure('AccessDenied', 403), { action: 'sts:AssumeRole', target: 'the role arn:x' })
    assert.match(error.remedy ?? '', /sts:AssumeRole on the role arn:x .*trust policy/)
  })

  test('what is not understood is Unavailable, never NotFound, and its words are not repeated', () => {
    const error = explain(new AwsFailure('s3cret leaked in a code', 404, 's3cret in an id'), attempt)
    assert.equal(error.kind, 'Unavailable')
    assert.equal(error.lasting, true)
    assert.doesNotMatch(error.message, /s3cret/)
    assert.equal(explain(new AwsFailure('Novel', 503), attempt).lasting, false)
    assert.equal(explain(new AwsFailure('Novel', 429), attempt).kind, 'Throttled')
  })

  test('a clock that the SDK has just corrected is tried again', () => {
    assert.ok(errorPolicy[explain(new AwsFailure('ClockSkew', 400), attempt).kind].retryCall)
  })
})

test('refusals that share a code are told apart', () => {
  const deletion = "You can't perform this operation on the secret because it was marked for deletion."
  assert.equal(distinctCode('InvalidRequestException', deletion), 'MarkedForDeletion')
  assert.equal(distinctCode('InvalidParameterException', deletion), 'MarkedForDeletion')
  assert.equal(distinctCode('InvalidRequestException', 'something else'), 'InvalidRequestException')
  assert.equal(distinctCode('AccessDeniedException', 'Access to KMS is not allowed'), 'KmsAccessDenied')
  const other = 'User: x is not authorized to perform: secretsmanager:GetSecretValue on resource: KMS-settings'
  assert.equal(distinctCode('AccessDeniedException', other), 'AccessDeniedException')
})
