import type { SecretLabel } from '../credential-source.ts'

/** What the owner of a Secret says with it: that the Secret may be used with the servers of webhooks (external-secrets.md 7.7). */
export const WEBHOOK_LABEL: SecretLabel = { name: 'external-secrets.io/type', value: 'webhook' }
