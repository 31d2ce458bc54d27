import type { World } from './world.ts'

/** Whom the rules speak of. */
export const TEAM_A = { projects: ['team-a'], namespaces: ['team-a'] }

/** The administrator's own store: Vault, for every team below its own folder. */
export const SHARED_STORE = 'shared'

/** What team-a may do: a store of each backend, by what it is, its own keys, and what is mounted for it. */
export function tenantRules({
  vault,
  azure,
  gcp,
  webhook,
  cluster,
}: Pick<World, 'vault' | 'azure' | 'gcp' | 'webhook' | 'cluster'>): readonly object[] {
  return [
    {
      name: 'team-a',
      ...TEAM_A,
      stores: [
        { administrator: SHARED_STORE, keys: ['secret/team-a/**'] },
        vaultGrant(vault),
        {
          provider: 'aws',
          facts: { service: ['SecretsManager'], region: ['us-east-1'], role: ['arn:aws:iam::111111111111:role/team-a'] },
          credentials: { folder: ['aws'] },
          keys: ['team-a/**'],
        },
        {
          provider: 'aws',
          facts: { service: ['ParameterStore'], region: ['us-east-1'] },
          credentials: { folder: ['aws'] },
          keys: ['/team-a/**'],
        },
        {
          provider: 'azurekv',
          facts: { vaultUrl: [azure.vaultUrl], tenantId: [azure.tenantId] },
          hosts: [new URL(azure.vaultUrl).host],
          credentials: { folder: ['azure'] },
          keys: ['secret/team-a-*'],
        },
        { provider: 'gcpsm', facts: { projectID: [gcp.project] }, credentials: { folder: ['gcp'] }, keys: ['team-a-*'] },
        webhookGrant(webhook),
        kubernetesGrant(cluster),
      ],
    },
    {
      name: 'team-b',
      projects: ['team-b'],
      namespaces: ['team-b'],
      stores: [{ ...vaultGrant(vault), keys: ['secret/team-b/**'] }],
    },
  ]
}

export function vaultGrant({ url }: Pick<World['vault'], 'url'>): object {
  return {
    provider: 'vault',
    facts: { server: [url], path: ['secret'] },
    hosts: [new URL(url).host],
    credentials: { folder: ['vault'] },
    keys: ['secret/team-a/**'],
  }
}

/** The URL that team-a's store asks. */
export function webhookUrl({ url }: Pick<World['webhook'], 'url'>): string {
  return `${url}/text/{{ .remoteRef.key }}`
}

export function webhookGrant(webhook: Pick<World['webhook'], 'url'>): object {
  return {
    provider: 'webhook',
    facts: { url: [webhookUrl(webhook)], 'headers.Authorization': ['{{ .login.token }}'] },
    hosts: [new URL(webhook.url).host],
    credentials: { folder: ['webhook'] },
    keys: ['team-a/*'],
  }
}

export function kubernetesGrant({ url }: Pick<World['cluster'], 'url'>): object {
  return {
    provider: 'kubernetes',
    facts: { 'server.url': [url], remoteNamespace: ['team-a'] },
    hosts: [new URL(url).host],
    credentials: { folder: ['cluster'] },
    keys: ['db'],
  }
}
