import { SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../plugin/kube/kube-client.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { kubeClientContract } from './kube-client.contract.ts'
import { type KubeSubject, WIDGETS } from './kube-world.ts'

async function subject(clientOf: (emulator: KubeEmulator) => KubeClient): Promise<KubeSubject> {
  const emulator = await startKubeEmulator({ resources: [WIDGETS], scheme: 'https' })
  const client = clientOf(emulator)
  return {
    client,
    async forgotten() {
      const resourceVersion = emulator.revision()
      emulator.put(SECRETS, { metadata: { name: `after-${resourceVersion}`, namespace: 'default' } })
      emulator.compact()
      return { client, resourceVersion }
    },
    close: () => emulator.close(),
  }
}

kubeClientContract('the emulator, by HTTPS', () => subject((emulator) => emulator.client()))
kubeClientContract('the emulator, without sockets', () => subject((emulator) => emulator.localClient()))
