import express from 'express'
import { type Listening, listen } from '../../support/emulator.ts'

/** The account that a token belongs to. */
export interface ReviewedAccount {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/**
 * The one part of a Kubernetes API server that Vault's kubernetes login asks: TokenReview (API reference, authentication.k8s.io/v1).
 * Knows the tokens of `accounts`; all others are not authenticated.
 */
export async function startTokenReviews(accounts: ReadonlyMap<string, ReviewedAccount>): Promise<Listening> {
  const app = express()
  app.post('/apis/authentication.k8s.io/v1/tokenreviews', express.json({ type: () => true }), (request, response) => {
    const { spec } = request.body as { spec: { token: string; audiences?: readonly string[] } }
    const account = accounts.get(spec.token)
    const user = account && { username: `system:serviceaccount:${account.namespace}:${account.name}`, uid: account.uid }
    const status = user ? { authenticated: true, user, audiences: spec.audiences } : { authenticated: false }
    response.status(201).json({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec, status })
  })
  return listen(app)
}
