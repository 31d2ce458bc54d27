import type { CallRunner } from '../call-runner.ts'
import type { SecretManagerApi } from './api.ts'

/** The name of the newest enabled version of `secret`, which `LatestOrFetch` falls back to (external-secrets.md 7.3); undefined when there is none. */
export async function newestEnabled(
  api: Pick<SecretManagerApi, 'enabledVersions'>,
  runner: CallRunner,
  secret: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let newest: { readonly name: string; readonly createdAt: number } | undefined
  let pageToken = ''
  do {
    const page = await runner.run((signal) => api.enabledVersions(secret, pageToken, signal), signal)
    for (const version of page.versions) if (!newest || version.createdAt > newest.createdAt) newest = version
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return newest?.name
}
