import { configFacts } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import type { AwsConfig } from './config-schema.ts'

/** Names of secrets and parameters ("CreateSecret", "PutParameter"). A `:` would be a version's, whose key is `version`. */
const NAME = /^[\w/+=.@-]{1,2048}$/
const ARN = /^arn:aws[\w-]*:(?:secretsmanager|ssm):[\w-]+:\d{12}:[\w/+=.@:-]+$/

export const awsTenancy: StoreTenancy<AwsConfig> = {
  // References to credentials are bound by the rule's `credentials`; what concerns pushed secrets reads nothing.
  facts({ sessionTags, ...config }) {
    const tags = sessionTags?.map(({ key, value }) => `${key}=${value}`)
    return configFacts({ ...config, sessionTags: tags }, { harmless: ['auth', 'secretsManager', 'prefix'] })
  },
  defaults: { sessionTagsPolicy: 'None' },
  hosts: () => [],
  usesAmbientIdentity: ({ auth }) =>
    !auth?.jwt?.serviceAccountRef && !(auth?.secretRef?.accessKeyIDSecretRef && auth.secretRef.secretAccessKeySecretRef),
  /**
   * A name with the store's prefix. An ARN stays one, so that a rule for it names account and region. It is never taken for a name: what stands behind
   * its last hyphen may be the six characters that AWS adds, or part of the name of another secret (AWS API reference, SecretId).
   */
  canonicalKey({ prefix = '' }, { key }) {
    const id = `${prefix}${key}`
    const hasStep = id.split(/[/:]/).some((part) => part === '.' || part === '..')
    return !hasStep && (NAME.test(id) || ARN.test(id)) ? id : undefined
  },
}
