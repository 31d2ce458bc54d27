import * as z from 'zod'

const digits = z.string().regex(/^\d+$/).transform(Number)

/** The schema of an option that counts something: a number of the configuration file, or the digits of a flag or a variable. */
export function wholeNumber(min: number, max: number): z.ZodType<number> {
  return z.union([z.number(), digits], { error: 'expected a whole number' }).pipe(z.number().int().min(min).max(max))
}
