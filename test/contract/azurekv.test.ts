import { startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { openServicePrincipal } from '../unit/providers/azurekv/open-store.ts'
import { type Subject, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

async function start(): Promise<Subject> {
  const azure = await startAzureEmulator()
  return {
    put: async (key, bytes) => azure.putSecret(key, new TextDecoder().decode(bytes)),
    async open({ refused, callTimeoutMs } = {}) {
      const secret = { id: azure.application.clientId, secret: refused ? 'not the secret' : azure.application.clientSecret }
      return openServicePrincipal(azure, { secret, ...(callTimeoutMs !== undefined && { callTimeoutMs }) })
    },
    calls: () => azure.control.calls,
    inject: (fault, times) => azure.control.inject(fault, times),
    reset: () => azure.control.reset(),
    close: () => azure.close(),
  }
}

const limits = { batchSize: 1, binary: false, empty: true, wrongVersion: 'NotFound' } as const

secretReaderContract('azurekv on the emulator', start, limits)
secretReaderFaults('azurekv on the emulator', start, limits)
