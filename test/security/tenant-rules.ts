import type { World } from './world.ts'

/** Whom the rules speak of. */
export const TEAM_A = { projects: ['team-a'], namespaces: ['team-a'] }

/** The administrator's own store: Vault, for every team below its own folder. */
export const SHARED_STORE = 'shared'

/** What team-a may do: a store of each backend, by what it is, its own keys, and what is mounted for it. */
export function tenantRules({ vault, azure, gcp }: Pick<World, 'vault' | 'azure' | 'gcp'>): readonly object[] {
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
