import '../api/jitless.ts'
import * as z from 'zod'
import { jwtExpiration } from '../json/jwt-claims.ts'

/** An answer whose `token` is a JSON web token that says when it ends: `expiry`, in seconds since the epoch. */
export const expiringToken = z.object({ token: z.string() }).transform(({ token }, context) => {
  try {
    return { token, expiry: String(jwtExpiration(token)) }
  } catch {
    context.addIssue({ code: 'custom', message: 'no token that ends' })
    return z.NEVER
  }
})
