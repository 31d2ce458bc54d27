import path from 'node:path'
import { readConfigurationFile } from '../config/configuration-file.ts'
import type { Option } from '../config/option.ts'
import * as known from '../config/options.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { readYamlValue } from '../stream/read-yaml-value.ts'
import type { CommandCall } from './command.ts'

/** Everything that the options of a call may come from: its flags, the environment and, where one is named, the configuration file. */
export async function optionSources(call: CommandCall, options: readonly Option<unknown>[]): Promise<OptionSources> {
  const withoutFile: OptionSources = { flags: call.flags, environment: call.environment, file: {} }
  const file = setting(known.config, withoutFile)
  if (file === '') return withoutFile
  return { ...withoutFile, file: await readConfigurationFile(path.resolve(call.directory, file), options, readYamlValue) }
}
