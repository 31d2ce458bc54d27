import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { providers } from '../../plugin/providers/registry.ts'
import type { StoreOpener } from '../../plugin/stores/open-store.ts'
import { storeProvider } from '../../plugin/stores/store-provider.ts'
import { REQUEST, renderUnderPolicy } from './render-trial.ts'

const ROOT = new URL('../../', import.meta.url).pathname

/** A backend that has every key: whether a store may be opened and a key read has been decided before it is asked. */
const generous: StoreOpener = {
  async open({ resource }) {
    const provider = await providers.get(storeProvider(resource).id)?.()
    assert.ok(provider)
    const value = SecretValue.fromText('{"password": "x", "user": "y"}')
    return {
      provider,
      reader: {
        fetch: async (refs) => refs.map(() => ({ ok: true, secret: { value, version: '1' } })),
        async close() {},
      },
    }
  },
}

function examplesOf(page: string): readonly string[] {
  return Array.from(readFileSync(ROOT + page, 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```/gm), ([, yaml = '']) => yaml)
}

describe("the policy on a provider's page", () => {
  const pages = globSync('docs/providers/*.md', { cwd: ROOT }).sort()
  test('is there for every provider', () => assert.equal(pages.length, providers.size))

  for (const page of pages) {
    const examples = examplesOf(page)
    const policy = examples.find((yaml) => /^kind: TenancyPolicy$/m.test(yaml)) ?? ''
    const manifests = examples.find((yaml) => /^kind: SecretStore$/m.test(yaml) && /^kind: ExternalSecret$/m.test(yaml)) ?? ''
    const render = (project: string): ReturnType<typeof renderUnderPolicy> =>
      renderUnderPolicy({
        policy,
        manifests,
        environment: { ...REQUEST, ARGOCD_APP_PROJECT_NAME: project },
        opener: generous,
        credentials: tmpdir(),
      })

    test(`${page}: allows the store and the key of the page to whom it names, and to nobody else`, async () => {
      const answer = await render('team-a')
      assert.equal(answer.exitCode, 0, answer.report)
      assert.match(new TextDecoder().decode(answer.output), /"kind":"Secret"/)
      assert.match((await render('team-b')).report, /AccessDenied/)
    })
  }
})
