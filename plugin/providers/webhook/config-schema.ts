import * as z from 'zod'
import { EXACTLY_ONE, inCrd } from '../../api/crd-facts.ts'
import { caProvider, secretKeySelector } from '../../api/selectors.ts'

/** What ESO's definitions of v1beta1 and of the generator require; that of a store in v1 can do without `result`. */
export const REQUIRED_OF_OLD = ['result', 'url'] as const

/** Everything that `spec.provider.webhook` and the `spec` of the generator may hold (external-secrets.md 7.7), field by field. */
export const webhookFields = inCrd(
  z.object({
    url: z.string().describe('Where the request goes, a template; scheme, host and port are plain text.'),
    method: z.string().optional().describe('HTTP method, GET without it.'),
    headers: z.record(z.string(), z.string()).optional().describe('Sent with the request; values are templates.'),
    body: z.string().optional().describe('Sent with the request, a template.'),
    timeout: z
      .string()
      .optional()
      .describe('How long one call may take, as a Go duration; never longer than the program allows.'),
    result: z
      .object({
        jsonPath: z
          .string()
          .optional()
          .describe('JSONPath to the value in the answer, a template; all of the answer without it.'),
      })
      .optional()
      .describe('What of the answer is the value.'),
    secrets: z
      .array(
        z.object({
          name: z.string().describe('Name under which templates see the keys of the Secret: {{ .name.key }}.'),
          secretRef: secretKeySelector.describe('The Secret; it has to carry the label external-secrets.io/type: webhook.'),
        }),
      )
      .optional()
      .describe('Secrets that templates may use.'),
    auth: inCrd(
      z.object({
        ntlm: z
          .object({
            usernameSecret: secretKeySelector.describe('Where the user name is: DOMAIN\\user, user@domain or user.'),
            passwordSecret: secretKeySelector.describe('Where the password is.'),
          })
          .optional()
          .describe('Login by NTLM, version 2.'),
      }),
      { beside: EXACTLY_ONE },
    )
      .optional()
      .describe('How to log in other than by a header.'),
    // In a cluster it is base64, as ESO's CRD wants it.
    caBundle: inCrd(z.string().optional().describe("The server's authorities, PEM or base64 of PEM."), {
      beside: { format: 'byte' },
    }),
    caProvider: caProvider.optional().describe("Where the server's authorities are; caBundle wins."),
  }),
  { inV1beta1: { required: REQUIRED_OF_OLD } },
)

export type WebhookConfig = z.output<typeof webhookFields>
