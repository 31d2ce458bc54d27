import * as z from 'zod'

/** `aws=40,vault=200`: calls a second, by provider. */
export const callQuotas: z.ZodType<ReadonlyMap<string, number>> = z
  .string()
  .regex(/^([a-z0-9]+=\d+(\.\d+)?(,[a-z0-9]+=\d+(\.\d+)?)*)?$/, { error: 'expected PROVIDER=N,…' })
  .transform((text) => new Map(text === '' ? [] : text.split(',').map(quotaOf)))
  .refine((quotas) => [...quotas.values()].every((perSecond) => perSecond > 0), { error: 'expected more than nothing' })

function quotaOf(text: string): [string, number] {
  const [provider = '', perSecond = ''] = text.split('=')
  return [provider, Number(perSecond)]
}
