import { type GcpEmulator, startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { openStore } from '../unit/providers/gcpsm/open-store.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

/** A payload has at least one byte; a version is a number. */
const limits: SubjectLimits = { batchSize: 1, binary: true, empty: false, wrongVersion: 'NotFound' }

function start(place: { readonly location?: string }): () => Promise<Subject> {
  return async () => {
    const gcp = await startGcpEmulator()
    return { ...subject(gcp, place), close: () => gcp.close() }
  }
}

function subject(gcp: GcpEmulator, place: { readonly location?: string }): Omit<Subject, 'close'> {
  const known = gcp.serviceAccountKey()
  const unknown = { ...known, private_key_id: 'of-nobody' }
  return {
    put: async (key, bytes) => gcp.putSecret(key, bytes, place),
    open: (options) =>
      openStore(
        gcp,
        { ...place, projectID: gcp.project },
        {
          key: options?.refused ? unknown : known,
          // Pauses between tries take no time; it starts now, because Google's tokens are dated.
          clock: new FakeClock(Date.now()),
          ...(options?.callTimeoutMs !== undefined && { callTimeoutMs: options.callTimeoutMs }),
        },
      ),
    calls: () => gcp.control.calls,
    inject: (fault, times) => gcp.control.inject(fault, times),
    reset: () => gcp.control.reset(),
  }
}

for (const [name, place] of [
  ['gcpsm, global secrets', {}],
  ['gcpsm, regional secrets', { location: 'europe-west3' }],
] as const) {
  secretReaderContract(name, start(place), limits)
  secretReaderFaults(name, start(place), limits)
}
