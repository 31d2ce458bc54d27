import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { gcrAccessToken } from '../../../plugin/generators/gcr-access-token.ts'
import { type GcpEmulator, startGcpEmulator } from '../../support/emulators/gcp/gcp-emulator.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'

const GOOGLE_ACCOUNT = 'puller@test-project.iam.gserviceaccount.com'
const POOL = 'projects/123456/locations/global/workloadIdentityPools/pool'
const AUDIENCE = `//iam.googleapis.com/${POOL}/providers/provider`

describe("a login to Google's registries", () => {
  let gcp: GcpEmulator
  before(async () => {
    gcp = await startGcpEmulator()
    gcp.grant(GOOGLE_ACCOUNT, 'viewer')
    gcp.letImpersonate('test-project.svc.id.goog[default/puller]', GOOGLE_ACCOUNT)
    gcp.putSecret('present', new TextEncoder().encode('v1'))
  })
  beforeEach(() => gcp.control.reset())
  after(() => gcp.close())

  const secretRef = { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } }
  const spec = (more: object = {}): object => ({ auth: { secretRef }, projectID: gcp.project, ...more })

  function around({ environment, ...more }: Around = {}): Around {
    return {
      secrets: { 'gcp/key.json': JSON.stringify(gcp.serviceAccountKey()) },
      accountToken: (name, audiences) => gcp.kubernetesToken({ namespace: 'default', name, audiences: [...audiences] }),
      environment: {
        GCPSM_ENDPOINT: gcp.url,
        GCPSM_AUTH_ENDPOINT: gcp.url,
        GCE_METADATA_HOST: new URL(gcp.url).host,
        ...environment,
      },
      ...more,
    }
  }

  /** Whether Google takes it for one of its own tokens, which begin like this in the emulator too. */
  async function isTaken(token: string | undefined): Promise<boolean> {
    const url = `${gcp.url}/v1/projects/${gcp.project}/secrets/present`
    const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    return status === 200
  }

  test('by the key of a service account is a token of Google, not one that the key signed', async () => {
    const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
    const { username, password, expiry } = await generateTexts(gcrAccessToken, spec(), around({ clock }))
    assert.equal(username, 'oauth2accesstoken')
    assert.equal(password?.split('.').length === 3 && password.startsWith('eyJ'), false)
    assert.ok(await isTaken(password))
    assert.ok(Number(expiry) > clock.now() / 1000 && Number(expiry) <= clock.now() / 1000 + 3600, expiry)
    assert.equal(gcp.control.logins, 1)
  })

  test("by GKE's workload identity acts as the account of the annotation, in the cluster that the author names", async () => {
    const workloadIdentity = { serviceAccountRef: { name: 'puller' }, clusterName: 'c', clusterLocation: 'europe-west1' }
    const annotations = { puller: { 'iam.gke.io/gcp-service-account': GOOGLE_ACCOUNT } }
    const { password } = await generateTexts(gcrAccessToken, spec({ auth: { workloadIdentity } }), around({ annotations }))
    assert.ok(await isTaken(password))
  })

  test('by federation is the token that the exchange gave', async () => {
    gcp.grant(`principal://iam.googleapis.com/${POOL}/subject/system:serviceaccount:default:puller`, 'viewer')
    const workloadIdentityFederation = { serviceAccountRef: { name: 'puller' }, audience: AUDIENCE }
    const auth = { workloadIdentityFederation }
    const { password } = await generateTexts(gcrAccessToken, spec({ auth }), around({ annotations: { puller: {} } }))
    assert.ok(await isTaken(password))
  })

  test('without a method is the one of the machine', async () => {
    const { password } = await generateTexts(gcrAccessToken, spec({ auth: {} }), around())
    assert.ok(await isTaken(password))
  })

  test('a key that Google does not know is AccessDenied', async () => {
    const other = await startGcpEmulator()
    const key = JSON.stringify(other.serviceAccountKey())
    await other.close()
    await assert.rejects(generate(gcrAccessToken, spec(), around({ secrets: { 'gcp/key.json': key } })), { kind: 'AccessDenied' })
  })

  test('fields are called as they are in the spec', async () => {
    await assert.rejects(generate(gcrAccessToken, spec(), around({ secrets: {} })), {
      kind: 'InvalidSpec',
      place: { field: 'spec.auth.secretRef.secretAccessKeySecretRef' },
    })
    const workloadIdentityFederation = {}
    await assert.rejects(generate(gcrAccessToken, spec({ auth: { workloadIdentityFederation } }), around()), {
      kind: 'InvalidSpec',
      place: { field: 'spec.auth.workloadIdentityFederation' },
    })
  })

  const BAD = [
    ['throttled', 'Throttled', 5],
    ['denied', 'AccessDenied', 1],
    ['internalError', 'Unavailable', 5],
    ['connectionReset', 'Unavailable', 5],
    ['redirect', 'Unavailable', 1],
    ['garbage', 'Unavailable', 1],
    ['oversized', 'Unavailable', 1],
  ] as const
  for (const [fault, kind, attempts] of BAD) {
    test(`a login that is answered badly (${fault}) is ${kind}`, async () => {
      gcp.control.injectLogin(fault, 10)
      await assert.rejects(generate(gcrAccessToken, spec(), around()), { kind })
      assert.equal(gcp.control.logins, attempts)
    })
  }

  test('a login that is never answered is Timeout', async () => {
    gcp.control.injectLogin('hang', 10)
    await assert.rejects(generate(gcrAccessToken, spec(), around({ callTimeoutMs: 40 })), { kind: 'Timeout' })
  })
})
