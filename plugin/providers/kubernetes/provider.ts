import { silentLogger } from '../../model/logger.ts'
import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import type { ChangeDetector } from '../change-detector.ts'
import type { OpenContext, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import type { SecretReader } from '../secret-reader.ts'
import { kubeSecretsApi } from './api.ts'
import { kubernetesConfig } from './config.ts'
import type { KubernetesConfig } from './config-schema.ts'
import { connectToKube } from './connection.ts'
import { type AskingParts, kubernetesDetector } from './detect.ts'
import { checkSearch } from './find.ts'
import { type KubernetesParts, KubernetesReader } from './reader.ts'
import { extractMembers, selectProperty } from './select.ts'
import { kubernetesTenancy } from './tenancy.ts'
import { WatchedSecrets } from './watched-secrets.ts'

/** Secrets of another namespace or cluster (external-secrets.md 7.5). */
export const kubernetes: Provider<KubernetesConfig> = {
  id: 'kubernetes',
  config: kubernetesConfig,
  open: openKubernetes,
  detect,
  select: selectProperty,
  extract: extractMembers,
  // For `data` a Secret that is not there is an error like any other.
  meansAbsent: (_ref, step, use) => step === 'fetch' && use !== 'data',
  convertsFoundNames: true,
  checkSearch,
  tenancy: kubernetesTenancy,
}

async function openKubernetes(config: KubernetesConfig, context: OpenContext): Promise<SecretReader> {
  return new KubernetesReader(await partsOf(config, context))
}

async function detect(config: KubernetesConfig, context: OpenContext): Promise<ChangeDetector> {
  const { clock, random, pace, callTimeoutMs } = context
  const watched = new WatchedSecrets({
    connect: () => connectToKube(config, context),
    namespace: config.remoteNamespace,
    clock,
    random,
    pace,
    callTimeoutMs,
  })
  const open = async (): Promise<AskingParts> => ({
    ...(await partsOf(config, context)),
    refusals: new Refusals(context),
    listRefusals: new Refusals({ ...context, logger: silentLogger }),
  })
  return kubernetesDetector(open, watched)
}

async function partsOf(config: KubernetesConfig, context: OpenContext): Promise<KubernetesParts> {
  const { concurrency, callTimeoutMs, clock, random, store, pace, logger } = context
  const connection = await connectToKube(config, context)
  const limits = {
    concurrency,
    callTimeoutMs,
    pace,
    maxRetries: store.retry?.maxRetries ?? DEFAULT_MAX_RETRIES,
    ...(store.retry?.intervalMs !== undefined && { retryIntervalMs: store.retry.intervalMs }),
  }
  return {
    connection,
    api: kubeSecretsApi(connection, config.remoteNamespace),
    runner: createCallRunner(limits, clock, random),
    namespace: config.remoteNamespace,
    logger,
  }
}
