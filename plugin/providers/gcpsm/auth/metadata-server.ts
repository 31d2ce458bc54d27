import { SecretError } from '../../../model/secret-error.ts'
import type { HttpAnswer } from '../../http-client.ts'
import { checkedAnswer, jsonOf, type Purpose } from '../checked-answer.ts'
import type { TokenSource } from './access-token.ts'
import { bearerToken, type GoogleHttp } from './google-http.ts'

/** What a metadata server knows that matters here (Google Cloud, "Predefined VM metadata keys"). */
export type MetadataPath = 'project/project-id' | 'instance/attributes/cluster-name' | 'instance/attributes/cluster-location'

const TOKEN_PATH = 'instance/service-accounts/default/token'
/** Requests without it are refused, and an answer without it comes from somebody else. */
const FLAVOR = 'metadata-flavor'

const login: Purpose = {
  doing: 'get a token from the metadata server (no other credentials are configured)',
  remedy: 'attach a service account to this workload, or give credentials: auth of the store, or GOOGLE_APPLICATION_CREDENTIALS',
  of: 'login',
}

/** Logs in as the service account of the machine or Pod. */
export function metadataTokens(google: GoogleHttp): TokenSource {
  return {
    async obtain(signal) {
      const answer = await get(google, TOKEN_PATH, login, signal)
      return bearerToken(jsonOf(answer, login), google.clock, login)
    },
  }
}

/** Throws SecretError: Unavailable when there is no metadata server, InvalidSpec when it does not know. */
export async function readMetadata(google: GoogleHttp, path: MetadataPath, remedy: string, signal: AbortSignal): Promise<string> {
  const purpose = { doing: `read ${path} from the metadata server`, remedy, of: 'login' } as const
  return new TextDecoder().decode((await get(google, path, purpose, signal)).body).trim()
}

async function get(google: GoogleHttp, path: string, purpose: Purpose, signal: AbortSignal): Promise<HttpAnswer> {
  const url = new URL(`${google.endpoints.metadata}/computeMetadata/v1/${path}`)
  const answer = await reach(google, url, purpose, signal)
  // It answers 404 as a page, not in the form of Google's APIs.
  if (answer.status === 404) {
    throw new SecretError('InvalidSpec', `the metadata server does not know: cannot ${purpose.doing}`, { remedy: purpose.remedy })
  }
  checkedAnswer(answer, purpose)
  if (answer.headers[FLAVOR] !== 'Google') {
    throw new SecretError('Unavailable', `${url.host} is no metadata server: cannot ${purpose.doing}`, {
      lasting: true,
      remedy: purpose.remedy,
    })
  }
  return answer
}

/** The server is part of the machine: not reaching it mostly means that this is no machine of Google's, so the remedy is another than of a network. */
async function reach({ direct }: GoogleHttp, url: URL, purpose: Purpose, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await direct.send({ method: 'GET', url, headers: { [FLAVOR]: 'Google' }, signal })
  } catch (thrown) {
    if (!(thrown instanceof SecretError) || thrown.kind !== 'Unavailable') throw thrown
    throw new SecretError('Unavailable', `cannot ${purpose.doing}: ${thrown.message}`, {
      remedy: purpose.remedy,
      ...(thrown.lasting && { lasting: true }),
    })
  }
}
