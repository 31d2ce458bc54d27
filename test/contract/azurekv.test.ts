import { startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { openServicePrincipal } from '../unit/providers/azurekv/open-store.ts'
import { type ListingSubject, secretListerContract } from './secret-lister.contract.ts'
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

async function startListing(): Promise<ListingSubject> {
  const azure = await startAzureEmulator()
  let seen = 0
  return {
    put(name, tags) {
      azure.putSecret(name, 'value', { tags })
    },
    open: () => openServicePrincipal(azure),
    callsSince() {
      const calls = azure.control.calls - seen
      seen = azure.control.calls
      return calls
    },
    close: () => azure.close(),
  }
}

/** Key Vault lists 25 at a time, at most. */
secretListerContract('azurekv on the emulator', startListing, {
  tags: true,
  folder: 'app-',
  pagesOf: (secrets) => Math.ceil(secrets / 25),
})
