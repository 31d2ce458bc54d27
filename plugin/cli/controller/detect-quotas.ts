import { detectQuota } from '../../config/controller-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import type { CallQuotas } from '../../controller/detection/call-quota.ts'
import { quoteName } from '../../model/quote-name.ts'
import { providers } from '../../providers/registry.ts'

/** The quotas of `--detect-quota`. Throws UsageError for a provider that there is not: its quota would hold for nothing. */
export function detectQuotas(sources: OptionSources): CallQuotas {
  const quotas = setting(detectQuota, sources)
  const unknown = quotas.keys().find((name) => !providers.has(name))
  if (unknown === undefined) return quotas
  throw new UsageError(
    `--detect-quota: there is no provider ${quoteName(unknown)}`,
    `name some of ${[...providers.keys()].join(', ')}`,
  )
}
