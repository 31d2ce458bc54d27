import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { type PluginServiceTools, pluginService, pluginServiceDefinition } from './plugin-service.ts'

/** Argo CD's own limit for a message, both ways (`ARGOCD_GRPC_MAX_SIZE_MB`). */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024

export interface PluginSocket {
  readonly path: string
  /** Lets running calls finish, until `signal` is aborted. */
  close(signal: AbortSignal): Promise<void>
}

/** The file that repo-server finds: `<name>.sock`, or `<name>-<version>.sock` for a plugin with a version (argocd.md 1.2). */
export function pluginSocketName(name: string, version: string): string {
  return version === '' ? `${name}.sock` : `${name}-${version}.sock`
}

/** Serves the plugin protocol on `<directory>/<socketName>`; a file that an earlier process left there is replaced. Throws when it cannot listen. */
export async function listenOnPluginSocket(
  directory: string,
  socketName: string,
  tools: PluginServiceTools,
): Promise<PluginSocket> {
  const file = path.join(directory, socketName)
  await mkdir(directory, { recursive: true })
  await rm(file, { force: true })
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  })
  server.addService(pluginServiceDefinition, pluginService(tools))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.bindAsync(`unix:${file}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()))
  await promise

  return {
    path: file,
    async close(signal) {
      const closed = new Promise<void>((done) => server.tryShutdown(() => done()))
      const force = (): void => server.forceShutdown()
      if (signal.aborted) force()
      signal.addEventListener('abort', force, { once: true })
      await closed
      signal.removeEventListener('abort', force)
      await rm(file, { force: true })
    },
  }
}
