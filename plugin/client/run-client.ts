import { readFileSync, realpathSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { readPluginParameters, textParameter } from '../argocd/request/plugin-parameters.ts'
import { requestedSource } from '../argocd/request/requested-source.ts'
import { checkoutRoot } from '../argocd/source/checkout-root.ts'
import { folderCache } from '../argocd/source/folder-cache.ts'
import { renderSource } from '../argocd/source/render-source.ts'
import type { SourceTools } from '../argocd/source/source-tools.ts'
import { toolProxies } from '../argocd/source/tool-proxies.ts'
import { folderSlots } from '../argocd/source/tool-slots.ts'
import {
  decodeExpandAnswer,
  type ExpandAnswer,
  encodeExpandRequest,
  isRequestVariable,
  MAX_REQUEST_BYTES,
  type ManifestFile,
  tooLarge,
} from '../argocd/wire/expand-exchange.ts'
import { UsageError } from '../config/usage-error.ts'
import type { Clock } from '../model/clock.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { readAll } from './blocking-calls.ts'
import { type ClientSettings, clientSettings } from './client-settings.ts'
import { unixExchange } from './unix-exchange.ts'

/** The daemon is given this much less than there is, so that its report of what was slow comes before this process gives up. */
const ANSWER_MARGIN_MS = 150

const STDIN = 0

/** One call of the client, with everything it may touch. */
export interface ClientCall {
  /** Those behind `generate`. */
  readonly words: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
  readonly clock: Clock
}

/**
 * One render: the folder's manifests go to the daemon, its whole and checked answer comes back. Throws UsageError, and SecretError as `renderSource`
 * and `unixExchange` do; there is no other way to a render in `argocd` mode (R1).
 */
export async function runClient(call: ClientCall): Promise<ExpandAnswer> {
  const startedAt = call.clock.now()
  const settings = clientSettings(call.words, call.environment)
  const limitMs = narrowed(settings.timeoutMs, call.environment)
  const remainingMs = (): number => startedAt + limitMs - call.clock.now()
  const files = await manifests(call, settings, remainingMs)
  const environment = new Map([...call.environment].filter(([name]) => isRequestVariable(name)))
  const timeoutMs = Math.max(1, Math.floor(remainingMs()) - ANSWER_MARGIN_MS)
  const body = encodeExpandRequest({ command: 'generate', environment, files, timeoutMs })
  const { status, body: answered } = await unixExchange(settings.socket, body, Math.max(1, remainingMs()))
  const answer = decodeExpandAnswer(answered)
  if (answer.exitCode === 0 && status !== 200) throw contradiction(status)
  return answer
}

/** What the author asks for counts only where it is less (R2); what is not understood is the daemon's to refuse. */
function narrowed(administratorMs: number, environment: ReadonlyMap<string, string>): number {
  const given = textParameter(readPluginParameters(environment), 'timeout') ?? ''
  return /^\d{3,5}$/.test(given) ? Math.min(Number(given), administratorMs) : administratorMs
}

async function manifests(
  { environment, directory, clock }: ClientCall,
  settings: ClientSettings,
  remainingMs: () => number,
): Promise<readonly ManifestFile[]> {
  const { where } = settings
  if (where === '-') return [{ name: '-', bytes: readAll(STDIN, MAX_REQUEST_BYTES, tooLarge) }]
  const found = path.resolve(directory, where)
  const facts = statSync(found, { throwIfNoEntry: false })
  if (!facts) throw new UsageError(`${quoteName(where)} does not exist`, 'name a file, a folder, or - for standard input')
  if (facts.isFile()) return [{ name: where, bytes: readFileSync(found) }]
  const folder = realpathSync.native(found)
  const request = requestedSource(environment, { folder, root: checkoutRoot(folder, environment, realOrItself) })
  return renderSource(request, sourceTools(environment, settings, clock, remainingMs))
}

function sourceTools(
  environment: ReadonlyMap<string, string>,
  settings: ClientSettings,
  clock: Clock,
  remainingMs: () => number,
): SourceTools {
  const temporaryFolder = path.join(realOrItself(os.tmpdir()), `argocd-external-secrets-${process.getuid?.()}`)
  return {
    path: environment.get('PATH') ?? '',
    proxies: toolProxies(environment, settings.sourcePlainHttp ? 'allowed' : 'refused'),
    temporaryFolder,
    clock,
    remainingMs,
    kustomizeEnableHelm: settings.kustomizeEnableHelm,
    cache: settings.sourceCache === '' ? undefined : folderCache(settings.sourceCache, clock),
    // Only a tool asks: to count processors takes a plain directory longer than to read it.
    slots: {
      take: (remaining) =>
        folderSlots(temporaryFolder, settings.sourceConcurrency || os.availableParallelism(), clock).take(remaining),
    },
  }
}

function realOrItself(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    return file
  }
}

function contradiction(status: number): SecretError {
  return new SecretError('Unavailable', `the daemon answered with the status ${status} and called it a success`)
}
