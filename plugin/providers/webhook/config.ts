import { checkWebhookConfig } from './config-rules.ts'
import { webhookFields } from './config-schema.ts'

/** What `spec.provider.webhook` must be: its fields and what they must be together (external-secrets.md 7.7). */
export const webhookConfig = webhookFields.superRefine((config, context) => {
  for (const { path, message } of checkWebhookConfig(config)) context.addIssue({ code: 'custom', path: [...path], message })
})
