import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { cloudsmithAccessToken } from '../../../plugin/generators/cloudsmith-access-token.ts'
import type { Generator } from '../../../plugin/generators/generator.ts'
import { quayAccessToken } from '../../../plugin/generators/quay-access-token.ts'
import { CLOUDSMITH_EXPIRY, type CloudsmithEmulator, startCloudsmith } from '../../support/emulators/parties/cloudsmith.ts'
import { unsignedToken } from '../../support/emulators/parties/cluster-token.ts'
import { QUAY_EXPIRY, type QuayEmulator, startQuay } from '../../support/emulators/parties/quay.ts'
import { testTls } from '../../support/emulators/tls/test-tls.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

const TRUSTED = { iss: 'https://cluster.example', sub: 'system:serviceaccount:default:puller', aud: 'registry' }
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A cluster that gives the account `puller` a token for whatever audiences are asked for. */
const around = (more: Around = {}): Around => ({
  extraCa: testTls().ca,
  accountToken: (name, audiences) =>
    unsignedToken({ ...TRUSTED, sub: TRUSTED.sub.replace('puller', name), aud: audiences.length > 0 ? audiences : ['default'] }),
  ...more,
})
const serviceAccountRef = { name: 'puller', audiences: ['registry'] }

describe('a token of a robot account of Quay', () => {
  let quay: QuayEmulator
  before(async () => {
    quay = await startQuay(TRUSTED)
  })
  beforeEach(() => quay.control.reset())
  after(() => quay.close())
  const spec = (more: object = {}): object => ({
    url: new URL(quay.url).host,
    robotAccount: quay.robot,
    serviceAccountRef,
    ...more,
  })

  for (const form of ['HOST', 'https://HOST', 'https://HOST/'] as const) {
    test(`is the one that Quay at ${form} gave, with its end`, async () => {
      const { host } = new URL(quay.url)
      const texts = await generateTexts(quayAccessToken, spec({ url: form.replace('HOST', host) }), around())
      assert.deepEqual(texts, { registry: host, auth: base64(`${quay.robot}:${quay.lastToken()}`), expiry: String(QUAY_EXPIRY) })
    })
  }

  test('never goes over http', async () => {
    const url = quay.url.replace('https:', 'http:')
    await assert.rejects(generate(quayAccessToken, spec({ url }), around()), {
      kind: 'InvalidSpec',
      place: { field: 'spec.url' },
    })
  })

  refusesStrangers(quayAccessToken, spec)
  saysOfBadAnswers(() => quay, {
    ask: (options) => generate(quayAccessToken, spec(), around(options)),
    attempts: 5,
    canaries: () => [unsignedToken(TRUSTED).slice(0, 60)],
  })
})

describe('a token of a service account of Cloudsmith', () => {
  let cloudsmith: CloudsmithEmulator
  before(async () => {
    cloudsmith = await startCloudsmith(TRUSTED)
  })
  beforeEach(() => cloudsmith.control.reset())
  after(() => cloudsmith.close())
  const spec = (more: object = {}): object => ({
    apiUrl: cloudsmith.url,
    orgSlug: 'acme',
    serviceSlug: 'puller',
    serviceAccountRef,
    ...more,
  })

  test('is the one that Cloudsmith gave, with its end', async () => {
    const texts = await generateTexts(cloudsmithAccessToken, spec(), around())
    assert.deepEqual(texts, { auth: base64(`token:${cloudsmith.lastToken()}`), expiry: String(CLOUDSMITH_EXPIRY) })
  })

  test('an organisation that is not there is NotFound', async () => {
    await assert.rejects(generate(cloudsmithAccessToken, spec({ orgSlug: 'other' }), around()), { kind: 'NotFound' })
  })

  test('a service slug that is empty is InvalidSpec', async () => {
    await assert.rejects(generate(cloudsmithAccessToken, spec({ serviceSlug: '' }), around()), { kind: 'InvalidSpec' })
  })

  refusesStrangers(cloudsmithAccessToken, spec)
  saysOfBadAnswers(() => cloudsmith, {
    ask: (options) => generate(cloudsmithAccessToken, spec(), around(options)),
    attempts: 5,
    canaries: () => [unsignedToken(TRUSTED).slice(0, 60)],
  })
})

/** The remedy of a refusal names what has to trust the cluster. */
function refusesStrangers<Spec>(generator: Generator<Spec>, spec: (more: object) => object): void {
  test('another ServiceAccount, or a token for another audience, is AccessDenied', async () => {
    const strangers = [{ name: 'stranger', audiences: ['registry'] }, { name: 'puller' }]
    for (const stranger of strangers) {
      await assert.rejects(generate(generator, spec({ serviceAccountRef: stranger }), around()), {
        kind: 'AccessDenied',
        remedy: /ServiceAccount/,
      })
    }
  })

  test('a ServiceAccount without a token is InvalidSpec at its field', async () => {
    await assert.rejects(generate(generator, spec({}), { extraCa: testTls().ca }), {
      kind: 'InvalidSpec',
      place: { field: 'spec.serviceAccountRef' },
    })
  })
}
