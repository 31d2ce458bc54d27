import * as z from 'zod'
import { serviceAccountSelector } from '../api/selectors.ts'
import { accountToken } from './credential-text.ts'
import { expiringToken } from './expiring-token.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator } from './generator.ts'
import { withParty } from './party.ts'
import { below, partyUrl } from './party-url.ts'

const cloudsmithSpec = z.object({
  apiUrl: z.string().optional().describe('URL of the API: https://api.cloudsmith.io without it.'),
  orgSlug: z.string().describe('Slug of the organisation.'),
  serviceSlug: z.string().describe('Slug of the service account in Cloudsmith.'),
  serviceAccountRef: serviceAccountSelector.describe('The ServiceAccount whose token is exchanged.'),
})

const CLOUDSMITH = 'https://api.cloudsmith.io'

/** A token of a service account of Cloudsmith: `auth` as Docker's configuration has it, and `expiry` (Cloudsmith, "OpenID Connect"). */
export const cloudsmithAccessToken: Generator<z.output<typeof cloudsmithSpec>> = {
  kind: 'CloudsmithAccessToken',
  spec: cloudsmithSpec,
  stability: 'ephemeral',
  keysOf: () => ['auth', 'expiry'],
  async generate({ apiUrl, orgSlug, serviceSlug, serviceAccountRef }, context, signal) {
    const url = below(partyUrl(apiUrl || CLOUDSMITH, 'spec.apiUrl', context), ['openid', orgSlug])
    // Without the slash the API answers with a redirect.
    url.pathname += '/'
    const proof = await accountToken(serviceAccountRef, 'spec.serviceAccountRef', context)
    const question = {
      method: 'POST',
      url,
      body: { oidc_token: proof, service_slug: serviceSlug },
      doing: 'exchange the token of the ServiceAccount for one of the service account in Cloudsmith',
      remedies: {
        denied:
          "see that the organisation has an OIDC provider for the issuer of the ServiceAccount's token, with claims that it has and this service account",
        invalid: 'check spec.orgSlug and spec.serviceSlug',
      },
    } as const
    return await withParty('Cloudsmith', context, async (cloudsmith) => {
      const { token, expiry } = await cloudsmith.ask(question, expiringToken, signal)
      return { values: generatedValues({ auth: Buffer.from(`token:${token}`).toString('base64'), expiry }) }
    })
  },
}
