import * as z from 'zod'

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?'
const ACCOUNT = `${LABEL}/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?`

/** `argocd/argocd-repo-server,argocd/other`: ServiceAccounts, no pattern among them. */
export const serviceAccounts: z.ZodType<ReadonlySet<string>> = z
  .string()
  .regex(new RegExp(`^(${ACCOUNT}(,${ACCOUNT})*)?$`), { error: 'expected NAMESPACE/NAME,…' })
  .transform((text) => new Set(text === '' ? [] : text.split(',')))
