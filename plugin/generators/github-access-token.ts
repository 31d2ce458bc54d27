import { createPrivateKey, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import * as z from 'zod'
import { secretKeySelector } from '../api/selectors.ts'
import { SecretError } from '../model/secret-error.ts'
import { secretText } from './credential-text.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator, GeneratorContext } from './generator.ts'
import { withParty } from './party.ts'
import { below, partyUrl } from './party-url.ts'

const githubSpec = z.object({
  url: z
    .string()
    .optional()
    .describe('URL of the REST API: https://api.github.com without it; of a GitHub Enterprise Server https://HOST/api/v3.'),
  appID: z.string().describe('Id of the GitHub App.'),
  installID: z.string().describe('Id of its installation in an organisation or account.'),
  repositories: z
    .array(z.string())
    .optional()
    .describe('Names of the repositories that the token is for; all of the installation without it.'),
  permissions: z
    .record(z.string(), z.string())
    .optional()
    .describe('What the token may do, such as contents: read; all that the app may without it.'),
  auth: z
    .object({
      privateKey: z
        .object({ secretRef: secretKeySelector.describe('Where the private key of the app is, as PEM.') })
        .describe('The private key of the app.'),
    })
    .describe('How the app logs in.'),
})

type GithubSpec = z.output<typeof githubSpec>

const GITHUB = 'https://api.github.com'
/** The clock of the other side may be behind. */
const ISSUED_BEFORE_SECONDS = 10
/** GitHub takes ten minutes at most ("Generating a JSON Web Token (JWT) for a GitHub App"). */
const LIFETIME_SECONDS = 300
const KEY_FIELD = 'spec.auth.privateKey.secretRef'

const answer = z.object({ token: z.string().min(1) })

/** A token of an installation of a GitHub App, good for an hour: `token` ("Create an installation access token for an app"). */
export const githubAccessToken: Generator<GithubSpec> = {
  kind: 'GithubAccessToken',
  spec: githubSpec,
  stability: 'ephemeral',
  keysOf: () => ['token'],
  async generate(spec, context, signal) {
    const url = below(partyUrl(spec.url || GITHUB, 'spec.url', context), [
      'app',
      'installations',
      spec.installID,
      'access_tokens',
    ])
    const key = rsaKey(await secretText(spec.auth.privateKey.secretRef, KEY_FIELD, context))
    const headers = {
      authorization: `Bearer ${await appToken(spec.appID, key, context)}`,
      accept: 'application/vnd.github+json',
      ...AGENT,
    }
    const { repositories = [], permissions = {} } = spec
    const body = {
      ...(repositories.length > 0 && { repositories }),
      ...(Object.keys(permissions).length > 0 && { permissions }),
    }
    const question = { method: 'POST', url, headers, body, doing: 'make an access token of the installation', remedies } as const
    // One more token harms nobody: it ends by itself within the hour.
    return await withParty('GitHub', context, async (github) => ({
      values: generatedValues(await github.ask(question, answer, signal)),
    }))
  },
}

/** GitHub refuses requests without one. */
const AGENT = { 'user-agent': 'argocd-external-secrets' }

const remedies = {
  denied: 'check spec.appID, that the private key is one of that app, and the clock of this machine',
  invalid: 'check spec.installID, and that the installation has the repositories and permissions that spec names',
}

async function appToken(appID: string, key: KeyObject, { clock }: GeneratorContext): Promise<string> {
  const now = Math.floor(clock.now() / 1000)
  return await new SignJWT({ iss: appID, iat: now - ISSUED_BEFORE_SECONDS, exp: now + LIFETIME_SECONDS })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(key)
}

/** Node's errors about keys are dropped: they may quote. */
function rsaKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Said below.
  }
  throw new SecretError('InvalidSpec', 'the private key of the app is no RSA key in PEM', {
    place: { field: KEY_FIELD },
    remedy: 'store the .pem file that GitHub gave',
  })
}
