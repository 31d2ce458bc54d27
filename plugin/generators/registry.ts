import type { Generator } from './generator.ts'

/** Loads a generator's schema and behaviour, not an SDK: that comes when a render asks it for values. */
export type LoadGenerator = () => Promise<Generator>

/** Every kind of generator that this program implements. A new one is its file or folder, its line here and what its page tells in .ci/generators/. */
export const generators: ReadonlyMap<string, LoadGenerator> = new Map<string, LoadGenerator>([
  ['ACRAccessToken', async () => (await import('./acr-access-token.ts')).acrAccessToken],
  ['CloudsmithAccessToken', async () => (await import('./cloudsmith-access-token.ts')).cloudsmithAccessToken],
  ['ECRAuthorizationToken', async () => (await import('./ecr-authorization-token.ts')).ecrAuthorizationToken],
  ['Fake', async () => (await import('./fake.ts')).fake],
  ['Password', async () => (await import('./password/password.ts')).password],
  ['SSHKey', async () => (await import('./ssh-key/ssh-key.ts')).sshKey],
  ['UUID', async () => (await import('./uuid.ts')).uuid],
  ['GCRAccessToken', async () => (await import('./gcr-access-token.ts')).gcrAccessToken],
  ['GithubAccessToken', async () => (await import('./github-access-token.ts')).githubAccessToken],
  ['GitlabDeployToken', async () => (await import('./gitlab-deploy-token.ts')).gitlabDeployToken],
  ['Grafana', async () => (await import('./grafana.ts')).grafana],
  ['MFA', async () => (await import('./mfa.ts')).mfa],
  ['QuayAccessToken', async () => (await import('./quay-access-token.ts')).quayAccessToken],
  ['STSSessionToken', async () => (await import('./sts-session-token.ts')).stsSessionToken],
  ['VaultDynamicSecret', async () => (await import('./vault-dynamic-secret.ts')).vaultDynamicSecret],
  ['Webhook', async () => (await import('./webhook.ts')).webhook],
])
