import * as z from 'zod'
import { serviceAccountSelector } from '../api/selectors.ts'
import { accountToken } from './credential-text.ts'
import { expiringToken } from './expiring-token.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator } from './generator.ts'
import { withParty } from './party.ts'
import { below, hostUrl } from './party-url.ts'

const quaySpec = z.object({
  url: z.string().optional().describe('Host of the Quay: quay.io without it.'),
  robotAccount: z.string().describe('Name of the robot account: ORGANISATION+ROBOT.'),
  serviceAccountRef: serviceAccountSelector.describe('The ServiceAccount that the robot account is federated with.'),
})

const QUAY = 'quay.io'

/** A token of a robot account of Quay: `registry`, `auth` as Docker's configuration has it, and `expiry` (Quay, "Keyless authentication with robot accounts"). */
export const quayAccessToken: Generator<z.output<typeof quaySpec>> = {
  kind: 'QuayAccessToken',
  spec: quaySpec,
  stability: 'ephemeral',
  keysOf: () => ['registry', 'auth', 'expiry'],
  async generate({ url, robotAccount, serviceAccountRef }, context, signal) {
    const registry = (url || QUAY).replace(/^https:\/\//, '').replace(/\/+$/, '')
    const base = hostUrl(registry, 'spec.url')
    const proof = await accountToken(serviceAccountRef, 'spec.serviceAccountRef', context)
    const question = {
      method: 'GET',
      url: below(base, ['oauth2', 'federation', 'robot', 'token']),
      headers: { authorization: `Basic ${base64(`${robotAccount}:${proof}`)}` },
      doing: 'exchange the token of the ServiceAccount for one of the robot account',
      remedies: {
        denied:
          "check spec.robotAccount, and that its federation names the issuer, subject and audience of the ServiceAccount's token",
        invalid: 'check spec.url and spec.robotAccount',
      },
    } as const
    return await withParty('Quay', context, async (quay) => {
      const { token, expiry } = await quay.ask(question, expiringToken, signal)
      return { values: generatedValues({ registry, auth: base64(`${robotAccount}:${token}`), expiry }) }
    })
  },
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
