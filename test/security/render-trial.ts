import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import type { ExpandAnswer } from '../../plugin/argocd/wire/expand-exchange.ts'
import { expandRequest } from '../../plugin/daemon/expand-service.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { systemRandom } from '../../plugin/model/random.ts'
import type { SecretValue } from '../../plugin/model/secret-value.ts'
import { watchPolicy } from '../../plugin/policy/policy-watch.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { openCredentialsFolder } from '../../plugin/stores/credentials-folder.ts'
import type { StoreOpener } from '../../plugin/stores/open-store.ts'
import { goKeyRenaming } from '../../templates/scopes/go-key-renaming.ts'
import { engineOf } from '../support/render.ts'
import type { Trial } from './attempt.ts'
import { SHARED_STORE } from './tenant-rules.ts'
import type { World } from './world.ts'

/** As Argo CD sets them for team-a's application. */
export const REQUEST = {
  ARGOCD_APP_NAME: 'shop',
  ARGOCD_APP_PROJECT_NAME: 'team-a',
  ARGOCD_APP_NAMESPACE: 'team-a',
  ARGOCD_APP_REVISION: '0123456789012345678901234567890123456789',
  KUBE_VERSION: '1.31.0',
}

/** What the daemon answers, with stores that `opener` opens. */
export function renderTrial(trial: Trial, world: World, opener: StoreOpener): Promise<ExpandAnswer> {
  const { text, manifests, environment = {}, rules = world.rules } = trial
  const documents = [...(text === undefined ? [] : [text]), ...manifests.map((object) => JSON.stringify(object))]
  return renderUnderPolicy({
    policy: JSON.stringify(policyOf(rules, world)),
    manifests: documents.join('\n---\n'),
    environment: { ...REQUEST, ...environment },
    opener,
    credentials: world.credentials,
  })
}

export interface PolicyRender {
  readonly policy: string
  readonly manifests: string
  /** Empty texts are left out. */
  readonly environment: Readonly<Record<string, string>>
  readonly opener: StoreOpener
  readonly credentials: string
  /** Of the daemon's keys; it has none without. */
  readonly seed?: SecretValue
}

export async function renderUnderPolicy(render: PolicyRender): Promise<ExpandAnswer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'policy-'))
  await writeFile(path.join(directory, 'policy.yaml'), render.policy)
  const policy = await watchPolicy(directory, providers, { clock: systemClock, logger: silentLogger })
  try {
    policy.current()
    const files = [{ name: 'all.yaml', bytes: new TextEncoder().encode(render.manifests) }]
    const environment = new Map(Object.entries(render.environment).filter(([, value]) => value !== ''))
    return await expandRequest({ command: 'generate', environment, files }, toolsOf(policy, render), AbortSignal.timeout(20_000))
  } finally {
    policy.close()
    await rm(directory, { recursive: true })
  }
}

/** The administrator's own store is Vault, with a credential of the administrator's. */
function policyOf(rules: readonly object[], { vault }: World): object {
  const auth = { tokenSecretRef: { name: 'vault', key: 'token', namespace: 'admin' } }
  const store = { provider: { vault: { server: vault.url, path: 'secret', auth } } }
  return {
    apiVersion: 'argocd-external-secrets.io/v1',
    kind: 'TenancyPolicy',
    metadata: { name: 'attempts' },
    rules,
    stores: [{ kind: 'ClusterSecretStore', metadata: { name: SHARED_STORE }, spec: store }],
  }
}

type Tools = Parameters<typeof expandRequest>[1]

function toolsOf(policy: Tools['policy'], { opener, credentials, seed }: PolicyRender): Tools {
  return {
    schemas: objectSchemas(providers, generators),
    engine: engineOf,
    keyRenaming: async () => goKeyRenaming,
    budget: { steps: 100_000, depth: 100, outputBytes: 100_000, wallTimeMs: 1_000, heavyCalls: 8, now: () => 0 },
    surroundings: { random: () => systemRandom, now: () => 0, localZone: 'UTC' },
    policy,
    providers,
    opener,
    folder: openCredentialsFolder(credentials),
    generatorTools: {
      environment: new Map(),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      callTimeoutMs: 1_000,
    },
    seed: () => seed,
    timeoutMs: 20_000,
    listener: { onRender() {}, onPhase() {}, onRefused() {}, onDryRefusal() {} },
  }
}
