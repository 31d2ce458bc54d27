import path from 'node:path'
import { callPlugin, manifestsOf, type PluginUpload } from '../test/support/fake-repo-server.ts'
import { OBJECTS, wantedSecrets } from './argocd-application.ts'
import { startBenchDaemon } from './bench-daemon.ts'
import { EMPTY_PROCESS } from './floor.ts'
import { measureInTurn, median } from './measure.ts'
import type { Row } from './row.ts'
import { startVaultServer } from './servers.ts'

/** Renders at once: as many as the application-controller has under way (`--status-processors`). */
const AT_ONCE = 20
const RENDERS = 400
const WANTED_PER_SECOND = 150

/** A warm render over the plugin's own socket, alone and many at once; the values are read before. */
export async function nativeRows(main: string, folder: string, runs: number): Promise<readonly Row[]> {
  const vault = await startVaultServer()
  const daemon = await startBenchDaemon({
    main,
    folder: path.join(folder, 'native'),
    vault: vault.url,
    plugins: path.join(folder, 'plugins'),
    // What is measured are renders whose values are cached, however long the bench takes.
    environment: { ARGOCD_EXTERNAL_SECRETS_CACHE_TTL: '600000' },
  })
  const render = (index: number): Promise<void> => rendered(daemon.pluginSocket, `app-${index}`)
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => render(index)))
    const emptyMs: number[] = []
    const aloneMs: number[] = []
    const manyMs: number[] = []
    for (let run = 0; run < runs; run++) {
      const [empty] = await measureInTurn([EMPTY_PROCESS], 1)
      emptyMs.push(empty.wallMs)
      for (let index = 0; index < AT_ONCE; index++) aloneMs.push(await timed(() => render(index)))
      manyMs.push((await timed(() => renderMany(render))) / RENDERS)
    }
    // Of all renders together: each key once.
    const { calls } = vault
    const peakRssMiB = await daemon.stop()
    const row = (name: string, wallMs: number, referenceMs: number, reference: string): Row => ({
      name,
      wallMs,
      referenceMs,
      reference,
      calls,
      peakRssMiB,
    })
    return [
      row('argocd-native-warm', median(aloneMs), median(emptyMs), 'node -e 0'),
      row('argocd-native-at-once', median(manyMs), 1_000 / WANTED_PER_SECOND, `${WANTED_PER_SECOND} renders a second`),
    ]
  } catch (thrown) {
    await daemon.stop()
    throw thrown
  } finally {
    await vault.close()
  }
}

async function rendered(socket: string, application: string): Promise<void> {
  const upload: PluginUpload = {
    path: application,
    files: [{ name: `${application}/all.yaml`, bytes: wantedSecrets(application) }],
    environment: {
      ARGOCD_APP_NAME: application,
      ARGOCD_APP_NAMESPACE: 'bench',
      ARGOCD_APP_PROJECT_NAME: 'default',
      ARGOCD_APP_REVISION: 'f00f',
      ARGOCD_APP_SOURCE_PATH: application,
      KUBE_VERSION: '1.36.3',
    },
  }
  const manifests = manifestsOf(await callPlugin(socket, 'GenerateManifest', upload))
  if (manifests.length !== OBJECTS) throw new Error(`${manifests.length} manifests instead of ${OBJECTS}`)
}

async function renderMany(render: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < RENDERS) await render(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
