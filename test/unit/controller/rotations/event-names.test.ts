import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsNames, azureNames, googleNames } from '../../../../plugin/controller/rotations/event-names.ts'

const TIME = '2026-01-01T00:00:07Z'

test('events say when it happened, each where its provider puts the time', () => {
  const detail = { name: 'db' }
  const data = { ObjectName: 'db' }
  const type = 'Microsoft.KeyVault.SecretNewVersionCreated'
  const attributes = { secretId: 'db', eventType: 'SECRET_VERSION_ADD' }
  for (const names of [
    awsNames({ source: 'aws.secretsmanager', time: TIME, detail }),
    azureNames({ eventType: type, eventTime: TIME, data }),
    azureNames({ type, time: TIME, data }),
    googleNames({ message: { publishTime: TIME, attributes } }),
  ])
    assert.equal(names?.atMs, Date.parse(TIME))
  for (const time of [undefined, 'soon', 7]) assert.equal(awsNames({ source: 'aws.ssm', time, detail })?.atMs, undefined)
})

test('an ARN is looked for as a key may give it: whole, without the six characters of its end, and as a name', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:team-a/database'
  const detail = { requestParameters: { secretId: `${arn}-aB3dE6` } }
  const { names } = awsNames({ source: 'aws.secretsmanager', detail }) ?? assert.fail()
  assert.deepEqual(names, new Set([`${arn}-aB3dE6`, arn, 'team-a/database-aB3dE6', 'team-a/database']))
})
