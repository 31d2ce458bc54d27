import type { Attempt } from '../attempt.ts'
import { awsAttempts } from './aws-attempts.ts'
import { azureKvAttempts } from './azurekv-attempts.ts'
import { gcpSmAttempts } from './gcpsm-attempts.ts'
import { kubernetesAttempts } from './kubernetes-attempts.ts'
import { networkAttempts } from './network-attempts.ts'
import { outputAttempts } from './output-attempts.ts'
import { tenantAttempts } from './tenant-attempts.ts'
import { vaultAttempts } from './vault-attempts.ts'
import { webhookAttempts } from './webhook-attempts.ts'

/** Every attempt, in the order of the tests. */
export const attempts: readonly Attempt[] = [
  ...tenantAttempts,
  ...vaultAttempts,
  ...awsAttempts,
  ...azureKvAttempts,
  ...gcpSmAttempts,
  ...webhookAttempts,
  ...kubernetesAttempts,
  ...networkAttempts,
  ...outputAttempts,
]
