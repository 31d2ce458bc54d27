import { SecretError } from '../model/secret-error.ts'
import type { CredentialSource } from '../providers/credential-source.ts'

/** For what logs in nowhere. */
export const noCredentials: CredentialSource = {
  secretKey: refuse,
  labelledSecret: (selector, _, field) => refuse(selector, field),
  caBundle: refuse,
  serviceAccountAnnotations: refuse,
  serviceAccountToken: refuse,
}

function refuse(_: unknown, field: string): Promise<never> {
  return Promise.reject(
    new SecretError('AccessDenied', 'no credential is lent to a generator inside Argo CD', {
      place: { field },
      remedy: 'let External Secrets Operator make it (delivery: passthrough)',
    }),
  )
}
