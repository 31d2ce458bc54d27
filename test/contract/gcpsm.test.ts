import { type GcpEmulator, startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { openStore } from '../unit/providers/gcpsm/open-store.ts'
import { type ListingSubject, secretListerContract } from './secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

/** A payload has at least one byte; a version is a number. */
/** A key signs its tokens itself: whether they are taken, only a call can tell. */
const limits: SubjectLimits = { batchSize: 1, binary: true, empty: false, wrongVersion: 'NotFound', refusedLook: 'ready' }

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

function startListing(place: { readonly location?: string }): () => Promise<ListingSubject> {
  return async () => {
    const gcp = await startGcpEmulator()
    let seen = 0
    return {
      put(name, labels = {}) {
        gcp.putSecret(name, new TextEncoder().encode('value'), { ...place, labels })
      },
      open: () => openStore(gcp, { ...place, projectID: gcp.project }, { key: gcp.serviceAccountKey() }),
      callsSince() {
        const calls = gcp.control.calls - seen
        seen = gcp.control.calls
        return calls
      },
      close: () => gcp.close(),
    }
  }
}

/** Ours: of 25,000 secrets a page would not stay under the cap of an answer. */
const pagesOf = (secrets: number): number => Math.ceil(secrets / 1_000)

for (const [name, place] of [
  ['gcpsm, global secrets', {}],
  ['gcpsm, regional secrets', { location: 'europe-west3' }],
] as const) {
  secretReaderContract(name, start(place), limits)
  secretReaderFaults(name, start(place), limits)
  secretListerContract(name, startListing(place), { tags: true, folder: 'app-', pagesOf })
}
