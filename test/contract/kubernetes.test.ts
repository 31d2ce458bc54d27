import { SECRETS } from '../../plugin/kube/core-resources.ts'
import { disturbedKube } from '../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { detectKubernetes, type KubernetesSpec, openKubernetes } from '../unit/providers/kubernetes/open-kubernetes.ts'
import { changeDetectorContract, changeDetectorFaults, type DetectionSubject } from './change-detector.contract.ts'
import { type ListingSubject, secretListerContract } from './secret-lister.contract.ts'
import { type Subject, type SubjectLimits, secretReaderContract, secretReaderFaults } from './secret-reader.contract.ts'

async function world() {
  const { kube, token } = await startRemote()
  const way = await disturbedKube(kube, token)
  const spec: KubernetesSpec = {
    server: { url: way.url },
    auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
    remoteNamespace: 'remote',
  }
  const secrets = (refused?: boolean) => ({ secrets: { 'login/token': refused ? 'of-nobody' : token } })
  return {
    kube,
    spec,
    secrets,
    control: way.control,
    close: async (): Promise<void> => {
      await way.close()
      await kube.close()
    },
  }
}

/** What is stored is JSON of the data, values in base64. */
const wrap = (text: string): string => JSON.stringify({ text: Buffer.from(text).toString('base64') })

async function start(): Promise<Subject> {
  const { kube, spec, secrets, control, close } = await world()
  return {
    async put(key, bytes) {
      const { text } = JSON.parse(new TextDecoder().decode(bytes)) as { text: string }
      putSecret(kube, key, { data: { text: Buffer.from(text, 'base64') } })
      return ''
    },
    open: ({ refused, callTimeoutMs } = {}) =>
      openKubernetes(spec, { ...secrets(refused), ...(callTimeoutMs !== undefined && { callTimeoutMs }) }),
    calls: () => control.calls,
    inject: (fault, times) => control.inject(fault, times),
    reset: () => control.reset(),
    close,
  }
}

const limits: SubjectLimits = {
  batchSize: 1,
  binary: false,
  empty: false,
  wrongVersion: 'NotFound',
  versions: false,
  wrap,
  refusedLook: 'unknown',
}

secretReaderContract('kubernetes on the emulator', start, limits)
secretReaderFaults('kubernetes on the emulator', start, limits)

async function startListing(): Promise<ListingSubject> {
  const { kube, spec, secrets, control, close } = await world()
  let seen = 0
  return {
    put: (name, labels) => putSecret(kube, name, { data: { text: 'x' }, ...(labels && { labels }) }),
    open: () => openKubernetes(spec, secrets()),
    callsSince() {
      const calls = control.calls - seen
      seen = control.calls
      return calls
    },
    close,
  }
}

secretListerContract('kubernetes on the emulator', startListing, {
  tags: true,
  folder: '',
  pagesOf: (count) => Math.ceil(count / 250),
})

async function startDetection(): Promise<DetectionSubject> {
  const { kube, spec, secrets, control, close } = await world()
  return {
    put: async (key, text) => putSecret(kube, key, { data: { text } }),
    remove: async (name) => kube.remove(SECRETS, { namespace: 'remote', name }),
    detect: (identity) => detectKubernetes(spec, secrets(identity === 'refused')),
    open: () => openKubernetes(spec, secrets()),
    asked: () => control.asked,
    inject: (fault, times) => control.inject(fault, times),
    reset: () => control.reset(),
    close,
  }
}

// Who may get a Secret may look at its metadata: there is nobody who reads, but does not look.
changeDetectorContract('kubernetes, emulator', startDetection, { callsFor1000: 5, rights: false })
changeDetectorFaults('kubernetes, emulator', startDetection)
