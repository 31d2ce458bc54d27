import * as z from 'zod'
import type { Option } from './option.ts'
import { wholeNumber } from './whole-number.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'

function textOption(name: string, value: string, doc: string, otherwise = ''): Option<string> {
  return { name, doc, value, schema: z.string(), default: otherwise, env: `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}` }
}

export const policy = textOption(
  'policy',
  'DIR',
  'The folder of the tenancy policy. Without it every render that needs a store is refused.',
)

export const socket = textOption(
  'socket',
  'PATH',
  'The unix socket where clients ask, in a folder of its own with mode 0700.',
  '/var/run/argocd-external-secrets/daemon.sock',
)

export const listen = textOption(
  'listen',
  'ADDRESS',
  'HOST:PORT for /healthz, /readyz and /metrics; empty for none.',
  '0.0.0.0:8080',
)

export const keys = textOption(
  'keys',
  'DIR',
  'A mounted Secret with a key a version (v1, v2, …), each of at least 32 bytes, the same for all replicas. Without it random functions and checksums are refused.',
)

export const state = textOption(
  'state',
  'DIR',
  'A volume where last good values are kept, encrypted, to stand in while a provider is away. Needs --keys. Without it an outage fails renders.',
)

export const maxStale: Option<number> = {
  name: 'max-stale',
  doc: 'How old a last good value may be that stands in, in milliseconds.',
  value: 'MS',
  schema: wholeNumber(0, 30 * 24 * 60 * 60_000),
  default: 24 * 60 * 60_000,
  env: `${PREFIX}MAX_STALE`,
}

export const cmpSocket = textOption(
  'cmp-socket',
  'DIR',
  "Serve Argo CD's plugin protocol as well, in the folder where repo-server looks for plugins; argocd-cmp-server is not needed then.",
)

export const logLevel: Option<'info' | 'warn'> = {
  name: 'log-level',
  doc: 'What is logged: info has a line a render.',
  value: 'info|warn',
  schema: z.enum(['info', 'warn']),
  default: 'info',
  env: `${PREFIX}LOG_LEVEL`,
}

export const maxRenders: Option<number> = {
  name: 'max-renders',
  doc: 'How many renders may be under way at once.',
  value: 'N',
  schema: wholeNumber(1, 1_000),
  default: 32,
  env: `${PREFIX}MAX_RENDERS`,
}

export const maxWaiting: Option<number> = {
  name: 'max-waiting',
  doc: 'How many requests may wait for their turn; one more is refused at once.',
  value: 'N',
  schema: wholeNumber(0, 100_000),
  default: 2_000,
  env: `${PREFIX}MAX_WAITING`,
}

export const cacheTtl: Option<number> = {
  name: 'cache-ttl',
  doc: 'How long a value that was read serves other renders, in milliseconds. It merges bursts; more hides rotations.',
  value: 'MS',
  schema: wholeNumber(0, 600_000),
  default: 10_000,
  env: `${PREFIX}CACHE_TTL`,
}

export const cacheBytes: Option<number> = {
  name: 'cache-bytes',
  doc: 'How many bytes of values are kept at most.',
  value: 'BYTES',
  schema: wholeNumber(0, 4 * 1024 * 1024 * 1024),
  default: 64 * 1024 * 1024,
  env: `${PREFIX}CACHE_BYTES`,
}

export const grace: Option<number> = {
  name: 'grace',
  doc: 'How long renders under way may take to finish once the process is told to stop, in milliseconds.',
  value: 'MS',
  schema: wholeNumber(0, 600_000),
  default: 25_000,
  env: `${PREFIX}GRACE`,
}

export const reportUrl = textOption(
  'report-url',
  'URL',
  'Where a report of each render is posted, as JSON: who got which keys in which versions, no values. Empty for nowhere.',
)
