import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { gitlabDeployToken } from '../../../plugin/generators/gitlab-deploy-token.ts'
import { type DeployToken, type GitlabEmulator, startGitlab } from '../../support/emulators/parties/gitlab.ts'
import { type Around, generate, revoke, textsOf } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

describe('a deploy token of GitLab', () => {
  let gitlab: GitlabEmulator
  before(async () => {
    gitlab = await startGitlab()
  })
  beforeEach(() => {
    gitlab.control.reset()
    for (const list of gitlab.tokens.values()) list.length = 0
  })
  after(() => gitlab.close())

  const spec = (more: object = {}): object => ({
    url: gitlab.url,
    projectID: 'group/app',
    name: 'pull',
    scopes: ['read_registry'],
    auth: { token: { secretRef: { name: 'gitlab', key: 'token' } } },
    ...more,
  })
  const around = (more: Around = {}): Around => ({ secrets: { 'gitlab/token': `${gitlab.accessToken}\n` }, ...more })
  const tokensOf = (owner: string): readonly DeployToken[] => gitlab.tokens.get(owner) ?? []

  test('is made for a project by its path, with the name that GitLab chose, and described by its state', async () => {
    const made = await generate(gitlabDeployToken, spec(), around())
    const [token] = tokensOf('projects/group/app')
    assert.deepEqual(textsOf(made), { username: `gitlab+deploy-token-${token?.id}`, token: token?.token })
    assert.deepEqual(made.state, { url: gitlab.url, projectID: 'group/app', tokenID: token?.id })
  })

  test('is made for a group, with a name and an end that the author chose', async () => {
    const wish = { projectID: undefined, groupID: 'team', username: 'puller', expiresAt: '2027-01-01T00:00:00+01:00' }
    const made = await generate(gitlabDeployToken, spec(wish), around())
    const [token] = tokensOf('groups/team')
    assert.deepEqual(
      [token?.username, token?.expires_at, token?.scopes],
      ['puller', '2026-12-31T23:00:00.000Z', ['read_registry']],
    )
    assert.deepEqual(made.state, { url: gitlab.url, groupID: 'team', tokenID: token?.id })
  })

  test('is gone after revoking, and revoking it once more is no failure', async () => {
    const { state } = await generate(gitlabDeployToken, spec(), around())
    await generate(gitlabDeployToken, spec(), around())
    await revoke(gitlabDeployToken, spec(), state, around())
    assert.deepEqual(
      tokensOf('projects/group/app').map(({ id }) => id),
      [(state as { tokenID: number }).tokenID + 1],
    )
    await revoke(gitlabDeployToken, spec(), state, around())
  })

  test('revoking that GitLab refuses is an error, so that whoever reconciles comes again', async () => {
    const { state } = await generate(gitlabDeployToken, spec(), around())
    gitlab.control.inject('denied')
    await assert.rejects(revoke(gitlabDeployToken, spec(), state, around()), { kind: 'AccessDenied' })
    gitlab.control.inject('garbage')
    await assert.rejects(revoke(gitlabDeployToken, spec({ projectID: 'other' }), { tokenID: 'x' }, around()), {
      kind: 'InvalidSpec',
    })
    assert.equal(tokensOf('projects/group/app').length, 1)
  })

  test('an access token that GitLab does not take is AccessDenied', async () => {
    await assert.rejects(generate(gitlabDeployToken, spec(), { secrets: { 'gitlab/token': 'wrong' } }), { kind: 'AccessDenied' })
  })

  test('a project that the access token cannot see is NotFound', async () => {
    await assert.rejects(generate(gitlabDeployToken, spec({ projectID: 'group/unknown' }), around()), { kind: 'NotFound' })
  })

  test('a spec names exactly one of project and group, a scope at least, and only scopes that there are', () => {
    const isGood = (more: object): boolean => gitlabDeployToken.spec.safeParse(spec(more)).success
    assert.deepEqual(
      [
        {},
        { projectID: undefined },
        { groupID: 'team' },
        { scopes: [] },
        { scopes: ['admin'] },
        { name: '' },
        { projectID: '' },
      ].map(isGood),
      [true, false, false, false, false, false, false],
    )
  })

  saysOfBadAnswers(() => gitlab, {
    ask: (options) => generate(gitlabDeployToken, spec(), around(options)),
    attempts: 1,
    canaries: () => [gitlab.accessToken],
  })
})
