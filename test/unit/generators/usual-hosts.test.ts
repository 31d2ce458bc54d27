import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { cloudsmithAccessToken } from '../../../plugin/generators/cloudsmith-access-token.ts'
import type { Generator } from '../../../plugin/generators/generator.ts'
import { githubAccessToken } from '../../../plugin/generators/github-access-token.ts'
import { gitlabDeployToken } from '../../../plugin/generators/gitlab-deploy-token.ts'
import { quayAccessToken } from '../../../plugin/generators/quay-access-token.ts'
import { hostAsked } from './ask-generator.ts'

const secretRef = { name: 'party', key: 'credential' }
const serviceAccountRef = { name: 'puller' }
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const CASES: readonly (readonly [host: string, field: string, generator: Generator, spec: object, credential: string])[] = [
  ['api.github.com', 'url', githubAccessToken, { appID: '1', installID: '2', auth: { privateKey: { secretRef } } }, pem],
  [
    'gitlab.com',
    'url',
    gitlabDeployToken,
    { projectID: '7', name: 'x', scopes: ['read_registry'], auth: { token: { secretRef } } },
    'x',
  ],
  ['quay.io', 'url', quayAccessToken, { robotAccount: 'team+robot', serviceAccountRef }, ''],
  ['api.cloudsmith.io', 'apiUrl', cloudsmithAccessToken, { orgSlug: 'acme', serviceSlug: 'x', serviceAccountRef }, ''],
]

for (const [host, field, generator, spec, credential] of CASES) {
  test(`${generator.kind} asks ${host} unless the author names another host`, async () => {
    const around = { secrets: { 'party/credential': credential }, accountToken: () => 'token' }
    assert.equal(await hostAsked(generator, spec, around), host)
    assert.equal(await hostAsked(generator, { ...spec, [field]: '' }, around), host)
    const other = generator.kind === 'QuayAccessToken' ? 'other.example' : 'https://other.example'
    assert.equal(await hostAsked(generator, { ...spec, [field]: other }, around), 'other.example')
  })
}
