import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { publicOnly } from '../../../../plugin/providers/private-address.ts'
import { startGcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { openStore } from './open-store.ts'
import { readOnce } from './read.ts'

const POOL = 'projects/123456/locations/global/workloadIdentityPools/pool'
const AUDIENCE = `//iam.googleapis.com/${POOL}/providers/provider`

test('a URL of a credential configuration is asked only where the store may connect to; Google always is', async () => {
  const gcp = await startGcpEmulator()
  gcp.putSecret('present', new TextEncoder().encode('v1'))
  gcp.grant(`principal://iam.googleapis.com/${POOL}/subject/system:serviceaccount:default:app`, 'secretAccessor')
  const token = gcp.kubernetesToken({ namespace: 'default', name: 'app', audiences: [AUDIENCE] })
  let asked = 0
  const issuer = http.createServer((_request, response) => {
    asked++
    response.end(token)
  })
  issuer.listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  const host = `127.0.0.1:${(issuer.address() as AddressInfo).port}`
  const url = `http://${host}/`
  const file = {
    type: 'external_account',
    audience: AUDIENCE,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { url },
  }
  const federation = { credConfig: { name: 'gcp', key: 'config.json' }, externalTokenEndpoint: url }
  const config = { projectID: gcp.project, auth: { workloadIdentityFederation: federation } }
  const credentials = { caBundle: async () => JSON.stringify(file) }

  const refused = await readOnce(openStore(gcp, config, { credentials, mayConnect: publicOnly([]) }), { key: 'present' })
  const askedInVain = asked
  const seen = await readOnce(openStore(gcp, config, { credentials, mayConnect: publicOnly([host]) }), { key: 'present' })
  issuer.close()
  issuer.closeAllConnections()
  await gcp.close()
  assert.equal(refused.error?.kind, 'AccessDenied')
  assert.equal(askedInVain, 0)
  assert.equal(seen.text, 'v1')
})
