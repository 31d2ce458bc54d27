import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type ArgoPlace, startArgoProcess } from '../test/e2e/argocd/argo-process.ts'
import { PLUGIN_DEFINITION, PLUGIN_NAME, pluginPrograms } from '../test/e2e/argocd/plugin.ts'
import type { ServerProcess } from '../test/e2e/servers/server-process.ts'
import { placeholderSecrets, readySecrets, wantedSecrets } from './argocd-application.ts'

/** A plugin that the same applications are rendered by. */
export interface BenchPlugin {
  /** Of the plugin in Argo CD. */
  readonly name: string
  /** What an application's folder has for it. */
  manifests(application: string): string
}

/** The daemon on the plugin's socket. */
export const NATIVE: BenchPlugin = { name: PLUGIN_NAME, manifests: wantedSecrets }
/** The client, forked by argocd-cmp-server. */
export const FORKED: BenchPlugin = { name: `${PLUGIN_NAME}-forked`, manifests: wantedSecrets }
/** What every plugin costs that argocd-cmp-server starts. */
export const COPYING: BenchPlugin = { name: 'copying', manifests: readySecrets }
export const VAULT_PLUGIN: BenchPlugin = { name: 'argocd-vault-plugin', manifests: placeholderSecrets }

export interface SidecarPlaces {
  /** repo-server's folder of plugins. */
  readonly plugins: string
  /** The daemon's, for our client. */
  readonly daemonSocket: string
  readonly vault: string
}

/** Starts argocd-cmp-server with our client. */
export async function startForked(place: ArgoPlace, { plugins, daemonSocket }: SidecarPlaces): Promise<ServerProcess> {
  const definition = PLUGIN_DEFINITION.replace(`name: ${PLUGIN_NAME}\n`, `name: ${FORKED.name}\n`)
  return await startSidecar(place, FORKED, plugins, definition, {
    PATH: `${await pluginPrograms(place.folder)}:/usr/bin:/bin`,
    ARGOCD_EXTERNAL_SECRETS_SOCKET: daemonSocket,
  })
}

export async function startCopying(place: ArgoPlace, { plugins }: SidecarPlaces): Promise<ServerProcess> {
  const definition = definitionOf(COPYING, ['sh', '-c', 'exec cat *.yaml'])
  return await startSidecar(place, COPYING, plugins, definition, { PATH: '/usr/bin:/bin' })
}

/** `program` is the binary; how it is called is its own documentation's (docs/installation). */
export async function startVaultPlugin(
  place: ArgoPlace,
  { plugins, vault }: SidecarPlaces,
  program: string,
): Promise<ServerProcess> {
  return await startSidecar(place, VAULT_PLUGIN, plugins, definitionOf(VAULT_PLUGIN, [path.resolve(program), 'generate', '.']), {
    PATH: '/usr/bin:/bin',
    AVP_TYPE: 'vault',
    AVP_AUTH_TYPE: 'token',
    VAULT_ADDR: vault,
    VAULT_TOKEN: 'bench-token',
  })
}

function definitionOf({ name }: BenchPlugin, command: readonly string[]): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ConfigManagementPlugin',
    metadata: { name },
    spec: { generate: { command } },
  })
}

async function startSidecar(
  place: ArgoPlace,
  { name }: BenchPlugin,
  plugins: string,
  definition: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const config = path.join(place.folder, name, 'config')
  await mkdir(config, { recursive: true })
  await writeFile(path.join(config, 'plugin.yaml'), definition)
  return await startArgoProcess(place, {
    program: 'argocd-cmp-server',
    name,
    words: ['--config-dir-path', config],
    environment: {
      ARGOCD_PLUGINSOCKFILEPATH: plugins,
      ARGOCD_CMP_WORKDIR: path.join(place.folder, name, 'work'),
      ...environment,
    },
    isReady: async () => existsSync(path.join(plugins, `${name}.sock`)),
  })
}
