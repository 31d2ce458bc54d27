import { checkKubernetesConfig } from './config-rules.ts'
import { kubernetesFields } from './config-schema.ts'

/** What `spec.provider.kubernetes` must be: its fields and what they must be together (external-secrets.md 7.5). */
export const kubernetesConfig = kubernetesFields.superRefine((config, context) => {
  for (const { path, message } of checkKubernetesConfig(config)) context.addIssue({ code: 'custom', path: [...path], message })
})
