import type { ChangeDetector } from '../change-detector.ts'
import { opaqueVersion } from '../opaque-version.ts'
import type { OpenContext, Provider } from '../provider.ts'
import { Refusals } from '../refusals.ts'
import type { SecretReader } from '../secret-reader.ts'
import { vaultConfig } from './config.ts'
import type { VaultConfig } from './config-schema.ts'
import { connectVault } from './connection.ts'
import { vaultDetector } from './detect.ts'
import { checkSearch } from './find.ts'
import { kvGet } from './kv-get.ts'
import { VaultReader } from './reader.ts'
import { extractMembers, selectProperty } from './select.ts'
import { vaultTenancy } from './tenancy.ts'

/** Revoking a token is a courtesy that nobody should wait long for, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3_000

/** HashiCorp Vault and OpenBao: KV engines of version 1 and 2 (external-secrets.md 7.4). */
export const vault: Provider<VaultConfig> = {
  id: 'vault',
  config: vaultConfig,
  open: openVault,
  detect,
  select: selectProperty,
  extract: extractMembers,
  checkSearch,
  tenancy: vaultTenancy,
}

async function openVault(config: VaultConfig, context: OpenContext): Promise<SecretReader> {
  const tagKey = context.random.bytes(32)
  return new VaultReader({
    ...(await connectVault(config, context)),
    logger: context.logger,
    unstable: context.unstable,
    nameBytes: (bytes) => opaqueVersion(tagKey, bytes),
    closeTimeoutMs: closeTimeoutMs(context),
  })
}

async function detect(config: VaultConfig, context: OpenContext): Promise<ChangeDetector> {
  const { api, session, ...connection } = await connectVault(config, context)
  return vaultDetector({
    ...connection,
    session,
    get: kvGet(api, session),
    refusals: new Refusals(context),
    clock: context.clock,
    async close() {
      await session.close(AbortSignal.timeout(closeTimeoutMs(context)))
      api.close()
    },
  })
}

function closeTimeoutMs({ callTimeoutMs }: OpenContext): number {
  return Math.min(callTimeoutMs, CLOSE_TIMEOUT_MS)
}
