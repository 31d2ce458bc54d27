import { readFile } from 'node:fs/promises'
import type { Clock } from '../model/clock.ts'
import { SecretError } from '../model/secret-error.ts'
import type { KubeCredential, KubeCredentials } from './kube-credentials.ts'

export interface CredentialFiles {
  /** A bearer token; the kubelet replaces that of a pod before it expires. */
  readonly token?: string
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** How long what was read is good for; client-go takes 50 s (client-go, transport.NewCachedFileTokenSource). */
const READ_EVERY_MS = 10_000

/**
 * Credentials of files, read again every ten seconds and after a 401. What was read before is used on while the files cannot be read, unless the API
 * server has refused it (client-go, transport.cachingTokenSource): a moment without a file must not cost a leader its lease.
 */
export function fileCredentials(files: CredentialFiles, clock: Clock): KubeCredentials {
  let last: KubeCredential | undefined
  let isRefused = false
  let known: Promise<KubeCredential> | undefined
  let readAt = Number.NEGATIVE_INFINITY

  async function read(): Promise<KubeCredential> {
    try {
      const now = await readCredential(files)
      isRefused = false
      if (!last || JSON.stringify(last) !== JSON.stringify(now)) last = now
      return last
    } catch (thrown) {
      if (last && !isRefused) return last
      readAt = Number.NEGATIVE_INFINITY
      throw thrown
    }
  }

  return {
    current() {
      if (!known || Math.abs(clock.now() - readAt) > READ_EVERY_MS) {
        readAt = clock.now()
        known = read()
      }
      return known
    },
    renew(refused) {
      isRefused ||= refused === last
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}

async function readCredential({ token, certificate, headers }: CredentialFiles): Promise<KubeCredential> {
  return {
    headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${(await readText(token)).trim()}` }) },
    ...(certificate && {
      clientCertificate: { cert: await readText(certificate.cert), key: await readText(certificate.key) },
    }),
  }
}

/** An empty file is one that is just being written. */
async function readText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw unreadable(file, thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown')
  })
  if (text.trim() === '') throw unreadable(file, 'it is empty')
  return text
}

function unreadable(file: string, why: string): SecretError {
  return new SecretError('AccessDenied', `cannot read ${file}, the credential for the Kubernetes API (${why})`, {
    remedy: 'see that it is mounted and readable for this process',
  })
}
