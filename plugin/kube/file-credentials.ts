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

/** Credentials of files, read again every ten seconds and after a 401. */
export function fileCredentials(files: CredentialFiles, clock: Clock): KubeCredentials {
  let known: Promise<KubeCredential> | undefined
  let readAt = Number.NEGATIVE_INFINITY

  async function read(before: Promise<KubeCredential> | undefined): Promise<KubeCredential> {
    const last = await before?.catch(() => undefined)
    const now = await readCredential(files)
    return last && JSON.stringify(last) === JSON.stringify(now) ? last : now
  }

  return {
    current() {
      if (!known || Math.abs(clock.now() - readAt) > READ_EVERY_MS) {
        readAt = clock.now()
        known = read(known)
      }
      return known
    },
    renew() {
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new SecretError('AccessDenied', `cannot read ${file}, the credential for the Kubernetes API (${code})`, {
      remedy: 'see that it is mounted and readable for this process',
    })
  }
}
