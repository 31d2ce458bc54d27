import { NODE_ACCOUNT, startGcpEmulator } from '../../support/emulators/gcp/gcp-emulator.ts'
import { type ClientSubject, clientScenarios } from '../clients/client-scenarios.ts'

async function emulator(): Promise<ClientSubject> {
  const gcp = await startGcpEmulator({ anonymous: 'admin' })
  return {
    facts: {
      url: gcp.url,
      project: gcp.project,
      key: gcp.serviceAccountKey(),
      machine_account: NODE_ACCOUNT,
    },
    prepare(scenario) {
      gcp.control.reset()
      if (scenario === 'throttled') gcp.control.inject('throttled', 2)
    },
    close: () => gcp.close(),
  }
}

await clientScenarios({ title: "Google's Python SDKs on the emulator", script: 'gcp_client.py', start: emulator })
