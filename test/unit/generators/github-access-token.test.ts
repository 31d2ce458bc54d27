import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { githubAccessToken } from '../../../plugin/generators/github-access-token.ts'
import { publicOnly } from '../../../plugin/providers/private-address.ts'
import { type GithubEmulator, startGithub } from '../../support/emulators/parties/github.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { type Around, generate, generateTexts } from './ask-generator.ts'
import { saysOfBadAnswers } from './bad-answers.ts'

describe('a token of a GitHub App', () => {
  let github: GithubEmulator
  before(async () => {
    github = await startGithub()
  })
  beforeEach(() => {
    github.control.reset()
    github.made.length = 0
  })
  after(() => github.close())

  const spec = (more: object = {}): object => ({
    url: github.url,
    appID: github.appId,
    installID: github.installationId,
    auth: { privateKey: { secretRef: { name: 'github', key: 'pem' } } },
    ...more,
  })
  const around = (more: Around = {}): Around => ({ secrets: { 'github/pem': github.privateKey }, ...more })

  test('is the one that GitHub made, for everything that the app may', async () => {
    const texts = await generateTexts(githubAccessToken, spec(), around())
    assert.deepEqual(texts, { token: github.made[0]?.token })
    assert.deepEqual([github.made[0]?.repositories, github.made[0]?.permissions], [undefined, undefined])
  })

  test('is for the repositories and permissions that the author names', async () => {
    await generate(githubAccessToken, spec({ repositories: ['app'], permissions: { contents: 'read' } }), around())
    assert.deepEqual([github.made[0]?.repositories, github.made[0]?.permissions], [['app'], { contents: 'read' }])
  })

  test('the address may end in a slash', async () => {
    await generate(githubAccessToken, spec({ url: `${github.url}/` }), around())
    assert.equal(github.made.length, 1)
  })

  test('a key of another app is AccessDenied', async () => {
    await assert.rejects(generate(githubAccessToken, spec({ appID: '1' }), around()), { kind: 'AccessDenied' })
  })

  test('a clock that is an hour slow is AccessDenied, and the remedy names the clock', async () => {
    const clock = new FakeClock(Date.now() - 3_600_000)
    await assert.rejects(generate(githubAccessToken, spec(), around({ clock })), { kind: 'AccessDenied', remedy: /clock/ })
  })

  test('an installation that GitHub does not have is NotFound', async () => {
    await assert.rejects(generate(githubAccessToken, spec({ installID: '1' }), around()), { kind: 'NotFound' })
  })

  test('a repository that the installation does not have is InvalidSpec', async () => {
    await assert.rejects(generate(githubAccessToken, spec({ repositories: ['unknown'] }), around()), { kind: 'InvalidSpec' })
  })

  test("GitHub's 403 for too many requests is Throttled, and tried again", async () => {
    github.limitRate()
    await generate(githubAccessToken, spec(), around())
    assert.equal(github.control.calls, 2)
  })

  test('what is no RSA key is InvalidSpec at its field, without a word of it', async () => {
    await assert.rejects(generate(githubAccessToken, spec(), around({ secrets: { 'github/pem': 'not-a-key' } })), {
      kind: 'InvalidSpec',
      message: /^(?!.*not-a-key)/,
      place: { field: 'spec.auth.privateKey.secretRef' },
    })
  })

  for (const installID of ['', '.', '..']) {
    test(`an installation called "${installID}" asks nobody`, async () => {
      await assert.rejects(generate(githubAccessToken, spec({ installID }), around()), { kind: 'InvalidSpec' })
      assert.equal(github.control.calls, 0)
    })
  }

  test('an installation that looks like a path stays one part of it', async () => {
    await assert.rejects(generate(githubAccessToken, spec({ installID: '../../user?x=' }), around()), { kind: 'NotFound' })
    assert.deepEqual(github.control.asked, ['POST /app/installations/..%2F..%2Fuser%3Fx%3D/access_tokens'])
  })

  for (const url of [
    'github.example',
    'ftp://github.example',
    'https://user:secret@github.example',
    'https://github.example?x=1',
  ]) {
    test(`the address ${url.split(':')[0]}… is InvalidSpec at spec.url`, async () => {
      await assert.rejects(generate(githubAccessToken, spec({ url }), around()), {
        kind: 'InvalidSpec',
        place: { field: 'spec.url' },
      })
    })
  }

  test('in Argo CD a private address is refused, and http too, unless the administrator listed the host', async () => {
    const { host, port } = new URL(github.url)
    const open = around({ mayConnect: publicOnly([host]) })
    await generate(githubAccessToken, spec(), open)
    github.control.reset()
    const guarded = around({ mayConnect: publicOnly([]) })
    await assert.rejects(generate(githubAccessToken, spec(), guarded), { kind: 'InvalidSpec', place: { field: 'spec.url' } })
    await assert.rejects(generate(githubAccessToken, spec({ url: `https://127.0.0.1:${port}` }), guarded), {
      kind: 'AccessDenied',
    })
    assert.equal(github.control.calls, 0)
  })

  saysOfBadAnswers(() => github, {
    ask: (options) => generate(githubAccessToken, spec(), around(options)),
    attempts: 5,
    canaries: () => [github.privateKey.slice(40, 80)],
  })
})
