import '../jitless.ts'
import * as z from 'zod'
import { secret, secretOrNot, text } from './notation.ts'

const alibaba = z.object({
  auth: z.object({
    rrsa: z.object({ oidcProviderArn: text, oidcTokenFilePath: text, roleArn: text, sessionName: text }).optional(),
    secretRef: z.object({ accessKeyIDSecretRef: secret, accessKeySecretSecretRef: secret }).optional(),
  }),
  regionID: text,
})

const device42 = z.object({ auth: z.object({ secretRef: z.object({ credentials: secretOrNot }) }), host: text })

/** Of v1beta1 alone: ESO takes such a store and does nothing with it. */
export const retired = { alibaba, device42 }
