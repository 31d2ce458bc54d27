import { inCrd } from '../api/crd-facts.ts'
import { jsonValueBytes } from '../json/go-json.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { webhookConfig } from '../providers/webhook/config.ts'
import { REQUIRED_OF_OLD, type WebhookConfig } from '../providers/webhook/config-schema.ts'
import { connectWebhook } from '../providers/webhook/connection.ts'
import { objectOf, resultOf } from '../providers/webhook/result.ts'
import { sendRequest } from '../providers/webhook/send.ts'
import { borrowedLogin } from './borrowed-login.ts'
import type { Generator } from './generator.ts'
import { partyUrl } from './party-url.ts'

const RESULT_FIELD = 'spec.result.jsonPath'

/** The members of a JSON object that a server answers; templates of the request see Secrets alone (external-secrets.md 6.4, 7.7). */
export const webhook: Generator<WebhookConfig> = {
  kind: 'Webhook',
  spec: inCrd(webhookConfig.clone(), { beside: { required: REQUIRED_OF_OLD } }),
  stability: 'ephemeral',
  async generate(spec, context, signal) {
    const object = await borrowedLogin([], context, async (opening) => {
      const { secrets, requests, http, runner } = await connectWebhook(spec, 'spec', opening)
      try {
        const request = requests.write({ inUrl: secrets, elsewhere: secrets })
        partyUrl(request.url.origin, 'spec.url', context)
        const body = await runner.run((attempt) => sendRequest(request, http, attempt), signal)
        return membersOf(resultOf(body, request.jsonPath, RESULT_FIELD))
      } finally {
        http.close()
      }
    })
    return { values: new Map(Array.from(object, ([key, member]) => [key, new SecretValue(jsonValueBytes(member))])) }
  },
}

function membersOf(result: Uint8Array): ReturnType<typeof objectOf> {
  try {
    return objectOf(result)
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
    throw new SecretError('InvalidSpec', 'what the server answers is no JSON object there', {
      place: { field: RESULT_FIELD },
      remedy: 'let spec.result.jsonPath find an object: its members are the values',
    })
  }
}
