import type { Option } from './option.ts'
import * as options from './options.ts'

/** What every command takes that renders with the user's own credentials, whatever it does with the result. */
export const renderOptions: readonly Option<unknown>[] = [
  options.delivery,
  options.namespace,
  options.genericTargets,
  options.credentials,
  options.seedFile,
  options.timeout,
  options.callTimeout,
  options.maxConcurrency,
  options.config,
]
