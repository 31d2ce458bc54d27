import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import { type GcpEmulator, NODE_ACCOUNT, startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { openStore, type Surroundings } from './open-store.ts'
import { readOnce, type Seen } from './read.ts'

const POOL = 'projects/123456/locations/global/workloadIdentityPools/pool'
const AUDIENCE = `//iam.googleapis.com/${POOL}/providers/provider`
const GOOGLE_ACCOUNT = 'app@test-project.iam.gserviceaccount.com'
const SUBJECT = `principal://iam.googleapis.com/${POOL}/subject/system:serviceaccount:default:app`

describe('logins of Secret Manager', () => {
  let gcp: GcpEmulator
  let folder: string

  before(async () => {
    gcp = await startGcpEmulator()
    gcp.putSecret('present', new TextEncoder().encode('v1'))
    gcp.grant(GOOGLE_ACCOUNT, 'secretAccessor', 'viewer')
    folder = await mkdtemp(path.join(os.tmpdir(), 'gcpsm-'))
  })
  beforeEach(() => {
    gcp.control.reset()
    gcp.grant(SUBJECT)
    gcp.grant('test-project.svc.id.goog[default/app]')
  })
  after(async () => {
    await gcp.close()
    await rm(folder, { recursive: true })
  })

  function read(config: object, surroundings: Surroundings = {}): Promise<Seen> {
    return readOnce(openStore(gcp, { projectID: gcp.project, ...config }, surroundings), { key: 'present' })
  }

  async function readByFile(content: object): Promise<Seen> {
    const file = path.join(folder, 'adc.json')
    await writeFile(file, JSON.stringify(content))
    return read({}, { environment: { GOOGLE_APPLICATION_CREDENTIALS: file } })
  }

  /** A Kubernetes ServiceAccount default/app whose tokens are for `audiences` whatever was asked, if given. */
  function kubernetes(
    annotations: Readonly<Record<string, string>> = {},
    audiences?: readonly string[],
  ): Partial<CredentialSource> {
    return {
      serviceAccountAnnotations: async () => new Map(Object.entries(annotations)),
      serviceAccountToken: async (selector) =>
        SecretValue.fromText(
          gcp.kubernetesToken({ namespace: 'default', name: selector.name, audiences: audiences ?? selector.audiences ?? [] }),
        ),
    }
  }

  test('a service account key logs in without asking anybody, and its token_uri is never used', async () => {
    const key = { ...gcp.serviceAccountKey(), token_uri: `${gcp.url}/token` }
    assert.equal((await read({}, { key })).text, 'v1')
    assert.equal(gcp.control.logins, 0)
  })

  test('a service account key brings its project when the store names none', async () => {
    assert.equal((await readOnce(openStore(gcp, {}, { key: gcp.serviceAccountKey() }), { key: 'present' })).text, 'v1')
  })

  for (const [what, change] of [
    ['of another type', { type: 'external_account' }],
    ['of another universe', { universe_domain: 'example.test' }],
    ['without an e-mail', { client_email: '' }],
    ['with a broken private key', { private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }],
  ] as const) {
    test(`a key file ${what} is InvalidSpec before any call`, async () => {
      const { error } = await read({}, { key: { ...gcp.serviceAccountKey(), ...change } })
      assert.equal(error?.kind, 'InvalidSpec')
      assert.equal(gcp.control.calls + gcp.control.logins, 0)
    })
  }

  test('a service account without the role is refused, and the remedy names the role', async () => {
    const { error } = await read({}, { key: gcp.serviceAccountKey({ email: 'poor@test.iam.gserviceaccount.com', roles: [] }) })
    assert.equal(error?.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /roles\/secretmanager\.secretAccessor/)
  })

  describe('workload identity', () => {
    const config = { auth: { workloadIdentity: { serviceAccountRef: { name: 'app' } } } }

    test('a ServiceAccount of the cluster logs in; facts of the cluster come from the metadata server', async () => {
      gcp.grant('test-project.svc.id.goog[default/app]', 'secretAccessor')
      assert.equal((await read(config, { credentials: kubernetes() })).text, 'v1')
      assert.equal(gcp.control.logins, 1)
    })

    test('facts that the store gives are not asked for', async () => {
      gcp.grant('test-project.svc.id.goog[default/app]', 'secretAccessor')
      const workloadIdentity = {
        ...config.auth.workloadIdentity,
        clusterName: 'c',
        clusterLocation: 'l',
        clusterProjectID: gcp.project,
      }
      const surroundings = { credentials: kubernetes(), environment: { GCE_METADATA_HOST: '127.0.0.1:9' } }
      assert.equal((await readOnce(openStore(gcp, { auth: { workloadIdentity } }, surroundings), { key: 'present' })).text, 'v1')
    })

    test('an annotated ServiceAccount acts as its Google service account', async () => {
      gcp.letImpersonate('test-project.svc.id.goog[default/app]', GOOGLE_ACCOUNT)
      const credentials = kubernetes({ 'iam.gke.io/gcp-service-account': GOOGLE_ACCOUNT })
      assert.equal((await read(config, { credentials })).text, 'v1')
      assert.equal(gcp.control.logins, 2)
    })

    test('acting as an account that does not allow it is refused, and the remedy names the role', async () => {
      const email = 'strange@test.iam.gserviceaccount.com'
      gcp.grant(email)
      const { error } = await read(config, { credentials: kubernetes({ 'iam.gke.io/gcp-service-account': email }) })
      assert.equal(error?.kind, 'AccessDenied')
      assert.match(error.remedy ?? '', /roles\/iam\.workloadIdentityUser/)
    })

    test('an account to act as that does not exist is AccessDenied: NotFound would let deletionPolicy drop keys', async () => {
      const email = 'nobody@test.iam.gserviceaccount.com'
      const { error } = await read(config, { credentials: kubernetes({ 'iam.gke.io/gcp-service-account': email }) })
      assert.equal(error?.kind, 'AccessDenied')
      assert.match(error.message, /no such account/)
    })

    test('a token for another audience is refused', async () => {
      const { error } = await read(config, { credentials: kubernetes({}, ['somebody-else']) })
      assert.equal(error?.kind, 'AccessDenied')
    })
  })

  describe('workload identity federation', () => {
    const federation = (source: object): object => ({ auth: { workloadIdentityFederation: source } })
    const byAccount = { serviceAccountRef: { name: 'app' }, audience: AUDIENCE }

    test('a ServiceAccount of any cluster logs in through the Security Token Service', async () => {
      gcp.grant(SUBJECT, 'secretAccessor')
      assert.equal((await read(federation(byAccount), { credentials: kubernetes() })).text, 'v1')
      assert.equal(gcp.control.logins, 1)
    })

    test('it acts as gcpServiceAccountEmail', async () => {
      gcp.letImpersonate(SUBJECT, GOOGLE_ACCOUNT)
      const config = federation({ ...byAccount, gcpServiceAccountEmail: GOOGLE_ACCOUNT })
      assert.equal((await read(config, { credentials: kubernetes() })).text, 'v1')
    })

    test('a token that another cluster signed is refused', async () => {
      const other = await startGcpEmulator()
      const text = other.kubernetesToken({ namespace: 'default', name: 'app', audiences: [AUDIENCE] })
      await other.close()
      const credentials = { serviceAccountToken: async () => SecretValue.fromText(text) }
      const { error } = await read(federation(byAccount), { credentials })
      assert.equal(error?.kind, 'AccessDenied')
      assert.match(error.message, /invalid_grant/)
    })

    const AWS_KEYS = { aws_access_key_id: 'AKIATEST', aws_secret_access_key: 'aws-secret' }
    const byAws = {
      awsSecurityCredentials: { region: 'eu-west-1', awsCredentialsSecretRef: { name: 'aws' } },
      audience: AUDIENCE,
    }

    function awsSecret(content: Readonly<Record<string, string>>): Partial<CredentialSource> {
      return {
        async secretKey({ key }) {
          const text = content[key]
          if (text === undefined) throw new SecretError('InvalidSpec', 'no such key')
          return SecretValue.fromText(text)
        },
      }
    }

    test('AWS credentials log in by a request that they signed', async () => {
      gcp.registerAwsKey('AKIATEST', 'aws-secret')
      gcp.grant(`principal://iam.googleapis.com/${POOL}/subject/AKIATEST`, 'secretAccessor')
      assert.equal((await read(federation(byAws), { credentials: awsSecret(AWS_KEYS) })).text, 'v1')
      const session = awsSecret({ ...AWS_KEYS, aws_session_token: 'of-a-session' })
      assert.equal((await read(federation(byAws), { credentials: session })).text, 'v1')
    })

    test('AWS credentials with another secret are refused', async () => {
      gcp.registerAwsKey('AKIATEST', 'aws-secret')
      const { error } = await read(federation(byAws), { credentials: awsSecret({ ...AWS_KEYS, aws_secret_access_key: 'wrong' }) })
      assert.equal(error?.kind, 'AccessDenied')
    })

    function configMap(content: object): Partial<CredentialSource> {
      return { caBundle: async () => JSON.stringify(content) }
    }

    function externalAccount(source: object): object {
      return {
        type: 'external_account',
        audience: AUDIENCE,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: source,
      }
    }

    const byConfig = { credConfig: { name: 'gcp', key: 'config.json' } }

    test('a credential configuration takes the token from a file', async () => {
      gcp.grant(SUBJECT, 'secretAccessor')
      const file = path.join(folder, 'token.json')
      await writeFile(
        file,
        JSON.stringify({ token: gcp.kubernetesToken({ namespace: 'default', name: 'app', audiences: [AUDIENCE] }) }),
      )
      const source = { file, format: { type: 'json', subject_token_field_name: 'token' } }
      assert.equal((await read(federation(byConfig), { credentials: configMap(externalAccount(source)) })).text, 'v1')
    })

    test('a credential configuration takes the token from the URL that externalTokenEndpoint repeats, and acts as its account', async () => {
      gcp.letImpersonate(SUBJECT, GOOGLE_ACCOUNT)
      const token = gcp.kubernetesToken({ namespace: 'default', name: 'app', audiences: [AUDIENCE] })
      const issuer = await serve((request, response) => response.end(request.headers['x-key'] === 'k' ? token : 'nothing'))
      const impersonation = {
        service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${GOOGLE_ACCOUNT}:generateAccessToken`,
      }
      const credentials = configMap({ ...externalAccount({ url: issuer.url, headers: { 'x-key': 'k' } }), ...impersonation })
      const seen = await read(federation({ ...byConfig, externalTokenEndpoint: issuer.url }), { credentials })
      issuer.close()
      assert.equal(seen.text, 'v1')
      assert.equal(gcp.control.logins, 2)
    })

    for (const [what, source, extra] of [
      ["this process's own token as its source", { file: '/var/run/secrets/kubernetes.io/serviceaccount/token' }, {}],
      ['a URL that externalTokenEndpoint does not repeat', { url: 'http://127.0.0.1:9/token' }, {}],
      ['an executable', { executable: { command: 'true' } }, {}],
      [
        'a token_url that is not of Google',
        { file: '/tmp/token' },
        { token_url: 'https://sts.googleapis.com.example.test/v1/token' },
      ],
      [
        'an impersonation URL that is not of Google',
        { file: '/tmp/token' },
        {
          service_account_impersonation_url: `https://example.test/v1/projects/-/serviceAccounts/${GOOGLE_ACCOUNT}:generateAccessToken`,
        },
      ],
    ] as const) {
      test(`a credential configuration with ${what} is InvalidSpec`, async () => {
        const credentials = configMap({ ...externalAccount(source), ...extra })
        const { error } = await read(federation(byConfig), { credentials })
        assert.equal(error?.kind, 'InvalidSpec')
        assert.equal(gcp.control.logins, 0)
      })
    }

    for (const [what, source] of [
      ['no source', { audience: AUDIENCE }],
      ['two sources', { ...byAccount, ...byConfig }],
      ['no audience', { serviceAccountRef: { name: 'app' } }],
    ] as const) {
      test(`${what} is InvalidSpec`, async () => {
        assert.equal((await read(federation(source), { credentials: kubernetes() })).error?.kind, 'InvalidSpec')
      })
    }

    test('an external_account file of the administrator logs in by AWS keys of the environment', async () => {
      gcp.registerAwsKey('AKIAENV', 'env-secret')
      gcp.grant(`principal://iam.googleapis.com/${POOL}/subject/AKIAENV`, 'secretAccessor')
      const file = path.join(folder, 'aws.json')
      await writeFile(file, JSON.stringify(externalAccount({ environment_id: 'aws1' })))
      const environment = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env-secret', AWS_REGION: 'eu-west-1' }
      assert.equal((await read({}, { environment: { ...environment, GOOGLE_APPLICATION_CREDENTIALS: file } })).text, 'v1')
    })

    test('an external_account file of the administrator logs in by the role of its EC2 machine', async () => {
      gcp.registerAwsKey('AKIAROLE', 'role-secret')
      gcp.grant(`principal://iam.googleapis.com/${POOL}/subject/AKIAROLE`, 'secretAccessor')
      const machine: Readonly<Record<string, string>> = {
        'PUT /session': 'of-the-session',
        'GET /zone': 'eu-west-1b',
        'GET /roles': 'reader',
        'GET /roles/reader': JSON.stringify({ AccessKeyId: 'AKIAROLE', SecretAccessKey: 'role-secret', Token: 'of-the-role' }),
      }
      const ec2 = await serve((request, response) => {
        const isAllowed = request.method === 'PUT' || request.headers['x-aws-ec2-metadata-token'] === 'of-the-session'
        response.end(isAllowed ? machine[`${request.method} ${request.url}`] : undefined)
      })
      const source = {
        environment_id: 'aws1',
        region_url: `${ec2.url}zone`,
        url: `${ec2.url}roles`,
        imdsv2_session_token_url: `${ec2.url}session`,
      }
      const file = path.join(folder, 'ec2.json')
      await writeFile(file, JSON.stringify(externalAccount(source)))
      const environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: ec2.url, GOOGLE_APPLICATION_CREDENTIALS: file }
      const seen = await read({}, { environment })
      ec2.close()
      assert.equal(seen.text, 'v1')
    })

    test("a session for EC2's metadata server is asked of nobody else", async () => {
      const file = path.join(folder, 'elsewhere.json')
      const source = { environment_id: 'aws1', region_url: 'http://127.0.0.1:9/zone', url: 'http://127.0.0.1:9/roles' }
      await writeFile(file, JSON.stringify(externalAccount(source)))
      assert.equal((await read({}, { environment: { GOOGLE_APPLICATION_CREDENTIALS: file } })).error?.kind, 'InvalidSpec')
    })
  })

  describe('Application Default Credentials', () => {
    test('without anything else the metadata server gives the token and the project', async () => {
      assert.equal((await readOnce(openStore(gcp, {}), { key: 'present' })).text, 'v1')
      assert.equal(gcp.control.logins, 1)
    })

    for (const auth of [{}, { secretRef: {} }]) {
      test(`auth: ${JSON.stringify(auth)} means the default`, async () => {
        assert.equal((await read({ auth })).text, 'v1')
        assert.equal(gcp.control.logins, 1)
      })
    }

    test('a key file of a service account logs in', async () => {
      assert.equal((await readByFile(gcp.serviceAccountKey())).text, 'v1')
      assert.equal(gcp.control.logins, 0)
    })

    test("a user's file logs in by its refresh token, and refused ones say how to log in again", async () => {
      const user = gcp.authorizedUser()
      assert.equal((await readByFile(user)).text, 'v1')
      const { error } = await readByFile({ ...user, refresh_token: 'revoked' })
      assert.equal(error?.kind, 'AccessDenied')
      assert.match(error.remedy ?? '', /gcloud auth application-default login/)
    })

    test('a file of an impersonated account acts as it', async () => {
      const source = gcp.serviceAccountKey({ email: NODE_ACCOUNT, roles: ['secretAccessor'] })
      gcp.letImpersonate(NODE_ACCOUNT, GOOGLE_ACCOUNT)
      const seen = await readByFile({
        type: 'impersonated_service_account',
        service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${GOOGLE_ACCOUNT}:generateAccessToken`,
        source_credentials: source,
      })
      assert.equal(seen.text, 'v1')
      assert.equal(gcp.control.logins, 1)
    })

    test("the file that gcloud left in the user's home is found", async () => {
      await writeFile(path.join(folder, 'application_default_credentials.json'), JSON.stringify(gcp.authorizedUser()))
      assert.equal((await read({}, { environment: { CLOUDSDK_CONFIG: folder } })).text, 'v1')
    })

    test('a file that cannot be read is InvalidSpec, never another login', async () => {
      const { error } = await read({}, { environment: { GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, 'none.json') } })
      assert.equal(error?.kind, 'InvalidSpec')
      assert.equal(gcp.control.logins, 0)
    })

    test('the metadata server is asked directly, whatever the proxy', async () => {
      const environment = {
        HTTP_PROXY: 'http://127.0.0.1:9',
        GCPSM_ENDPOINT: gcp.url.replace('127.0.0.1', 'localhost'),
        NO_PROXY: 'localhost',
      }
      assert.equal((await read({}, { environment })).text, 'v1')
    })

    test('no metadata server at all is Unavailable with what one can do', async () => {
      const { error } = await read({}, { environment: { GCE_METADATA_HOST: '127.0.0.1:9' } })
      assert.equal(error?.kind, 'Unavailable')
      assert.match(error.message, /no other credentials are configured/)
      assert.match(error.remedy ?? '', /GOOGLE_APPLICATION_CREDENTIALS/)
    })
  })
})

async function serve(listener: http.RequestListener): Promise<{ readonly url: string; close(): void }> {
  const server = http.createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
