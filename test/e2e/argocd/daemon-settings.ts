import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SecretsManager, Vault } from './backends.ts'
import type { DaemonSettings } from './daemon.ts'

/** What the administrator of this Argo CD allows, and with which credentials. */
export async function daemonSettings(
  folder: string,
  { vault, secretsManager }: { readonly vault: Vault; readonly secretsManager: SecretsManager },
): Promise<DaemonSettings> {
  const [policy, credentials, keys] = ['policy', 'credentials', 'keys'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const own of [policy, keys]) await mkdir(own, { mode: 0o700 })
  await writeFile(path.join(keys, 'v1'), randomBytes(32))
  await writeFile(path.join(policy, 'policy.yaml'), JSON.stringify(policyOf(vault)))
  await mkdir(path.join(credentials, 'argocd/vault'), { recursive: true, mode: 0o700 })
  await writeFile(path.join(credentials, 'argocd/vault/token'), vault.token)
  return {
    main: path.join(folder, 'program/main.js'),
    policy,
    credentials,
    keys,
    environment: {
      HOME: folder,
      AWS_ENDPOINT_URL: secretsManager.url,
      AWS_ACCESS_KEY_ID: 'reader',
      AWS_SECRET_ACCESS_KEY: 'reader',
    },
  }
}

/** The store `vault` is the administrator's; of Git's own stores, Secrets Manager in one region with the daemon's identity. */
function policyOf(vault: Vault): object {
  const tokenSecretRef = { name: 'vault', namespace: 'argocd', key: 'token' }
  const provider = { vault: { server: vault.url, path: 'secret', version: 'v2', auth: { tokenSecretRef } } }
  return {
    apiVersion: 'argocd-external-secrets.io/v1',
    kind: 'TenancyPolicy',
    metadata: { name: 'teams' },
    stores: [{ kind: 'ClusterSecretStore', metadata: { name: 'vault' }, spec: { provider } }],
    rules: [
      {
        name: 'teams',
        projects: ['default'],
        namespaces: ['**'],
        stores: [
          { administrator: 'vault', keys: ['secret/**'] },
          {
            provider: 'aws',
            facts: { service: ['SecretsManager'], region: ['us-east-1'] },
            credentials: { ambient: true },
            keys: ['my-app/**'],
          },
        ],
      },
      {
        name: 'team-a',
        projects: ['team-a'],
        namespaces: ['team-a'],
        stores: [{ administrator: 'vault', keys: ['secret/team-a/**'] }],
      },
    ],
  }
}
