import * as z from 'zod'
import type { Option } from './option.ts'

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

export const against: Option<string> = {
  name: 'against',
  doc: 'Compare with a former render: what generate printed, as a file or a folder; - is standard input.',
  value: 'FILE',
  schema: z.string(),
  default: '',
}

export const cluster: Option<boolean> = {
  name: 'cluster',
  doc: 'Compare with the Secrets of those names in the cluster of the kubeconfig.',
  schema: flag,
  default: false,
}

export const exitCode: Option<boolean> = {
  name: 'exit-code',
  doc: 'Exit with 10 when something differs; without it a difference is no failure.',
  schema: flag,
  default: false,
}
