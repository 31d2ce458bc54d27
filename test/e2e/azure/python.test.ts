import { randomUUID } from 'node:crypto'
import { startAzureEmulator } from '../../support/emulators/azure/start-azure-emulator.ts'
import { testCaFile, testClientCertificate } from '../../support/emulators/tls/test-tls.ts'
import { type ClientSubject, clientScenarios } from '../clients/client-scenarios.ts'

const ISSUER = 'https://oidc.prod-aks.azure.com/cluster'
const SUBJECT = 'system:serviceaccount:default:reader'

async function emulator(): Promise<ClientSubject> {
  const azure = await startAzureEmulator()
  const own = testClientCertificate()
  const [certificateClient, federatedClient] = [randomUUID(), randomUUID()]
  const stranger = { clientId: randomUUID(), clientSecret: randomUUID() }
  azure.addApplication({ clientId: certificateClient, certificates: [own.cert] })
  azure.addApplication({ clientId: federatedClient, federated: [{ issuer: ISSUER, subject: SUBJECT }] })
  azure.addApplication(stranger)
  azure.contents.strangers.add(stranger.clientId)
  const revoked = azure.tokens.issue(azure.application, 'https://vault.azure.net')
  azure.tokens.revokeAll()
  return {
    facts: {
      vault_url: azure.vaultUrl,
      authority: azure.authorityHost,
      ca_file: testCaFile(),
      tenant_id: azure.tenantId,
      client_id: azure.application.clientId,
      client_secret: azure.application.clientSecret,
      unknown_id: randomUUID(),
      certificate_client_id: certificateClient,
      certificate: own.key + own.cert,
      federated_client_id: federatedClient,
      federated_token: azure.federatedToken(ISSUER, SUBJECT),
      token_of_others: azure.federatedToken(ISSUER, 'system:serviceaccount:default:others'),
      machine: azure.managedIdentityHost,
      identity_header: azure.identityHeader,
      assigned_identity: azure.identities[1],
      stranger_client_id: stranger.clientId,
      stranger_client_secret: stranger.clientSecret,
      revoked_token: revoked,
    },
    prepare(scenario) {
      azure.control.reset()
      if (scenario === 'throttled') azure.control.inject('throttled')
    },
    close: () => azure.close(),
  }
}

await clientScenarios({ title: "Azure's Python SDKs on the emulator", script: 'azure_client.py', start: emulator })
