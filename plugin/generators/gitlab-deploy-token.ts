import * as z from 'zod'
import { inCrd, oneOf } from '../api/crd-facts.ts'
import { secretKeySelector } from '../api/selectors.ts'
import { secretToken } from './credential-text.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator, GeneratorContext } from './generator.ts'
import { type Party, withParty } from './party.ts'
import { below, partyUrl } from './party-url.ts'
import { stateOf, unlessGone } from './revocation.ts'

/** Of a group, all but the virtual registries (GitLab, "Deploy tokens": scope). */
const SCOPES = [
  'read_repository',
  'read_registry',
  'write_registry',
  'read_package_registry',
  'write_package_registry',
  'read_virtual_registry',
  'write_virtual_registry',
] as const

const gitlabSpec = inCrd(
  z
    .object({
      url: z.string().optional().describe('URL of the GitLab: https://gitlab.com without it.'),
      projectID: z.string().min(1).optional().describe('Id or path (group/project) of the project that the token is for.'),
      groupID: z.string().min(1).optional().describe('Id or path of the group that the token is for, instead of projectID.'),
      name: z.string().min(1).describe('Name of the token.'),
      scopes: z.array(z.enum(SCOPES)).min(1).describe('What the token may do.'),
      expiresAt: inCrd(
        z.iso.datetime({ offset: true }).optional().describe('When the token ends; it stays until it is revoked without it.'),
        {
          instead: { type: 'string', format: 'date-time' },
        },
      ),
      username: z.string().optional().describe('Name to log in by; GitLab makes one without it.'),
      auth: z
        .object({
          token: z
            .object({
              secretRef: secretKeySelector.describe(
                'Where the access token is: scope api, and the role Maintainer of the project or Owner of the group.',
              ),
            })
            .describe('An access token of a user, group or project.'),
        })
        .describe('How to log in.'),
    })
    .superRefine(({ projectID, groupID }, context) => {
      if ((projectID === undefined) === (groupID === undefined)) {
        context.addIssue({ code: 'custom', path: ['projectID'], message: 'exactly one of projectID and groupID must be set' })
      }
    }),
  {
    beside: {
      'x-kubernetes-validations': [oneOf(['projectID', 'groupID'])],
    },
  },
)

const GITLAB = 'https://gitlab.com'

type GitlabSpec = z.output<typeof gitlabSpec>

const answer = z.object({ id: z.int(), username: z.string(), token: z.string().min(1) })
/** In the form that the External Secrets Operator keeps, so that each can revoke what the other made. */
const state = z.object({ tokenID: z.int() })

/** A deploy token of a project or group, which lasts until it is revoked: `username` and `token` (GitLab, "Deploy tokens API"). */
export const gitlabDeployToken: Generator<GitlabSpec> = {
  kind: 'GitlabDeployToken',
  spec: gitlabSpec,
  stability: 'ephemeral',
  keysOf: () => ['username', 'token'],
  async generate(spec, context, signal) {
    const { url = '', projectID, groupID, name, scopes, username, expiresAt } = spec
    const body = {
      name,
      scopes,
      ...(username && { username }),
      ...(expiresAt !== undefined && { expires_at: new Date(expiresAt).toISOString() }),
    }
    return await asGitlab(spec, context, async (gitlab, tokens, headers) => {
      const question = {
        method: 'POST',
        url: below(tokens, ['deploy_tokens']),
        headers,
        body,
        doing: 'make a deploy token',
        remedies,
      } as const
      const made = await gitlab.ask({ ...question, makesSomething: true }, answer, signal)
      return {
        values: generatedValues({ username: made.username, token: made.token }),
        state: {
          url,
          ...(projectID !== undefined && { projectID }),
          ...(groupID !== undefined && { groupID }),
          tokenID: made.id,
        },
      }
    })
  },
  async revoke(spec, described, context, signal) {
    const { tokenID } = stateOf(state, described)
    await asGitlab(spec, context, async (gitlab, tokens, headers) => {
      const url = below(tokens, ['deploy_tokens', String(tokenID)])
      await unlessGone(gitlab.tell({ method: 'DELETE', url, headers, doing: 'revoke the deploy token', remedies }, signal))
    })
  },
}

const remedies = {
  denied: 'give spec.auth.token an access token with the scope api and the role Maintainer of the project, or Owner of the group',
  invalid:
    'check spec.projectID or spec.groupID, spec.scopes, spec.username and spec.expiresAt, and that the access token may see the project or group',
}

/** Calls `use` with the address of the project or group, and the header that logs in. */
async function asGitlab<T>(
  spec: GitlabSpec,
  context: GeneratorContext,
  use: (gitlab: Party, owner: URL, headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const base = partyUrl(spec.url || GITLAB, 'spec.url', context)
  const path = spec.projectID === undefined ? ['groups', spec.groupID ?? ''] : ['projects', spec.projectID]
  const owner = below(base, ['api', 'v4', ...path])
  const token = await secretToken(spec.auth.token.secretRef, 'spec.auth.token.secretRef', context)
  return await withParty('GitLab', context, (gitlab) => use(gitlab, owner, { 'private-token': token }))
}
