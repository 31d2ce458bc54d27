import * as z from 'zod'
import type { Option } from './option.ts'

const name = z.string().regex(/^[a-z0-9]([-a-z0-9._]{0,251}[a-z0-9])?$/, { error: 'expected a name' })

export const suggestPolicy: Option<string> = {
  name: 'suggest-policy',
  doc: 'Print a policy that allows exactly what the manifests of a file or folder (- for standard input) need, or what a dry run noted in the log of a daemon, instead of looking at the installation.',
  value: 'PATH',
  schema: z.string(),
  default: '',
}

export const cluster: Option<boolean> = {
  name: 'cluster',
  doc: 'Look at a cluster instead: what stands in the way of the controller there, and of delivering the manifests at PATH inline.',
  schema: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]),
  default: false,
}

/** `STORE=KEY` */
const storeKey = z.string().regex(/^([^=]+=.+)?$/, { error: 'expected STORE=KEY' })

export const key: Option<string> = {
  name: 'key',
  doc: "Read this key of the administrator's store of that name, to see whether it may be read; its value is not shown.",
  value: 'STORE=KEY',
  schema: storeKey,
  default: '',
}

export const project: Option<string> = {
  name: 'project',
  doc: 'With --suggest-policy: the AppProject of the application.',
  value: 'NAME',
  schema: name,
  default: 'default',
}

export const application: Option<string> = {
  name: 'application',
  doc: 'With --suggest-policy: the name of the application.',
  value: 'NAME',
  schema: name,
  default: 'app',
}

export const output: Option<'text' | 'json'> = {
  name: 'output',
  doc: 'text: a line a finding, with its remedy below; json: one object, with isWell and findings.',
  value: 'text|json',
  schema: z.enum(['text', 'json']),
  default: 'text',
}
