import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { systemRandom } from '../../plugin/model/random.ts'
import { fake } from '../../plugin/providers/fake/provider.ts'
import { credentialsOf } from '../unit/providers/vault/open-vault.ts'
import { secretListerContract } from './secret-lister.contract.ts'
import { type Subject, secretReaderContract } from './secret-reader.contract.ts'

async function start(): Promise<Subject> {
  const data: { key: string; value: string; version?: string }[] = []
  return {
    async put(key, bytes) {
      const value = new TextDecoder().decode(bytes)
      const version = String(data.filter((entry) => entry.key === key).length + 1)
      data.push({ key, value }, { key, value, version })
      return version
    },
    open: () =>
      fake.open(
        { data },
        {
          credentials: credentialsOf({}),
          environment: new Map(),
          store: { kind: 'SecretStore', name: 'fake', namespace: 'default' },
          clock: systemClock,
          random: systemRandom,
          logger: silentLogger,
          callTimeoutMs: 60_000,
          concurrency: 32,
        },
      ),
    reset: () => undefined,
    close: async () => undefined,
  }
}

secretReaderContract('fake', start, { batchSize: 1, binary: false, empty: true, wrongVersion: 'NotFound', credentials: false })

async function startListing() {
  const subject = await start()
  return { ...subject, put: async (name: string) => void (await subject.put(name, new TextEncoder().encode('value'))) }
}

secretListerContract('fake', startListing, { tags: false, folder: '' })
