import type { HttpAnswer, HttpClient, HttpRequest } from '../http-client.ts'
import type { LoginCache } from '../login-cache.ts'
import type { AccessToken } from './login/access-token.ts'
import { VaultFailure } from './vault-failure.ts'

/** Sends a request of the SDK to the vault in the name of the store's identity; only a good answer comes back. */
export type SendToVault = (request: HttpRequest) => Promise<HttpAnswer>

/**
 * Puts the token on every request from the first on, so that the vault never has to challenge us, and what a challenge would name never
 * matters (R5). A token that the vault took once and refuses before its time is renewed once; one that it never took would be refused again.
 * Throws {@link VaultFailure} for an answer that is not 200.
 */
export function authorisedHttp(http: Pick<HttpClient, 'send'>, tokens: LoginCache<AccessToken>): SendToVault {
  const taken = new WeakSet<AccessToken>()

  async function attempt(request: HttpRequest): Promise<{ readonly answer: HttpAnswer; readonly token: AccessToken }> {
    const token = await tokens.get(request.signal)
    const authorization = `Bearer ${new TextDecoder().decode(token.value.reveal())}`
    const answer = await http.send({ ...request, headers: { ...request.headers, authorization } })
    if (answer.status !== 401) taken.add(token)
    return { answer, token }
  }

  return async (request) => {
    let { answer, token } = await attempt(request)
    if (answer.status === 401 && taken.has(token)) {
      tokens.forget(token)
      answer = (await attempt(request)).answer
    }
    if (answer.status !== 200) throw new VaultFailure(answer)
    return answer
  }
}
