import { checkVaultConfig } from './config-rules.ts'
import { vaultFields } from './config-schema.ts'

/** What `spec.provider.vault` must be: its fields and what they must be together (external-secrets.md 7.4). */
export const vaultConfig = vaultFields.superRefine((config, context) => {
  for (const { path, message } of checkVaultConfig(config)) context.addIssue({ code: 'custom', path: [...path], message })
})
