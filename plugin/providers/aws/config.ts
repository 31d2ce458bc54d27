import { checkAwsConfig } from './config-rules.ts'
import { awsFields } from './config-schema.ts'

/** What `spec.provider.aws` must be: its fields and what they must be together (external-secrets.md 7.1). */
export const awsConfig = awsFields.superRefine((config, context) => {
  for (const { path, message } of checkAwsConfig(config)) context.addIssue({ code: 'custom', path: [...path], message })
})
