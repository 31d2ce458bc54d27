import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js'
import type { Clock } from '../model/clock.ts'
import { SecretError } from '../model/secret-error.ts'
import { type AuthorityFile, openAuthorityFile } from './authority-file.ts'
import { type ExecPlugin, execCredentials } from './exec-credentials.ts'
import { fileCredentials } from './file-credentials.ts'
import { impersonationOf } from './impersonation.ts'
import { fixedCredentials, type KubeCredentials } from './kube-credentials.ts'
import type { KubeEndpoint } from './kube-endpoint.ts'

/** What one or several kubeconfig files say; of two entries with one name the first counts, as for kubectl. */
interface KubeConfig {
  readonly clusters: readonly Cluster[]
  readonly users: readonly User[]
  readonly contexts: readonly Context[]
  readonly currentContext: string | undefined
  /** By user, as they are written: client-node does not know all of them (kubeconfig v1, AuthInfo). */
  readonly userFields: ReadonlyMap<string, Fields>
}

/**
 * The API server that `context` (else the current one) of the kubeconfig `files` names. Throws SecretError InvalidSpec.
 * client-node reads the entries; only the two of its modules that do so are loaded, since its whole takes 450 ms and 87 MB.
 */
export async function kubeconfigEndpoint(
  files: readonly string[],
  context: string | undefined,
  clock: Clock,
): Promise<KubeEndpoint> {
  const config = merged(await Promise.all(files.map(readConfig)))
  const chosen = context ?? config.currentContext
  if (chosen === undefined || chosen === '') throw invalid(files, 'names no current context', 'give --context')
  const { cluster: clusterName, user: userName } = named(config.contexts, chosen, 'context', files)
  const cluster = named(config.clusters, clusterName, 'cluster', files)
  const user = userName === '' || userName === undefined ? undefined : named(config.users, userName, 'user', files)
  const fields = (user && config.userFields.get(user.name)) ?? {}
  const impersonation = user && impersonationOf(fields, { user: user.name, files: files.join(path.delimiter) })
  const ca = await fileOrData(cluster.caFile, cluster.caData, clock)
  return {
    server: cluster.server,
    ...(ca !== undefined && { ca }),
    ...(cluster.tlsServerName !== undefined && { serverName: cluster.tlsServerName }),
    ...(cluster.skipTLSVerify && { skipsVerification: true }),
    ...(cluster.proxyUrl !== undefined && { proxyUrl: cluster.proxyUrl }),
    credentials: user ? credentialsOf(user, textOf(fields['tokenFile']), clock, files) : fixedCredentials({ headers: {} }),
    ...(impersonation && { impersonation }),
  }
}

interface Document {
  readonly clusters?: readonly Named<'cluster', Fields>[]
  readonly users?: readonly Named<'user', Fields>[]
  readonly contexts?: readonly object[]
  readonly 'current-context'?: string
}
type Fields = Readonly<Record<string, unknown>>
type Named<Field extends string, Content> = { readonly name: string } & { readonly [field in Field]?: Content }

/** Their values are names of files, which are relative to that of the kubeconfig. */
const FILE_FIELDS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

async function readConfig(file: string): Promise<KubeConfig> {
  const { newClusters, newContexts, newUsers } = await import('@kubernetes/client-node/dist/config_types.js')
  const { load } = await import('js-yaml')
  const folder = path.dirname(file)
  try {
    const document = documentOf(load(await readFile(file, 'utf8')))
    const users = (document.users ?? []).map(({ name, user = {} }) => ({ name, user: withPaths(user, folder) }))
    return {
      clusters: newClusters(
        (document.clusters ?? []).map(({ name, cluster = {} }) => ({ name, cluster: withPaths(cluster, folder) })),
      ),
      users: newUsers(users),
      contexts: newContexts(document.contexts),
      currentContext: textOf(document['current-context']),
      userFields: new Map(users.map(({ name, user }) => [name, user])),
    }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : ''
    throw invalid([file], `cannot be read${code}`, 'see that it is there, readable and a kubeconfig')
  }
}

function documentOf(loaded: unknown): Document {
  return typeof loaded === 'object' && loaded !== null ? loaded : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function withPaths(fields: Fields, folder: string): Fields {
  const changed = FILE_FIELDS.flatMap((field) => {
    const named = textOf(fields[field])
    return named === undefined ? [] : [[field, path.resolve(folder, named)] as const]
  })
  return { ...fields, ...Object.fromEntries(changed) }
}

function merged(configs: readonly KubeConfig[]): KubeConfig {
  return {
    clusters: configs.flatMap(({ clusters }) => clusters),
    users: configs.flatMap(({ users }) => users),
    contexts: configs.flatMap(({ contexts }) => contexts),
    currentContext: configs.find(({ currentContext }) => currentContext)?.currentContext,
    userFields: new Map(configs.toReversed().flatMap(({ userFields }) => Array.from(userFields))),
  }
}

function named<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  name: string,
  kind: string,
  files: readonly string[],
): Entry {
  const found = entries.find((entry) => entry.name === name)
  if (!found) throw invalid(files, `has no ${kind} ${JSON.stringify(name)}`, `add the ${kind}, or choose another context`)
  return found
}

/** client-go's precedence: a program, then a file, then a token; a certificate goes with the latter two. */
function credentialsOf(user: User, tokenFile: string | undefined, clock: Clock, files: readonly string[]): KubeCredentials {
  const { certFile, keyFile, certData, keyData } = user
  const plugin: ExecPlugin | undefined = user.exec
  if (plugin) return execCredentials(user.name, plugin, clock)
  if (user.authProvider) {
    throw invalid(files, `gives user ${JSON.stringify(user.name)} an auth-provider`, 'use a credential plugin (exec) instead')
  }
  const headers = user.token ? { Authorization: `Bearer ${user.token}` } : {}
  const certificate = certFile && keyFile ? { cert: certFile, key: keyFile } : undefined
  if (tokenFile !== undefined || certificate) {
    return fileCredentials({ ...(tokenFile && { token: tokenFile }), ...(certificate && { certificate }), headers }, clock)
  }
  const clientCertificate = certData && keyData ? { cert: decoded(certData), key: decoded(keyData) } : undefined
  return fixedCredentials({ headers, ...(clientCertificate && { clientCertificate }) })
}

async function fileOrData(
  file: string | undefined,
  data: string | undefined,
  clock: Clock,
): Promise<AuthorityFile | string | undefined> {
  if (!file) return data ? decoded(data) : undefined
  return await openAuthorityFile(file, clock).catch(() => {
    throw invalid([file], 'cannot be read', 'see that certificate-authority of the kubeconfig is right')
  })
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

function invalid(files: readonly string[], problem: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', `${files.join(path.delimiter)} ${problem}`, { remedy })
}
