/** Every kind of generators.external-secrets.io that has a `spec` of its own (external-secrets.md 1). Which are implemented is for the registry to say. */
export const GENERATOR_KINDS = [
  'ACRAccessToken',
  'BeyondtrustWorkloadCredentialsDynamicSecret',
  'CloudsmithAccessToken',
  'ECRAuthorizationToken',
  'Fake',
  'GCRAccessToken',
  'GithubAccessToken',
  'GitlabDeployToken',
  'Grafana',
  'MFA',
  'Password',
  'QuayAccessToken',
  'SSHKey',
  'STSSessionToken',
  'UUID',
  'VaultDynamicSecret',
  'Webhook',
] as const

export type GeneratorKind = (typeof GENERATOR_KINDS)[number]

/** What `sourceRef.generatorRef` may name: one of them, or a ClusterGenerator that holds one. */
export const GENERATOR_REF_KINDS = ['ClusterGenerator', ...GENERATOR_KINDS] as const

/** Where a ClusterGenerator has the spec of a kind: `passwordSpec`, `sshKeySpec`, `uuidSpec` (external-secrets.md 6.4). */
export function clusterGeneratorField(kind: GeneratorKind): string {
  return `${kind.replace(/^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (capitals) => capitals.toLowerCase())}Spec`
}
