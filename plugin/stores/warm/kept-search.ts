import * as z from 'zod'
import { SecretValue } from '../../model/secret-value.ts'
import type { FoundSecret } from '../../providers/secret-lister.ts'

const keptSecrets = z.array(
  z.object({
    name: z.string(),
    ref: z.object({ key: z.string(), part: z.enum(['value', 'metadata']), version: z.string().exactOptional() }),
  }),
)

/** What a search found, as it is kept beside last good values: names tell as much as some values do, so they are kept alike. */
export function keptSearch(secrets: readonly FoundSecret[]): SecretValue {
  return SecretValue.fromText(JSON.stringify(secrets.map(({ name, ref }) => ({ name, ref }))))
}

/** `undefined` for what is none. */
export function foundBefore(kept: SecretValue): readonly FoundSecret[] | undefined {
  const parsed = keptSecrets.safeParse(JSON.parse(new TextDecoder().decode(kept.reveal())))
  return parsed.data?.map(({ name, ref }): FoundSecret => ({ name, ref, stale: true }))
}
